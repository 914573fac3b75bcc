/** Who is in the set, as it follows from power at the end of each block. */
import { cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { Context } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { removeIfEmpty } from './delegating.ts';
import type { StakingKeeper } from './keeper.ts';
import { completeRedelegations } from './redelegating.ts';
import { later } from './times.ts';
import { completeUnbondings } from './undelegating.ts';
import { isBonded, powerOf, type Validator } from './validators.ts';

const { BOND_STATUS_BONDED, BOND_STATUS_UNBONDING, BOND_STATUS_UNBONDED } = staking.BondStatus;

/** Of each kind; what is left waits for the next block. */
const MAX_COMPLETED_PER_BLOCK = 200;

/** Remembers the set that this block begins with. */
export function beginBlock(keeper: StakingKeeper, ctx: Context): void {
  if (keeper.validators.takeChange()) keeper.history.record(ctx, keeper.validators.inSet());
  keeper.history.keep(ctx, keeper.params().historical_entries);
}

export function endBlock(keeper: StakingKeeper, ctx: Context): void {
  updateSet(keeper, ctx);
  let left = MAX_COMPLETED_PER_BLOCK;
  for (const validator of keeper.validators.mature(ctx.time)) {
    if (left-- === 0) break;
    const unbonded = { ...validator, status: BOND_STATUS_UNBONDED, unbonding_ids: [] };
    keeper.validators.set(unbonded);
    removeIfEmpty(keeper, ctx, unbonded);
  }
  completeUnbondings(keeper, ctx, MAX_COMPLETED_PER_BLOCK);
  completeRedelegations(keeper, ctx, MAX_COMPLETED_PER_BLOCK);
}

/** The strongest are bonded, all others are not; the coins of both go to their pools in one movement. */
export function updateSet(keeper: StakingKeeper, ctx: Context): void {
  const leaving = new Map(keeper.validators.lastPowers.range());
  let [toBonded, fromBonded] = [0n, 0n];
  for (const validator of strongest(keeper)) {
    const key = addressKey(validator.operator_address);
    if (!isBonded(validator)) {
      bond(keeper, ctx, validator);
      toBonded += validator.tokens;
    }
    const power = powerOf(validator);
    if (leaving.get(key) !== power) keeper.validators.setLastPower(key, power);
    leaving.delete(key);
  }
  for (const key of [...leaving.keys()].sort()) {
    const validator = keeper.validator(key)!;
    beginUnbonding(keeper, ctx, validator);
    fromBonded += validator.tokens;
    keeper.validators.setLastPower(key, undefined);
  }
  const net = toBonded - fromBonded;
  if (net > 0n) keeper.pools.move(ctx, 'not_bonded_tokens_pool', 'bonded_tokens_pool', net);
  if (net < 0n) keeper.pools.move(ctx, 'bonded_tokens_pool', 'not_bonded_tokens_pool', -net);
}

/** As many as the set has places for; without a whole BNB there is no place. */
function strongest(keeper: StakingKeeper): Validator[] {
  const { max_validators } = keeper.params();
  const found: Validator[] = [];
  for (const validator of keeper.validators.byPower()) {
    if (found.length === max_validators || powerOf(validator) === 0n) break;
    found.push(validator);
  }
  return found;
}

function bond(keeper: StakingKeeper, ctx: Context, validator: Validator): void {
  const bonded = { ...validator, status: BOND_STATUS_BONDED, unbonding_ids: [] };
  keeper.validators.set(bonded);
  keeper.hooks.afterValidatorBonded(ctx, bonded);
}

function beginUnbonding(keeper: StakingKeeper, ctx: Context, validator: Validator): void {
  const unbonding = {
    ...validator,
    status: BOND_STATUS_UNBONDING,
    unbonding_time: later(ctx.time, keeper.params().unbonding_time!),
    unbonding_height: ctx.height,
    unbonding_ids: [...validator.unbonding_ids, keeper.nextUnbondingId()],
  };
  keeper.validators.set(unbonding);
  keeper.hooks.afterValidatorBeginsUnbonding(ctx, unbonding);
}
