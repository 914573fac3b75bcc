/** Parameters that governance alone may change: where they are kept, the message and the query that nearly all modules have. */
import type { AnyMessage, MessageType } from '@prairie/chain';
import {
  type ChainModule,
  type Context,
  type MessageHandler,
  message,
  query,
  type State,
  type Table,
} from '../../context.ts';
import { checkAuthority } from '../permission/authority.ts';

/** What a package of generated messages has when its module has parameters. */
export interface ParamsPackage<P> {
  Params: MessageType<P>;
  MsgUpdateParams: MessageType<{ authority: string; params: P }>;
  MsgUpdateParamsResponse: MessageType<object>;
  QueryParamsRequest: MessageType<object>;
  QueryParamsResponse: MessageType<{ params: P }>;
}

export interface ParamsAccess<P> {
  get(): P;
  set(params: P): void;
  /** @throws ChainError for parameters that the module cannot work with */
  check?(params: P): void;
}

/** The one value of a table. */
export class StoredParams<P> implements ParamsAccess<P> {
  readonly check: (params: P) => void;
  private readonly table: Table<P>;
  private readonly defaults: P;

  /** `defaults` are in force until a genesis file states others. */
  constructor(
    state: State,
    name: string,
    type: MessageType<P>,
    options: { defaults?: P; check?(params: P): void } = {},
  ) {
    this.table = state.table(name, type);
    this.defaults = options.defaults ?? type.create();
    this.check = options.check ?? (() => undefined);
  }

  get(): P {
    return this.table.get('') ?? this.defaults;
  }

  set(params: P): void {
    this.table.set('', params);
  }

  /** Those of a genesis file. @throws ChainError for parameters that the module cannot work with */
  initialize(params: P): void {
    this.check(params);
    this.set(params);
  }
}

/** `MsgUpdateParams` and `Query/Params` (`reference/chain-state-machine.md` §1.1). */
export function governedParams<P>(
  { Params, MsgUpdateParams, MsgUpdateParamsResponse, QueryParamsRequest, QueryParamsResponse }: ParamsPackage<P>,
  access: ParamsAccess<P>,
): { message: MessageHandler; queries: ChainModule['queries'] } {
  const path = `/${Params.name.slice(0, -'.Params'.length)}.Query/Params`;
  return {
    message: message<{ authority: string; params: P }>({
      type: MsgUpdateParams,
      response: MsgUpdateParamsResponse as MessageType,
      signers: ({ authority }) => [authority],
      validateBasic: ({ params }) => access.check?.(params),
      handle(ctx, { authority, params }) {
        checkAuthority(authority);
        access.set(params);
        emitChanged(ctx, Params, params);
        return {};
      },
    }),
    queries: {
      [path]: query({
        request: QueryParamsRequest,
        response: QueryParamsResponse as MessageType as MessageType<{ params: AnyMessage }>,
        handle: () => ({ params: access.get() as AnyMessage }),
      }),
    },
  };
}

/** Nagqu: changed parameters are an event. */
function emitChanged<P>(ctx: Context, type: MessageType<P>, params: P): void {
  if (ctx.has('Nagqu')) ctx.emitTyped(type as MessageType, params as AnyMessage);
}
