/** Stake on its way back to its owner, and back to the validator again. */
import type { googleProtobuf } from '@prairie/chain';
import { coinText } from '../../coins.ts';
import { type Context, plainError } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { delegate, existingValidator, unbond } from './delegating.ts';
import type { Pair } from './delegations.ts';
import { stakingErrors as errors } from './errors.ts';
import type { StakingKeeper } from './keeper.ts';
import { poolOf } from './pools.ts';
import { hasNoRate } from './shares.ts';
import { later } from './times.ts';
import { isMature } from './unbondings.ts';
import { isBonded } from './validators.ts';

/** @returns when the coins are the delegator's again. @throws ChainError staking/27, and those of {@link unbond} */
export function undelegate(keeper: StakingKeeper, ctx: Context, pair: Pair, shares: bigint): googleProtobuf.Timestamp {
  const { unbonding_time, max_entries } = keeper.params();
  const wasBonded = isBonded(existingValidator(keeper, pair.validator_address));
  if (keeper.unbondings.entries(pair).length >= max_entries) throw errors.tooManyUnbondings();
  const amount = unbond(keeper, ctx, pair, shares);
  keeper.pools.move(ctx, poolOf(wasBonded), 'not_bonded_tokens_pool', amount);
  const completion = later(ctx.time, unbonding_time!);
  keeper.unbondings.add(pair, {
    creation_height: ctx.height,
    completion_time: completion,
    initial_balance: amount,
    balance: amount,
    unbonding_id: keeper.nextUnbondingId(),
    unbonding_on_hold_ref_count: 0n,
  });
  return completion;
}

/**
 * Delegates again what is on its way back since the block of `height`.
 * @throws ChainError staking/3, staking/7, staking/34, sdk/18, sdk/38; undefined/1 when nothing is
 */
export function cancelUnbonding(
  keeper: StakingKeeper,
  ctx: Context,
  pair: Pair,
  { amount, height }: { amount: bigint; height: bigint },
): void {
  const validator = existingValidator(keeper, pair.validator_address);
  if (hasNoRate(validator)) throw errors.noRate();
  if (validator.jailed) throw errors.jailed();
  const entries = [...keeper.unbondings.entries(pair)];
  if (entries.length === 0) throw plainError(`rpc error: code = NotFound desc = ${notUnbonding(pair)}`);
  const index = entries.findIndex((entry) => entry.creation_height === height && !isMature(entry, ctx.time));
  const entry = entries[index];
  if (!entry) throw sdkErrors.notFound(`unbonding delegation entry is not found at block height ${height}`);
  if (entry.balance < amount) {
    throw sdkErrors.invalidRequest('amount is greater than the unbonding delegation entry balance');
  }
  delegate(keeper, ctx, pair, amount, 'not_bonded_tokens_pool');
  const left = { ...entry, balance: entry.balance - amount, initial_balance: entry.initial_balance - amount };
  entries.splice(index, 1, ...(left.balance > 0n ? [left] : []));
  keeper.unbondings.setEntries(pair, entries);
}

/** As queries say it. */
export const notUnbonding = ({ delegator_address, validator_address }: Pair): string =>
  `unbonding delegation with delegator ${delegator_address} not found for validator ${validator_address}`;

/** Pays out what is due, for at most `limit` pairs of delegator and validator. */
export function completeUnbondings(keeper: StakingKeeper, ctx: Context, limit: number): void {
  for (const pair of keeper.unbondings.takeMature(ctx.time, limit)) {
    const entries = keeper.unbondings.entries(pair);
    const amount = entries.filter((entry) => isMature(entry, ctx.time)).reduce((sum, { balance }) => sum + balance, 0n);
    if (amount > 0n) keeper.pools.payOut(ctx, pair.delegator_address, amount);
    keeper.unbondings.setEntries(
      pair,
      entries.filter((entry) => !isMature(entry, ctx.time)),
    );
    ctx.emit('complete_unbonding', {
      amount: coinText(amount),
      validator: pair.validator_address,
      delegator: pair.delegator_address,
    });
  }
}
