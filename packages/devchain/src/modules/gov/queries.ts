/** Queries of governance, version 1. */
import { cosmosGovV1 as gov, isAddress } from '@prairie/chain';
import { type ChainModule, query, StatusError } from '../../context.ts';
import { u64Key } from '../../keys.ts';
import { paginate } from '../../pagination.ts';
import type { Proposals } from './proposals.ts';
import type { GovStore, Walk } from './store.ts';
import { EMPTY_TALLY } from './tally.ts';

const { PROPOSAL_STATUS_DEPOSIT_PERIOD, PROPOSAL_STATUS_VOTING_PERIOD } = gov.ProposalStatus;

export interface GovQueriesDeps {
  store: GovStore;
  proposals: Proposals;
}

export function govQueries(deps: GovQueriesDeps): ChainModule['queries'] {
  return {
    ...proposalQueries(deps),
    ...voteQueries(deps.store),
    ...depositQueries(deps.store),
    ...paramsQuery(deps.store),
  };
}

const invalid = (text: string) => new StatusError('InvalidArgument', text);

function checkId(id: bigint): void {
  if (id === 0n) throw invalid('proposal id can not be 0');
}

function checkAddress(role: string, address: string): void {
  if (address === '') throw invalid(`empty ${role} address`);
  if (!isAddress(address)) throw invalid(`invalid ${role} address: ${address}`);
}

function proposalOf(store: GovStore, id: bigint): gov.Proposal {
  checkId(id);
  const proposal = store.proposal(id);
  if (!proposal) throw new StatusError('NotFound', `proposal ${id} doesn't exist`);
  return proposal;
}

/** Cursors are the ids as eight bytes, as the node's. */
const byId = {
  cursorOf: (key: string) => Buffer.from(key, 'hex'),
  keyOf: (cursor: Uint8Array) => Buffer.from(cursor).toString('hex'),
};

/** Those of the list that the request's filters let through; a status that does not exist lets all through. */
function* filtered(store: GovStore, request: gov.QueryProposalsRequest, walk: Walk) {
  const { proposal_status, voter, depositor } = request;
  const anyStatus = !Object.values(gov.ProposalStatus).includes(proposal_status as never) || proposal_status === 0;
  for (const entry of store.listProposals(walk)) {
    const { id, status } = entry[1];
    if (!anyStatus && status !== proposal_status) continue;
    if (voter !== '' && !store.vote(id, voter)) continue;
    if (depositor !== '' && !store.deposit(id, depositor)) continue;
    yield entry;
  }
}

function proposalQueries({ store, proposals }: GovQueriesDeps): ChainModule['queries'] {
  return {
    '/cosmos.gov.v1.Query/Proposal': query({
      request: gov.QueryProposalRequest,
      response: gov.QueryProposalResponse,
      handle: (_ctx, { proposal_id }) => ({ proposal: proposalOf(store, proposal_id) }),
    }),
    '/cosmos.gov.v1.Query/Proposals': query({
      request: gov.QueryProposalsRequest,
      response: gov.QueryProposalsResponse,
      handle: (_ctx, request) => {
        const { voter, depositor } = request;
        for (const [role, address] of Object.entries({ voter, depositor })) {
          if (address !== '') checkAddress(role, address);
        }
        const page = paginate(request.pagination, { walk: (walk) => filtered(store, request, walk), ...byId });
        return { proposals: page.items, pagination: page.pagination };
      },
    }),
    // the node counts anew what failed on execution, without its votes: what counted is worth more
    '/cosmos.gov.v1.Query/TallyResult': query({
      request: gov.QueryTallyResultRequest,
      response: gov.QueryTallyResultResponse,
      handle: (_ctx, { proposal_id }) => {
        const { id, status, final_tally_result } = proposalOf(store, proposal_id);
        if (status === PROPOSAL_STATUS_DEPOSIT_PERIOD) return { tally: EMPTY_TALLY };
        if (status === PROPOSAL_STATUS_VOTING_PERIOD) return { tally: proposals.tally(id).result };
        return { tally: final_tally_result };
      },
    }),
  };
}

/** What an account has not done is an invalid argument here, not something that is not found. */
function voteQueries(store: GovStore): ChainModule['queries'] {
  return {
    '/cosmos.gov.v1.Query/Vote': query({
      request: gov.QueryVoteRequest,
      response: gov.QueryVoteResponse,
      handle: (_ctx, { proposal_id, voter }) => {
        checkId(proposal_id);
        checkAddress('voter', voter);
        const vote = store.vote(proposal_id, voter);
        if (!vote) throw invalid(`voter: ${voter} not found for proposal: ${proposal_id}`);
        return { vote };
      },
    }),
    '/cosmos.gov.v1.Query/Votes': query({
      request: gov.QueryVotesRequest,
      response: gov.QueryVotesResponse,
      handle: (_ctx, { proposal_id, pagination }) => {
        checkId(proposal_id);
        const page = paginate(pagination, {
          walk: (walk) => store.listVotes(proposal_id, walk),
          ...byAccount(proposal_id),
        });
        return { votes: page.items, pagination: page.pagination };
      },
    }),
  };
}

/** Cursors are the accounts' 20 bytes. */
const byAccount = (id: bigint) => ({
  cursorOf: (key: string) => Buffer.from(key.slice(-40), 'hex'),
  keyOf: (cursor: Uint8Array) => `${u64Key(id)}!${Buffer.from(cursor).toString('hex')}`,
});

function depositQueries(store: GovStore): ChainModule['queries'] {
  return {
    '/cosmos.gov.v1.Query/Deposit': query({
      request: gov.QueryDepositRequest,
      response: gov.QueryDepositResponse,
      handle: (_ctx, { proposal_id, depositor }) => {
        checkId(proposal_id);
        checkAddress('depositor', depositor);
        const deposit = store.deposit(proposal_id, depositor);
        if (!deposit) throw invalid(`depositer: ${depositor} not found for proposal: ${proposal_id}`);
        return { deposit };
      },
    }),
    '/cosmos.gov.v1.Query/Deposits': query({
      request: gov.QueryDepositsRequest,
      response: gov.QueryDepositsResponse,
      handle: (_ctx, { proposal_id, pagination }) => {
        checkId(proposal_id);
        const page = paginate(pagination, {
          walk: (walk) => store.listDeposits(proposal_id, walk),
          ...byAccount(proposal_id),
        });
        return { deposits: page.items, pagination: page.pagination };
      },
    }),
  };
}

/** The older answers, each a part of the parameters. */
const PARTS: Readonly<Record<string, (params: gov.Params) => Partial<gov.QueryParamsResponse>>> = {
  voting: ({ voting_period }) => ({ voting_params: { voting_period } }),
  deposit: ({ min_deposit, max_deposit_period }) => ({ deposit_params: { min_deposit, max_deposit_period } }),
  tallying: ({ quorum, threshold, veto_threshold }) => ({ tally_params: { quorum, threshold, veto_threshold } }),
  '': () => ({}),
};

function paramsQuery(store: GovStore): ChainModule['queries'] {
  return {
    '/cosmos.gov.v1.Query/Params': query({
      request: gov.QueryParamsRequest,
      response: gov.QueryParamsResponse,
      handle: (_ctx, { params_type }) => {
        const part = Object.hasOwn(PARTS, params_type) ? PARTS[params_type] : undefined;
        if (!part) throw invalid(`${params_type} is not a valid parameter type`);
        return { ...part(store.params), params: store.params };
      },
    }),
  };
}
