/** The oracle module: packages from other chains. Nobody relays any here, so claims are refused. */
import { fromProtoJson, cosmosOracleV1 as oracle } from '@prairie/chain';
import { type ChainModule, message, query, type State } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { turnAt, type VoterSet } from '../challenge/index.ts';
import { governedParams, StoredParams } from '../params/governed-params.ts';

/** Parts of a hundred. */
const MAX_SHARE = 100;

/** `relayers` are the validators in the order of their turns. */
export function createOracleModule(deps: { state: State; relayers: VoterSet }): { module: ChainModule } {
  const defaults: oracle.Params = { relayer_timeout: 40n, relayer_interval: 600n, relayer_reward_share: 50 };
  const parameters = new StoredParams(deps.state, 'oracle/params', oracle.Params, { defaults, check: checkParams });
  const params = governedParams(oracle, parameters);
  const module: ChainModule = {
    name: 'oracle',
    messages: [params.message, claimMessage()],
    queries: {
      ...params.queries,
      '/cosmos.oracle.v1.Query/InturnRelayer': query({
        request: oracle.QueryInturnRelayerRequest,
        response: oracle.QueryInturnRelayerResponse,
        handle(ctx) {
          const { voter, start, end } = turnAt(ctx.now, deps.relayers(ctx), parameters.get().relayer_interval);
          return { bls_pub_key: Buffer.from(voter.bls_key).toString('hex'), relay_interval: { start, end } };
        },
      }),
    },
    initGenesis: (_ctx, appState) => parameters.initialize(fromProtoJson(oracle.GenesisState, appState).params),
  };
  return { module };
}

function claimMessage() {
  const refuse = () => {
    throw sdkErrors.notSupported(`${oracle.MsgClaim.name}: no relayers are connected to this chain`);
  };
  return message<oracle.MsgClaim>({
    type: oracle.MsgClaim,
    response: oracle.MsgClaimResponse,
    signers: (msg) => [msg.from_address],
    validateBasic: refuse,
    handle: refuse,
  });
}

function checkParams({ relayer_timeout, relayer_interval, relayer_reward_share }: oracle.Params): void {
  if (relayer_timeout <= 0n) throw sdkErrors.invalidRequest('relayer_timeout must be positive');
  if (relayer_interval <= 0n) throw sdkErrors.invalidRequest('relayer_interval must be positive');
  if (relayer_reward_share > MAX_SHARE) throw sdkErrors.invalidRequest(`relayer_reward_share is at most ${MAX_SHARE}`);
}
