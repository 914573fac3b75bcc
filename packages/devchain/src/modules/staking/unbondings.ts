/** Coins on their way back to delegators, and when they arrive. */
import { type googleProtobuf, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { addressKey, joinKey } from '../../keys.ts';
import { presentCodec } from '../../state/codecs.ts';
import { compareTimes, timeKey } from '../permission/time.ts';
import { type Pair, PairTable } from './delegations.ts';

type Timestamp = googleProtobuf.Timestamp;
type Entry = staking.UnbondingDelegationEntry;

export class Unbondings {
  readonly pairs: PairTable<staking.UnbondingDelegation>;
  private readonly queue: Table<true>;

  constructor(state: State) {
    this.pairs = new PairTable(state, 'staking/unbondings', staking.UnbondingDelegation);
    this.queue = state.table('staking/unbonding-queue', presentCodec);
  }

  entries(pair: Pair): readonly Entry[] {
    return this.pairs.get(pair)?.entries ?? [];
  }

  /** What is taken back in the same block is one entry. */
  add(pair: Pair, entry: Entry): void {
    const entries = [...this.entries(pair)];
    const same = entries.findIndex(
      ({ creation_height, completion_time }) =>
        creation_height === entry.creation_height && compareTimes(completion_time!, entry.completion_time!) === 0,
    );
    if (same < 0) entries.push(entry);
    else entries[same] = sum(entries[same]!, entry);
    this.setEntries(pair, entries);
    const { delegator_address, validator_address } = pair;
    const key = joinKey(timeKey(entry.completion_time!), addressKey(delegator_address), addressKey(validator_address));
    this.queue.set(key, true);
  }

  setEntries({ delegator_address, validator_address }: Pair, entries: Entry[]): void {
    const pair = { delegator_address, validator_address };
    if (entries.length === 0) this.pairs.delete(pair);
    else this.pairs.set({ ...pair, entries });
  }

  /** Pairs that have something to be paid by now, oldest first, at most `limit`; each is taken off the queue. */
  takeMature(now: Timestamp, limit: number): Pair[] {
    const pairs = new Map<string, Pair>();
    for (const key of matureKeys(this.queue, now, limit)) {
      const [, delegator_address, validator_address] = key.split('!') as [string, string, string];
      const found = this.pairs.get({ delegator_address, validator_address });
      if (found) pairs.set(`${delegator_address}!${validator_address}`, found);
    }
    return [...pairs.values()];
  }
}

/** Keys of a queue that begin with a time, up to now; they are deleted. */
export function matureKeys(queue: Table<true>, now: Timestamp, limit: number): string[] {
  const end = timeKey(now);
  const keys: string[] = [];
  for (const [key] of queue.range()) {
    if (keys.length === limit || key.slice(0, end.length) > end) break;
    keys.push(key);
  }
  for (const key of keys) queue.delete(key);
  return keys;
}

export const isMature = ({ completion_time }: { completion_time: Timestamp | undefined }, now: Timestamp): boolean =>
  compareTimes(completion_time!, now) <= 0;

const sum = (a: Entry, b: Entry): Entry => ({
  ...a,
  initial_balance: a.initial_balance + b.initial_balance,
  balance: a.balance + b.balance,
});
