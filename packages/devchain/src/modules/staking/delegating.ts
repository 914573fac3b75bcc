/** Stake comes to a validator and leaves it. Where it comes from and goes to is a matter of the messages. */
import { sameAddress, cosmosStakingV1beta1 as staking, toChecksumAddress } from '@prairie/chain';
import type { Context } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { Pair } from './delegations.ts';
import { stakingErrors as errors } from './errors.ts';
import type { StakingKeeper } from './keeper.ts';
import { type Pool, poolOf } from './pools.ts';
import { addTokens, hasNoRate, removeShares, sharesFor, tokensOf } from './shares.ts';
import { isBonded, type Validator } from './validators.ts';

export const pairOf = (delegator: string, operator: string): Pair => ({
  delegator_address: toChecksumAddress(delegator),
  validator_address: toChecksumAddress(operator),
});

/** @throws ChainError staking/3 */
export function existingValidator(keeper: StakingKeeper, operator: string): Validator {
  const validator = keeper.validator(operator);
  if (!validator) throw errors.noValidator();
  return validator;
}

/**
 * Adds wei to a delegation. `from` is the pool that has them already; without it the delegator pays.
 * @returns the shares they bought
 * @throws ChainError staking/3, staking/34, sdk/5
 */
export function delegate(keeper: StakingKeeper, ctx: Context, pair: Pair, amount: bigint, from?: Pool): bigint {
  const validator = existingValidator(keeper, pair.validator_address);
  if (hasNoRate(validator)) throw errors.noRate();
  const present = keeper.delegation(pair);
  if (present) keeper.hooks.beforeDelegationChanged(ctx, pair);
  else keeper.hooks.beforeDelegationCreated(ctx, pair);
  const pool = poolOf(isBonded(validator));
  if (from) keeper.pools.move(ctx, from, pool, amount);
  else keeper.pools.deposit(ctx, pair.delegator_address, pool, amount);
  const { stake, shares } = addTokens(validator, amount);
  keeper.validators.set(stake);
  keeper.delegations.set({ ...pair, shares: (present?.shares ?? 0n) + shares });
  keeper.hooks.afterDelegationChanged(ctx, pair);
  return shares;
}

/**
 * How many shares of the delegation are worth `amount` wei, rounded down.
 * @throws ChainError staking/3, staking/19, staking/22; sdk/18 when the delegation is worth less
 */
export function sharesToUnbond(keeper: StakingKeeper, pair: Pair, amount: bigint): bigint {
  const validator = existingValidator(keeper, pair.validator_address);
  const delegation = keeper.delegation(pair);
  if (!delegation) throw errors.noDelegation();
  if (validator.tokens === 0n) throw errors.insufficientShares();
  const shares = sharesFor(validator, amount);
  if (shares > delegation.shares) throw sdkErrors.invalidRequest('invalid shares amount');
  return shares;
}

/**
 * Takes shares out of a delegation; what they are worth stays in the pool where it is. The validator is jailed when its
 * own stake falls below what it promised, and removed when it was unbonded and this was all it had.
 * @returns wei
 * @throws ChainError staking/21, staking/24, staking/3
 */
export function unbond(keeper: StakingKeeper, ctx: Context, pair: Pair, shares: bigint): bigint {
  if (!keeper.delegation(pair)) throw errors.noDelegationOf();
  keeper.hooks.beforeDelegationChanged(ctx, pair);
  const delegation = keeper.delegation(pair)!;
  if (delegation.shares < shares) throw errors.notEnoughShares();
  const left = delegation.shares - shares;
  const validator = existingValidator(keeper, pair.validator_address);
  const isOwn = sameAddress(pair.delegator_address, validator.self_del_address);
  if (isOwn && tokensOf(validator, left) < validator.min_self_delegation) keeper.jail(validator.operator_address);
  if (left === 0n) {
    keeper.delegations.delete(pair);
  } else {
    keeper.delegations.set({ ...delegation, shares: left });
    keeper.hooks.afterDelegationChanged(ctx, pair);
  }
  const { stake, amount } = removeShares(existingValidator(keeper, pair.validator_address), shares);
  keeper.validators.set(stake);
  removeIfEmpty(keeper, ctx, stake);
  return amount;
}

/** A validator that has neither stake nor a place in the set is forgotten. */
export function removeIfEmpty(keeper: StakingKeeper, ctx: Context, validator: Validator): void {
  if (validator.status !== staking.BondStatus.BOND_STATUS_UNBONDED || validator.delegator_shares > 0n) return;
  keeper.validators.remove(validator);
  keeper.hooks.afterValidatorRemoved(ctx, validator);
}
