/** Parameters. The versioned part is kept for every block time at which it was set (§1.2). */
import { fromProtoJson, greenfieldStorage as storage } from '@prairie/chain';
import {
  type ChainModule,
  type Context,
  type MessageHandler,
  message,
  plainError,
  type State,
  type Table,
} from '../../context.ts';
import { u64Key } from '../../keys.ts';
import { checkAuthority } from '../permission/index.ts';

export class Parameters {
  private readonly current: Table<storage.Params>;
  private readonly versions: Table<storage.VersionedParams>;

  constructor(state: State) {
    this.current = state.table('storage/params', storage.Params);
    this.versions = state.table('storage/versionedParams', storage.VersionedParams);
  }

  get(): storage.Params {
    const params = this.current.get('');
    if (!params) throw plainError('storage params not found: the genesis state sets them');
    return params;
  }

  set(ctx: Context, params: storage.Params): void {
    this.current.set('', params);
    this.versions.set(u64Key(ctx.now), params.versioned_params);
  }

  /** The newest set strictly before `timestamp`: those set in a block are not seen in the same second. */
  versionedAt(timestamp: bigint): storage.VersionedParams {
    if (timestamp > 0n) {
      for (const [, params] of this.versions.range({ from: u64Key(timestamp - 1n), reverse: true })) return params;
    }
    throw plainError(`no versioned params found before ${timestamp}`);
  }
}

/** Data and parity chunks of an object: as many secondary providers, and checksums but the integrity root. */
export const chunksOf = (params: storage.VersionedParams): number =>
  params.redundant_data_chunk_num + params.redundant_parity_chunk_num;

export function paramMessages(parameters: Parameters): MessageHandler[] {
  return [
    message<storage.MsgUpdateParams>({
      type: storage.MsgUpdateParams,
      response: storage.MsgUpdateParamsResponse,
      signers: (msg) => [msg.authority],
      handle(ctx, msg) {
        checkAuthority(msg.authority);
        parameters.set(ctx, msg.params);
        if (ctx.has('Nagqu')) ctx.emitTyped(storage.Params, msg.params); // Nagqu: changed parameters are an event
        return {};
      },
    }),
  ];
}

export function paramGenesis(parameters: Parameters): NonNullable<ChainModule['initGenesis']> {
  return (ctx, appState) => {
    const genesis = fromProtoJson(storage.GenesisState, appState) as storage.GenesisState;
    parameters.set(ctx, genesis.params);
  };
}
