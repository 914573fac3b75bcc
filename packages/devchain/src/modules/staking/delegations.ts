/** Who has delegated to whom: by delegator, and by validator. */
import type { MessageType, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { addressKey, joinKey } from '../../keys.ts';
import { presentCodec } from '../../state/codecs.ts';

/** A delegator and the operator of a validator. */
export type Pair = Pick<staking.Delegation, 'delegator_address' | 'validator_address'>;

export interface Walk {
  from?: string;
  reverse?: boolean;
}

/** Values that a delegator has with a validator, found by either. Keys of both walks are those of their own order. */
export class PairTable<V extends Pair> {
  /** By delegator, then validator. */
  readonly table: Table<V>;
  private readonly reversed: Table<true>;

  constructor(state: State, name: string, type: MessageType<V>) {
    this.table = state.table(name, type);
    this.reversed = state.table(`${name}-by-validator`, presentCodec);
  }

  get(pair: Pair): V | undefined {
    return this.table.get(keyOf(pair));
  }

  set(value: V): void {
    this.table.set(keyOf(value), value);
    this.reversed.set(reversedKeyOf(value), true);
  }

  delete(pair: Pair): void {
    this.table.delete(keyOf(pair));
    this.reversed.delete(reversedKeyOf(pair));
  }

  ofDelegator(delegator: string, walk: Walk = {}): IterableIterator<[string, V]> {
    return this.table.range({ ...walk, prefix: joinKey(addressKey(delegator), '') });
  }

  *ofValidator(operator: string, walk: Walk = {}): IterableIterator<[string, V]> {
    for (const [key] of this.reversed.range({ ...walk, prefix: joinKey(addressKey(operator), '') })) {
      const [validator, delegator] = key.split('!') as [string, string];
      yield [key, this.table.get(joinKey(delegator, validator))!];
    }
  }
}

const keyOf = ({ delegator_address, validator_address }: Pair): string =>
  joinKey(addressKey(delegator_address), addressKey(validator_address));

const reversedKeyOf = ({ delegator_address, validator_address }: Pair): string =>
  joinKey(addressKey(validator_address), addressKey(delegator_address));
