/**
 * The validator sets that blocks began with. A set is kept once, at the first block that began with it, until no block
 * whose record is kept began with it.
 */
import { cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { u64Key } from '../../keys.ts';
import { consensusAddress, powerOf, type Validator } from './validators.ts';

/** Votes of a block are those of the set two blocks before it, whatever the parameters say. */
const LEAST_KEPT = 3n;
/** More old sets than one a block are there only after the parameter was lowered. */
const MAX_FORGOTTEN_PER_BLOCK = 10;

export class ValidatorHistory {
  private readonly table: Table<staking.HistoricalInfo>;

  constructor(state: State) {
    this.table = state.table('staking/history', staking.HistoricalInfo);
  }

  /** By power, then by consensus address. Empty before the first block. */
  at(height: bigint): readonly Validator[] {
    const { value } = this.table.range({ from: u64Key(height), reverse: true }).next();
    return value ? value[1].valset : [];
  }

  record({ height }: Context, validators: readonly Validator[]): void {
    this.table.set(u64Key(height), { header: undefined, valset: sorted(validators) });
  }

  /** Forgets sets that only older blocks than these began with. */
  keep({ height }: Context, blocks: number): void {
    const kept = BigInt(blocks) > LEAST_KEPT ? BigInt(blocks) : LEAST_KEPT;
    if (height < kept) return;
    const oldest = u64Key(height - kept + 1n);
    const old: string[] = [];
    for (const [key] of this.table.range()) {
      if (key > oldest || old.length > MAX_FORGOTTEN_PER_BLOCK) break;
      old.push(key);
    }
    // the last of them is the set that the oldest block began with
    for (const key of old.slice(0, -1)) this.table.delete(key);
  }
}

function sorted(validators: readonly Validator[]): Validator[] {
  const address = new Map(validators.map((one) => [one, consensusAddress(one.consensus_pubkey).toLowerCase()]));
  const byAddress = (a: Validator, b: Validator) => (address.get(a)! < address.get(b)! ? -1 : 1);
  return validators.toSorted((a, b) => {
    const [left, right] = [powerOf(a), powerOf(b)];
    if (left !== right) return left > right ? -1 : 1;
    return byAddress(a, b);
  });
}
