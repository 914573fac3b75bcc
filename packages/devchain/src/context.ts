/**
 * What a chain module sees: ordered tables that revert, a clock, an event log, and the other modules' keepers.
 *
 * Table values are immutable: to change one, `set` a new value. That is what makes revert, snapshot and queries at a
 * committed height cheap.
 */
import type { AnyMessage, Init, MessageType } from '@prairie/chain';
import type { Upgrade, UpgradePlan } from './upgrades.ts';

/** An ordered map. Keys are strings compared by code unit; build them with the helpers of `keys.ts`. */
export interface Table<V> {
  get(key: string): V | undefined;
  has(key: string): boolean;
  set(key: string, value: V): void;
  delete(key: string): void;
  /**
   * Entries in key order. The walk starts at `from` (a whole key, inclusive), in its direction. The table may change
   * while it is walked: what is removed ahead is not seen, what is added ahead is.
   */
  range(options?: { prefix?: string; from?: string; reverse?: boolean }): IterableIterator<[string, V]>;
  readonly size: number;
}

/** How a table's values are kept on disk. */
export interface ValueCodec<V> {
  encode(value: V): Uint8Array;
  decode(bytes: Uint8Array): V;
}

export interface State {
  /** The table of this name; asked for once, when a keeper is made. */
  table<V>(name: string, codec: ValueCodec<V> | MessageType<V>): Table<V>;
}

export interface Attribute {
  key: string;
  value: string;
  index: boolean;
}

export interface Event {
  type: string;
  attributes: Attribute[];
}

/** How a transaction is being run. `check` and `simulate` see the pending state and leave no trace. */
export type Mode = 'deliver' | 'check' | 'simulate';

/** One block's, transaction's or query's view. */
export interface Context {
  readonly chainId: string;
  readonly height: bigint;
  /** Block time in whole unix seconds: all that billing sees. */
  readonly now: bigint;
  /** The same with nanoseconds. */
  readonly time: { seconds: bigint; nanos: number };
  readonly mode: Mode;
  /** Challenge randomness of this block, 64 bytes. */
  readonly randaoMix: Uint8Array;
  /** Whether the chain has an upgrade at this height. */
  has(upgrade: Upgrade): boolean;
  /** An event with bare string attributes, in the order given. */
  emit(type: string, attributes: Record<string, string>): void;
  /** A typed event: one attribute per field, sorted, values as JSON text (`reference/chain-rpc.md` §14). */
  emitTyped<T>(type: MessageType<T>, value: Init<T>): void;
  /** The same view with an event log of its own, for what may fail as a whole. */
  child(): Context & { readonly events: readonly Event[] };
}

/** Rejects a transaction or a query. `codespace` and `code` are those of `reference/chain-rpc.md` §15. */
export class ChainError extends Error {
  override readonly name = 'ChainError';
  readonly codespace: string;
  readonly code: number;
  constructor(codespace: string, code: number, message: string) {
    super(message);
    this.codespace = codespace;
    this.code = code;
  }
}

/** An error without registration: codespace `undefined`, code 1, full text. */
export const plainError = (message: string): ChainError => new ChainError('undefined', 1, message);

/** How a query fails when it is not a {@link ChainError}: a gRPC status (`reference/chain-rpc.md` §5.1). */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: 'NotFound' | 'InvalidArgument' | 'FailedPrecondition' | 'Unauthenticated' | 'Internal' | 'Unknown';
  constructor(status: StatusError['status'], message: string) {
    super(message);
    this.status = status;
  }
}

export interface MessageHandler<M = AnyMessage> {
  type: MessageType<M>;
  /** Addresses that must have signed, first one first. */
  signers(msg: M): string[];
  /** Stateless checks, run before the ante handler. @throws ChainError */
  validateBasic?(msg: M): void;
  /** Runs on a branch that reverts when it throws. Returns the response value of `response`. */
  handle(ctx: Context, msg: M): AnyMessage | undefined;
  response: MessageType;
}

export interface QueryHandler {
  request: MessageType;
  response: MessageType;
  handle(ctx: Context, request: AnyMessage): AnyMessage;
}

export interface ChainModule {
  readonly name: string;
  readonly messages: readonly MessageHandler[];
  /** By full method path: `/greenfield.storage.Query/HeadBucket`. */
  readonly queries: Readonly<Record<string, QueryHandler>>;
  /**
   * `appState` is this module's part of the genesis file, in proto JSON with snake_case names. `plan` tells which
   * upgrades the chain is born with.
   */
  initGenesis?(ctx: Context, appState: AnyMessage, plan: UpgradePlan): void;
  /** What the upgrade changes in this module's state; at the beginning of its block, before any `beginBlock`. */
  upgrade?(ctx: Context, upgrade: Upgrade): void;
  beginBlock?(ctx: Context): void;
  endBlock?(ctx: Context): void;
}

/** Ties a handler to its message type, so that `handle` sees the right shape. */
export function message<M>(handler: MessageHandler<M>): MessageHandler {
  return handler as unknown as MessageHandler;
}

export function query<Q, R>(handler: {
  request: MessageType<Q>;
  response: MessageType<R>;
  handle(ctx: Context, request: Q): Init<R>;
}): QueryHandler {
  return handler as unknown as QueryHandler;
}
