/** Stake that has changed validators a short time ago: it may not move on, and answers for what its old one did. */
import { type googleProtobuf, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { addressKey, joinKey } from '../../keys.ts';
import { presentCodec } from '../../state/codecs.ts';
import { timeKey } from '../permission/time.ts';
import type { Walk } from './delegations.ts';
import { matureKeys } from './unbondings.ts';

type Redelegation = staking.Redelegation;

/** A delegator, and the operators from whom and to whom its stake has moved. */
export type Move = Omit<Redelegation, 'entries'>;

export class Redelegations {
  /** By delegator, source and destination. */
  private readonly table: Table<Redelegation>;
  private readonly bySource: Table<true>;
  private readonly byDestination: Table<true>;
  private readonly queue: Table<true>;

  constructor(state: State) {
    this.table = state.table('staking/redelegations', staking.Redelegation);
    this.bySource = state.table('staking/redelegations-by-source', presentCodec);
    this.byDestination = state.table('staking/redelegations-by-destination', presentCodec);
    this.queue = state.table('staking/redelegation-queue', presentCodec);
  }

  get(move: Move): Redelegation | undefined {
    return this.table.get(keyOf(move));
  }

  add(move: Move, entry: staking.RedelegationEntry): void {
    this.setEntries(move, [...(this.get(move)?.entries ?? []), entry]);
    this.queue.set(joinKey(timeKey(entry.completion_time!), keyOf(move)), true);
  }

  setEntries(move: Move, entries: staking.RedelegationEntry[]): void {
    const { delegator_address, validator_src_address, validator_dst_address } = move;
    const [delegator, source, destination] = keyOf(move).split('!') as [string, string, string];
    const indexes = [
      [this.bySource, joinKey(source, delegator, destination)],
      [this.byDestination, joinKey(destination, delegator, source)],
    ] as const;
    if (entries.length === 0) {
      this.table.delete(keyOf(move));
      for (const [index, key] of indexes) index.delete(key);
      return;
    }
    this.table.set(keyOf(move), { delegator_address, validator_src_address, validator_dst_address, entries });
    for (const [index, key] of indexes) index.set(key, true);
  }

  /** Whether the delegator has stake with this validator that came from another a short time ago. */
  hasArrived(delegator: string, destination: string): boolean {
    const prefix = joinKey(addressKey(destination), addressKey(delegator), '');
    return this.byDestination.range({ prefix }).next().done === false;
  }

  ofDelegator(delegator: string, walk: Walk = {}): IterableIterator<[string, Redelegation]> {
    return this.table.range({ ...walk, prefix: joinKey(addressKey(delegator), '') });
  }

  *ofSource(operator: string, walk: Walk = {}): IterableIterator<[string, Redelegation]> {
    for (const [key] of this.bySource.range({ ...walk, prefix: joinKey(addressKey(operator), '') })) {
      const [source, delegator, destination] = key.split('!') as [string, string, string];
      yield [key, this.table.get(joinKey(delegator, source, destination))!];
    }
  }

  /** Those with something to be forgotten by now, oldest first, at most `limit`; each is taken off the queue. */
  takeMature(now: googleProtobuf.Timestamp, limit: number): Redelegation[] {
    const found = new Map<string, Redelegation>();
    for (const key of matureKeys(this.queue, now, limit)) {
      const move = key.slice(key.indexOf('!') + 1);
      const value = this.table.get(move);
      if (value) found.set(move, value);
    }
    return [...found.values()];
  }
}

const keyOf = ({ delegator_address, validator_src_address, validator_dst_address }: Move): string =>
  joinKey(addressKey(delegator_address), addressKey(validator_src_address), addressKey(validator_dst_address));
