/**
 * Rewards by stake and time, without touching every delegation in every block: a period ends whenever a validator's
 * stake changes, and it is kept what one wei of stake has earned up to there. What a delegation has earned is its stake
 * times the difference between now and the period it began with, piece by piece between slashes.
 */
import type { cosmosDistributionV1beta1 as distribution } from '@prairie/chain';
import type { Context } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { ONE } from '../gov/decimals.ts';
import { multiplyDown } from '../staking/decimals.ts';
import type { Pair, StakingKeeper, Validator } from '../staking/index.ts';
import { worthDown, worthOf } from '../staking/shares.ts';
import { distributionErrors as errors } from './errors.ts';
import type { DistributionStore } from './store.ts';

/** Rounding of shares may make stake look this much smaller than what was counted up to here. */
const ROUNDING = 3n;

export interface RewardDeps {
  store: DistributionStore;
  staking: StakingKeeper;
}

export function beginValidator({ store }: RewardDeps, { operator_address: operator }: Validator): void {
  store.setHistorical(operator, 0n, { ratio: 0n, references: 1 });
  store.current.set(addressKey(operator), { rewards: 0n, period: 1n });
}

/** @returns the period that has ended now */
export function endPeriod({ store, staking }: RewardDeps, operator: string): bigint {
  const key = addressKey(operator);
  const { rewards, period } = store.current.get(key) ?? { rewards: 0n, period: 1n };
  const tokens = staking.validator(operator)?.tokens ?? 0n;
  if (tokens === 0n) {
    // nobody has earned it
    store.addToPool(rewards);
    store.add(store.outstanding, operator, -rewards);
  }
  const earned = tokens === 0n ? 0n : rewards / tokens;
  const { ratio } = store.historicalOf(operator, period - 1n);
  store.refer(operator, period - 1n, -1);
  store.setHistorical(operator, period, { ratio: ratio + earned, references: 1 });
  store.current.set(key, { rewards: 0n, period: period + 1n });
  return period;
}

/** From here on the delegation earns with the shares it has now. */
export function beginDelegation({ store, staking }: RewardDeps, ctx: Context, pair: Pair): void {
  const operator = pair.validator_address;
  const previous_period = store.current.get(addressKey(operator))!.period - 1n;
  store.refer(operator, previous_period, 1);
  const stake = worthDown(staking.validator(operator)!, staking.delegation(pair)!.shares);
  store.setStart(pair, { previous_period, stake, height: ctx.height });
}

/** Forgets where the delegation began. */
export function endDelegation({ store }: RewardDeps, pair: Pair): void {
  store.refer(pair.validator_address, store.startOf(pair)!.previous_period, -1);
  store.deleteStart(pair);
}

/**
 * What a delegation has earned until the end of `period`, in 10⁻¹⁸ wei.
 * @throws ChainError distribution/5 for a delegation that has no beginning
 */
export function earnedBy(deps: RewardDeps, ctx: Context, pair: Pair, period: bigint): bigint {
  const { store, staking } = deps;
  const start = store.startOf(pair);
  if (!start) throw errors.noDelegation();
  if (start.height === ctx.height) return 0n;
  const operator = pair.validator_address;
  let [from, stake, total] = [start.previous_period, start.stake, 0n];
  const between = (end: bigint) =>
    multiplyDown(store.historicalOf(operator, end).ratio - store.historicalOf(operator, from).ratio, stake);
  for (const [, slash] of store.slashesOf(operator, { start: start.height, end: ctx.height })) {
    if (slash.validator_period <= from) continue;
    total += between(slash.validator_period);
    stake = multiplyDown(stake, ONE - slash.fraction);
    from = slash.validator_period;
  }
  stake = presentStake(stake, worthOf(staking.validator(operator)!, staking.delegation(pair)!.shares));
  return total + between(period);
}

/** Nobody earns with more than the shares are worth. @throws Error when that differs by more than rounding */
function presentStake(counted: bigint, worth: bigint): bigint {
  if (counted <= worth) return counted;
  if (counted > worth + ROUNDING) {
    throw new Error(`rewards were counted for a stake of ${counted}, the delegation has ${worth}`);
  }
  return worth;
}

/** The validator has less stake from here on: what was earned before counts with the stake of before. */
export function noteSlash(deps: RewardDeps, ctx: Context, { operator_address }: Validator, fraction: bigint): void {
  const validator_period = endPeriod(deps, operator_address);
  deps.store.refer(operator_address, validator_period, 1);
  const slash: distribution.ValidatorSlashEvent = { validator_period, fraction };
  deps.store.addSlash(operator_address, ctx.height, slash);
}
