/** What is owed to whom. Amounts are in 10⁻¹⁸ wei, and all of them are covered by the coins of the module. */
import { cosmosDistributionV1beta1 as distribution } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { addressKey, joinKey, u64Key } from '../../keys.ts';
import { bigintCodec, jsonCodec, textCodec } from '../../state/codecs.ts';
import type { Pair } from '../staking/index.ts';

/** Rewards of delegators since the period began. */
export interface Current {
  rewards: bigint;
  period: bigint;
}

/** What one wei of stake has earned from the first period to the end of this one. */
export interface Historical {
  ratio: bigint;
  /** Delegations and slashes that began with this period's end; without any it is forgotten. */
  references: number;
}

type Slash = distribution.ValidatorSlashEvent;

export class DistributionStore {
  /** All that the validator and its delegators have not withdrawn. */
  readonly outstanding: Table<bigint>;
  readonly commission: Table<bigint>;
  readonly current: Table<Current>;
  readonly withdrawAddresses: Table<string>;
  private readonly historical: Table<Historical>;
  private readonly starts: Table<distribution.DelegatorStartingInfo>;
  private readonly slashes: Table<Slash>;
  private readonly pool: Table<bigint>;

  constructor(state: State) {
    this.outstanding = state.table('distribution/outstanding', bigintCodec);
    this.commission = state.table('distribution/commission', bigintCodec);
    this.current = state.table('distribution/current', jsonCodec<Current>());
    this.withdrawAddresses = state.table('distribution/withdraw-addresses', textCodec);
    this.historical = state.table('distribution/historical', jsonCodec<Historical>());
    this.starts = state.table('distribution/starts', distribution.DelegatorStartingInfo);
    this.slashes = state.table('distribution/slashes', distribution.ValidatorSlashEvent);
    this.pool = state.table('distribution/pool', bigintCodec);
  }

  get communityPool(): bigint {
    return this.pool.get('') ?? 0n;
  }

  addToPool(amount: bigint): void {
    if (amount !== 0n) this.pool.set('', this.communityPool + amount);
  }

  /** Adds to what a table says of a validator. */
  add(table: Table<bigint>, operator: string, amount: bigint): void {
    if (amount === 0n) return;
    const key = addressKey(operator);
    table.set(key, (table.get(key) ?? 0n) + amount);
  }

  historicalOf(operator: string, period: bigint): Historical {
    return this.historical.get(periodKey(operator, period)) ?? { ratio: 0n, references: 0 };
  }

  setHistorical(operator: string, period: bigint, value: Historical): void {
    this.historical.set(periodKey(operator, period), value);
  }

  /** `change` is 1 or −1. */
  refer(operator: string, period: bigint, change: number): void {
    const { ratio, references } = this.historicalOf(operator, period);
    if (references + change <= 0) this.historical.delete(periodKey(operator, period));
    else this.setHistorical(operator, period, { ratio, references: references + change });
  }

  startOf(pair: Pair): distribution.DelegatorStartingInfo | undefined {
    return this.starts.get(pairKey(pair));
  }

  setStart(pair: Pair, start: distribution.DelegatorStartingInfo): void {
    this.starts.set(pairKey(pair), start);
  }

  deleteStart(pair: Pair): void {
    this.starts.delete(pairKey(pair));
  }

  addSlash(operator: string, height: bigint, slash: Slash): void {
    this.slashes.set(joinKey(addressKey(operator), u64Key(height), u64Key(slash.validator_period)), slash);
  }

  /** From one height to another, both inclusive, in order; `from` is a key of an earlier walk. */
  *slashesOf(
    operator: string,
    heights: { start: bigint; end: bigint },
    walk: { from?: string; reverse?: boolean } = {},
  ): IterableIterator<[string, Slash]> {
    const prefix = joinKey(addressKey(operator), '');
    for (const [key, slash] of this.slashes.range({ ...walk, prefix })) {
      const height = key.slice(prefix.length, prefix.length + 16);
      if (height >= u64Key(heights.start) && height <= u64Key(heights.end)) yield [key, slash];
    }
  }

  /** Forgets a validator that is gone. */
  forget(operator: string): void {
    const key = addressKey(operator);
    for (const table of [this.outstanding, this.commission, this.current]) table.delete(key);
    const prefix = joinKey(key, '');
    for (const table of [this.historical, this.slashes]) {
      for (const [entry] of [...table.range({ prefix })]) table.delete(entry);
    }
  }
}

const periodKey = (operator: string, period: bigint): string => joinKey(addressKey(operator), u64Key(period));

const pairKey = ({ delegator_address, validator_address }: Pair): string =>
  joinKey(addressKey(validator_address), addressKey(delegator_address));
