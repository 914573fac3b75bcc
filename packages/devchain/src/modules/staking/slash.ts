/**
 * Stake answers for what its validator did: a part of it is burnt, also of what has left since then. Nominal validators
 * do nothing wrong and the one that signs is honest, so this is for modules and tests that decide otherwise.
 */
import { cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { POWER_REDUCTION } from '../../chain/validator.ts';
import type { Context } from '../../context.ts';
import { divideUp, multiplyDown, ONE } from './decimals.ts';
import { pairOf, unbond } from './delegating.ts';
import type { StakingKeeper } from './keeper.ts';
import { poolOf } from './pools.ts';
import { isMature } from './unbondings.ts';
import { isBonded, type Validator } from './validators.ts';

export interface Infraction {
  /** Address of the consensus key. */
  consensusAddress: string;
  /** The block in which it was committed, at most this one. */
  height: bigint;
  /** What the validator had then, whole BNB. */
  power: bigint;
  /** Decimal, from 0 to 1. */
  fraction: bigint;
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Whole wei of an amount. */
const partOf = (amount: bigint, fraction: bigint): bigint => multiplyDown(amount * ONE, fraction) / ONE;

/**
 * Burns `fraction` of the stake behind `power`: first of what left the validator since the infraction, the rest of what
 * it has now. Nothing to do for a validator that is gone.
 * @returns wei taken from its present stake
 * @throws Error for an infraction in the future, and for a validator that is unbonded
 */
export function slash(keeper: StakingKeeper, ctx: Context, infraction: Infraction): bigint {
  const { consensusAddress, height, power, fraction } = infraction;
  if (fraction < 0n || fraction > ONE) throw new Error(`slash fraction from 0 to 1 expected, got ${fraction}e-18`);
  if (height > ctx.height) throw new Error(`infraction at height ${height}, which is not reached yet`);
  const validator = keeper.validatorByConsensusAddress(consensusAddress);
  if (!validator) return 0n;
  if (validator.status === staking.BondStatus.BOND_STATUS_UNBONDED) {
    throw new Error(`validator ${validator.operator_address} is unbonded: there is nothing left to slash`);
  }
  let rest = partOf(power * POWER_REDUCTION, fraction);
  if (height < ctx.height) rest -= slashWhatLeft(keeper, ctx, validator, infraction);
  return slashStake(keeper, ctx, validator.operator_address, rest);
}

function slashStake(keeper: StakingKeeper, ctx: Context, operator: string, wanted: bigint): bigint {
  const validator = keeper.validator(operator);
  if (!validator) return 0n;
  const amount = smaller(wanted > 0n ? wanted : 0n, validator.tokens);
  if (validator.tokens > 0n) {
    keeper.hooks.beforeValidatorSlashed(ctx, validator, divideUp(amount * ONE, validator.tokens * ONE));
  }
  keeper.validators.set({ ...validator, tokens: validator.tokens - amount });
  keeper.pools.burn(ctx, poolOf(isBonded(validator)), amount);
  return amount;
}

/** What came after the infraction, or is paid out already, is innocent. */
const answers = (
  entry: staking.UnbondingDelegationEntry | staking.RedelegationEntry,
  { height }: Infraction,
  ctx: Context,
): boolean => entry.creation_height >= height && !isMature(entry, ctx.time);

/** Wei that those who left had to answer for, whether they still have it or not. */
function slashWhatLeft(keeper: StakingKeeper, ctx: Context, validator: Validator, infraction: Infraction): bigint {
  const { operator_address: operator } = validator;
  let total = 0n;
  for (const [, unbonding] of [...keeper.unbondings.pairs.ofValidator(operator)]) {
    total += slashUnbonding(keeper, ctx, unbonding, infraction);
  }
  for (const [, redelegation] of [...keeper.redelegations.ofSource(operator)]) {
    total += slashRedelegation(keeper, ctx, redelegation, infraction);
  }
  return total;
}

function slashUnbonding(
  keeper: StakingKeeper,
  ctx: Context,
  unbonding: staking.UnbondingDelegation,
  infraction: Infraction,
): bigint {
  let total = 0n;
  let burnt = 0n;
  const entries = unbonding.entries.map((entry) => {
    if (!answers(entry, infraction, ctx)) return entry;
    const share = partOf(entry.initial_balance, infraction.fraction);
    const amount = smaller(share, entry.balance);
    total += share;
    burnt += amount;
    return { ...entry, balance: entry.balance - amount };
  });
  keeper.unbondings.setEntries(unbonding, entries);
  keeper.pools.burn(ctx, 'not_bonded_tokens_pool', burnt);
  return total;
}

function slashRedelegation(
  keeper: StakingKeeper,
  ctx: Context,
  { delegator_address, validator_dst_address, entries }: staking.Redelegation,
  infraction: Infraction,
): bigint {
  let total = 0n;
  const pair = pairOf(delegator_address, validator_dst_address);
  for (const entry of entries.filter((one) => answers(one, infraction, ctx))) {
    total += partOf(entry.initial_balance, infraction.fraction);
    const held = keeper.delegation(pair)?.shares ?? 0n;
    const shares = smaller(multiplyDown(infraction.fraction, entry.shares_dst), held);
    if (shares === 0n) continue;
    const bonded = isBonded(keeper.validator(validator_dst_address)!);
    keeper.pools.burn(ctx, poolOf(bonded), unbond(keeper, ctx, pair, shares));
  }
  return total;
}
