/**
 * Modules of the network that this chain has in their parameters only: relaying across chains, voting, slashing and
 * challenges need other validators and other chains. Clients read these parameters, and nothing changes them.
 */
import {
  greenfieldBridge as bridge,
  greenfieldChallenge as challenge,
  cosmosCrosschainV1 as crosschain,
  fromProtoJson,
  cosmosGovV1 as gov,
  type MessageType,
  cosmosOracleV1 as oracle,
  parseDecimal,
  cosmosSlashingV1beta1 as slashing,
} from '@prairie/chain';
import { type ChainModule, type Context, type QueryHandler, query, type State, type Table } from '../../context.ts';
import { moduleAddress } from '../auth/index.ts';
import type { BankKeeper } from '../bank/index.ts';

interface ParamsSpec<P> {
  name: string;
  type: MessageType<P>;
  /** Full method path of the query, and its messages. */
  path: string;
  request: MessageType<never>;
  response: MessageType<never>;
}

export interface ParamsModulesDeps {
  state: State;
  bank: BankKeeper;
  /** Hex, of the one validator, which is always in turn. */
  blsKey: string;
}

export function createParamsModules(deps: ParamsModulesDeps): ChainModule[] {
  const { state } = deps;
  const oracleParams = withParams(state, specOf('oracle', '/cosmos.oracle.v1', oracle));
  const challengeParams = withParams(state, specOf('challenge', '/greenfield.challenge', challenge));
  const crosschainParams = withParams(state, specOf('crosschain', '/cosmos.crosschain.v1', crosschain));
  return [
    endow(crosschainParams.module, deps.bank),
    withParams(state, specOf('slashing', '/cosmos.slashing.v1beta1', slashing)).module,
    withParams(state, specOf('gov', '/cosmos.gov.v1', gov)).module,
    withQueries(oracleParams.module, oracleQueries(oracleParams.params, deps.blsKey)),
    withParams(state, specOf('bridge', '/greenfield.bridge', bridge)).module,
    withQueries(challengeParams.module, challengeQueries(challengeParams.params, deps.blsKey)),
  ].map((module) => (module.name === 'crosschain' ? withQueries(module, crosschainQueries()) : module));
}

function specOf<P>(
  name: string,
  service: string,
  messages: { Params: MessageType<P>; QueryParamsRequest: unknown; QueryParamsResponse: unknown },
): ParamsSpec<P> {
  return {
    name,
    type: messages.Params,
    path: `${service}.Query/Params`,
    request: messages.QueryParamsRequest as MessageType<never>,
    response: messages.QueryParamsResponse as MessageType<never>,
  };
}

function withParams<P>(state: State, spec: ParamsSpec<P>): { module: ChainModule; params: () => P } {
  const table: Table<P> = state.table(`${spec.name}/params`, spec.type);
  const params = () => table.get('') ?? spec.type.create();
  const handler = { request: spec.request, response: spec.response, handle: () => ({ params: params() }) };
  const module: ChainModule = {
    name: spec.name,
    messages: [],
    queries: { [spec.path]: handler as unknown as QueryHandler },
    initGenesis(_ctx, appState) {
      table.set('', fromProtoJson(spec.type, decimalsAsBytes(spec.type, appState.params)));
    },
  };
  return { module, params };
}

/** Slashing declares its fractions as bytes: on the wire they are the decimal text of the atomics. */
function decimalsAsBytes<P>(type: MessageType<P>, json: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(json).map(([name, value]) => {
    const isBytes = type.fieldByName.get(name)?.scalar === 'bytes';
    return [name, isBytes ? Buffer.from(parseDecimal(String(value)).toString()).toString('base64') : value];
  });
  return Object.fromEntries(entries);
}

const withQueries = (module: ChainModule, queries: ChainModule['queries']): ChainModule => ({
  ...module,
  queries: { ...module.queries, ...queries },
});

/** The cross-chain module starts with the coins that other chains may bring back. */
function endow(module: ChainModule, bank: BankKeeper): ChainModule {
  return {
    ...module,
    initGenesis(ctx, appState, plan) {
      module.initGenesis?.(ctx, appState, plan);
      bank.endow(moduleAddress('crosschain'), BigInt(appState.params.init_module_balance));
    },
  };
}

/** The current turn of a length in seconds. */
function turn(ctx: Context, length: bigint): { start: bigint; end: bigint } {
  const start = length > 0n ? ctx.now - (ctx.now % length) : ctx.now;
  return { start, end: start + length };
}

function oracleQueries(params: () => oracle.Params, blsKey: string): ChainModule['queries'] {
  return {
    '/cosmos.oracle.v1.Query/InturnRelayer': query({
      request: oracle.QueryInturnRelayerRequest,
      response: oracle.QueryInturnRelayerResponse,
      handle: (ctx) => ({ bls_pub_key: blsKey, relay_interval: turn(ctx, params().relayer_interval) }),
    }),
  };
}

function challengeQueries(params: () => challenge.Params, blsKey: string): ChainModule['queries'] {
  return {
    '/greenfield.challenge.Query/LatestAttestedChallenges': query({
      request: challenge.QueryLatestAttestedChallengesRequest,
      response: challenge.QueryLatestAttestedChallengesResponse,
      handle: () => ({ challenges: [] }),
    }),
    '/greenfield.challenge.Query/InturnAttestationSubmitter': query({
      request: challenge.QueryInturnAttestationSubmitterRequest,
      response: challenge.QueryInturnAttestationSubmitterResponse,
      handle: (ctx) => ({ bls_pub_key: blsKey, submit_interval: turn(ctx, params().attestation_inturn_interval) }),
    }),
  };
}

function crosschainQueries(): ChainModule['queries'] {
  return {
    '/cosmos.crosschain.v1.Query/SendSequence': query({
      request: crosschain.QuerySendSequenceRequest,
      response: crosschain.QuerySendSequenceResponse,
      handle: () => ({ sequence: 0n }),
    }),
    '/cosmos.crosschain.v1.Query/ReceiveSequence': query({
      request: crosschain.QueryReceiveSequenceRequest,
      response: crosschain.QueryReceiveSequenceResponse,
      handle: () => ({ sequence: 0n }),
    }),
  };
}
