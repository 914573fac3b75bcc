/** Tables of governance: proposals, what was deposited and voted on them, and when their periods end. */
import { type googleProtobuf, cosmosGovV1 as gov } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { addressKey, joinKey, u64Key } from '../../keys.ts';
import { bigintCodec } from '../../state/codecs.ts';
import { timeKey } from '../permission/time.ts';

type Timestamp = googleProtobuf.Timestamp;
export type Walk = { from?: string; reverse?: boolean };

/** Proposals by the time at which something must be done with them. */
export class ProposalQueue {
  private readonly entries: Table<bigint>;

  constructor(state: State, name: string) {
    this.entries = state.table(name, bigintCodec);
  }

  add(id: bigint, end: Timestamp): void {
    this.entries.set(joinKey(timeKey(end), u64Key(id)), id);
  }

  remove(id: bigint, end: Timestamp): void {
    this.entries.delete(joinKey(timeKey(end), u64Key(id)));
  }

  /** Ids of those whose time has come, first ones first, `limit` at most. */
  due(now: Timestamp, limit: number): bigint[] {
    const ids: bigint[] = [];
    const end = timeKey(now);
    for (const [key, id] of this.entries.range()) {
      if (ids.length === limit || key.slice(0, end.length) > end) break;
      ids.push(id);
    }
    return ids;
  }
}

const ofProposal = (id: bigint): string => joinKey(u64Key(id), '');
const ofAccount = (id: bigint, address: string): string => joinKey(u64Key(id), addressKey(address));

export class GovStore {
  /** Ends of deposit periods. */
  readonly inactive: ProposalQueue;
  /** Ends of voting periods. */
  readonly active: ProposalQueue;
  private readonly proposals: Table<gov.Proposal>;
  private readonly deposits: Table<gov.Deposit>;
  private readonly votes: Table<gov.Vote>;
  private readonly parameters: Table<gov.Params>;
  private readonly counters: Table<bigint>;

  constructor(state: State) {
    this.inactive = new ProposalQueue(state, 'gov/deposit-ends');
    this.active = new ProposalQueue(state, 'gov/voting-ends');
    this.proposals = state.table('gov/proposals', gov.Proposal);
    this.deposits = state.table('gov/deposits', gov.Deposit);
    this.votes = state.table('gov/votes', gov.Vote);
    this.parameters = state.table('gov/params', gov.Params);
    this.counters = state.table('gov/counters', bigintCodec);
  }

  get params(): gov.Params {
    return this.parameters.get('') ?? gov.Params.create();
  }

  setParams(params: gov.Params): void {
    this.parameters.set('', params);
  }

  get nextId(): bigint {
    return this.counters.get('next') ?? 1n;
  }

  set nextId(id: bigint) {
    this.counters.set('next', id);
  }

  proposal(id: bigint): gov.Proposal | undefined {
    return this.proposals.get(u64Key(id));
  }

  setProposal(proposal: gov.Proposal): void {
    this.proposals.set(u64Key(proposal.id), proposal);
  }

  removeProposal(id: bigint): void {
    this.proposals.delete(u64Key(id));
  }

  /** By id; keys are 16 hex digits. */
  listProposals(walk: Walk): Iterable<[string, gov.Proposal]> {
    return this.proposals.range(walk);
  }

  deposit(id: bigint, depositor: string): gov.Deposit | undefined {
    return this.deposits.get(ofAccount(id, depositor));
  }

  setDeposit(deposit: gov.Deposit): void {
    this.deposits.set(ofAccount(deposit.proposal_id, deposit.depositor), deposit);
  }

  removeDeposit({ proposal_id, depositor }: gov.Deposit): void {
    this.deposits.delete(ofAccount(proposal_id, depositor));
  }

  /** Of one proposal, by depositor. */
  listDeposits(id: bigint, walk: Walk = {}): Iterable<[string, gov.Deposit]> {
    return this.deposits.range({ ...walk, prefix: ofProposal(id) });
  }

  /** Wei that governance holds for depositors, of all proposals. */
  totalDeposits(): bigint {
    let sum = 0n;
    for (const [, { amount }] of this.deposits.range()) sum += amount[0]?.amount ?? 0n;
    return sum;
  }

  vote(id: bigint, voter: string): gov.Vote | undefined {
    return this.votes.get(ofAccount(id, voter));
  }

  setVote(vote: gov.Vote): void {
    this.votes.set(ofAccount(vote.proposal_id, vote.voter), vote);
  }

  /** Of one proposal, by voter. */
  listVotes(id: bigint, walk: Walk = {}): Iterable<[string, gov.Vote]> {
    return this.votes.range({ ...walk, prefix: ofProposal(id) });
  }

  removeVotes(id: bigint): void {
    for (const [key] of this.listVotes(id)) this.votes.delete(key);
  }
}
