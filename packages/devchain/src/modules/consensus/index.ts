/** The consensus module: what the application says of the size of blocks, beginning with the genesis file. */
import { cosmosConsensusV1 as consensus } from '@prairie/chain';
import type { ConsensusParams } from '../../chain/block-types.ts';
import { type ChainModule, message, query, type State, type Table } from '../../context.ts';
import { jsonCodec } from '../../state/index.ts';
import { checkAuthority } from '../permission/authority.ts';
import { checkedUpdate, paramsMessage, updated } from './params.ts';

export class ConsensusKeeper {
  private readonly table: Table<ConsensusParams>;
  private readonly genesis: ConsensusParams;

  constructor(state: State, genesis: ConsensusParams) {
    this.table = state.table('consensus/params', jsonCodec<ConsensusParams>());
    this.genesis = genesis;
  }

  /** For the block to come. */
  get params(): ConsensusParams {
    return this.table.get('') ?? this.genesis;
  }

  set params(params: ConsensusParams) {
    this.table.set('', params);
  }
}

export function createConsensusModule(deps: { state: State; genesis: ConsensusParams }): {
  module: ChainModule;
  keeper: ConsensusKeeper;
} {
  const keeper = new ConsensusKeeper(deps.state, deps.genesis);
  const module: ChainModule = {
    name: 'consensus',
    messages: [
      message<consensus.MsgUpdateParams>({
        type: consensus.MsgUpdateParams,
        response: consensus.MsgUpdateParamsResponse,
        signers: (msg) => [msg.authority],
        validateBasic: (msg) => void checkedUpdate(msg),
        handle(_ctx, msg) {
          checkAuthority(msg.authority);
          keeper.params = updated(keeper.params, msg);
          return {};
        },
      }),
    ],
    queries: {
      '/cosmos.consensus.v1.Query/Params': query({
        request: consensus.QueryParamsRequest,
        response: consensus.QueryParamsResponse,
        handle: () => ({ params: paramsMessage(keeper.params) }),
      }),
    },
  };
  return { module, keeper };
}
