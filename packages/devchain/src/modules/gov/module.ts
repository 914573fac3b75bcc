/** The gov module: proposals, deposits, votes, and what they decide at the end of a block. */
import { fromProtoJson, cosmosGovV1 as gov, moduleAddress, toChecksumAddress } from '@prairie/chain';
import type { MessageRouter } from '../../chain/message-router.ts';
import type { ChainModule } from '../../context.ts';
import type { ChainState } from '../../state/index.ts';
import type { BankKeeper } from '../bank/index.ts';
import { Deposits } from './deposits.ts';
import { legacyQueries } from './legacy-queries.ts';
import { govMessages } from './messages.ts';
import { checkParams } from './params.ts';
import { Proposals } from './proposals.ts';
import { govQueries } from './queries.ts';
import { GovStore } from './store.ts';
import type { StakeView } from './tally.ts';

export interface GovDeps {
  state: ChainState;
  bank: BankKeeper;
  stake: StakeView;
  router: MessageRouter;
  onPanic?: ((error: unknown) => void) | undefined;
}

/** Its genesis goes after that of bank: governance must own the deposits that the file lists. */
export function createGovModule(deps: GovDeps): { module: ChainModule; store: GovStore } {
  const store = new GovStore(deps.state);
  const deposits = new Deposits({ store, bank: deps.bank });
  const proposals = new Proposals({ ...deps, store, deposits });
  const queries = govQueries({ store, proposals });
  const module: ChainModule = {
    name: 'gov',
    messages: govMessages({ store, deposits, proposals, router: deps.router }),
    queries: { ...queries, ...legacyQueries(queries) },
    initGenesis: (_ctx, appState) => initGenesis(store, deps.bank, fromProtoJson(gov.GenesisState, appState)),
    endBlock: (ctx) => proposals.endBlock(ctx),
  };
  return { module, store };
}

function initGenesis(store: GovStore, bank: BankKeeper, genesis: gov.GenesisState): void {
  checkParams(genesis.params);
  store.setParams(genesis.params);
  store.nextId = genesis.starting_proposal_id || 1n;
  for (const deposit of genesis.deposits) {
    store.setDeposit({ ...deposit, depositor: toChecksumAddress(deposit.depositor) });
  }
  for (const vote of genesis.votes) store.setVote({ ...vote, voter: toChecksumAddress(vote.voter) });
  for (const proposal of genesis.proposals) addProposal(store, proposal);
  const [held, balance] = [store.totalDeposits(), bank.balance(moduleAddress('gov'))];
  if (balance < held) throw new Error(`gov: deposits sum up to ${held}, but the module account has ${balance}`);
}

function addProposal(store: GovStore, proposal: gov.Proposal): void {
  const { PROPOSAL_STATUS_DEPOSIT_PERIOD, PROPOSAL_STATUS_VOTING_PERIOD } = gov.ProposalStatus;
  const { id, status, deposit_end_time, voting_end_time } = proposal;
  store.setProposal(proposal);
  if (status === PROPOSAL_STATUS_DEPOSIT_PERIOD) store.inactive.add(id, required(id, deposit_end_time));
  if (status === PROPOSAL_STATUS_VOTING_PERIOD) store.active.add(id, required(id, voting_end_time));
}

function required<T>(id: bigint, time: T | undefined): T {
  if (time === undefined) throw new Error(`gov: proposal ${id} has no end of its period`);
  return time;
}
