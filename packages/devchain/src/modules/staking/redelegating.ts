/** Stake that changes validators at once, and is bound to its past for the time that unbonding would have taken. */
import { type googleProtobuf, sameAddress, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { coinText } from '../../coins.ts';
import type { Context } from '../../context.ts';
import { delegate, pairOf, unbond } from './delegating.ts';
import { stakingErrors as errors } from './errors.ts';
import type { StakingKeeper } from './keeper.ts';
import { poolOf } from './pools.ts';
import type { Move } from './redelegations.ts';
import { later } from './times.ts';
import { isMature } from './unbondings.ts';
import { isBonded, type Validator } from './validators.ts';

const { BOND_STATUS_BONDED, BOND_STATUS_UNBONDED } = staking.BondStatus;

interface Bond {
  /** The block in which the stake stopped to be bonded. */
  height: bigint;
  completion: googleProtobuf.Timestamp;
}

/** @throws ChainError staking/29 to staking/33, and those of unbonding and delegating */
export function redelegate(keeper: StakingKeeper, ctx: Context, move: Move, shares: bigint): Bond {
  const { delegator_address: delegator, validator_src_address: from, validator_dst_address: to } = move;
  if (sameAddress(from, to)) throw errors.sameValidator();
  const [source, destination] = [keeper.validator(from), keeper.validator(to)];
  if (!source || !destination) throw errors.badDestination();
  if (keeper.redelegations.hasArrived(delegator, from)) throw errors.transitiveRedelegation();
  const present = keeper.redelegations.get(move)?.entries ?? [];
  if (present.length >= keeper.params().max_entries) throw errors.tooManyRedelegations();
  const amount = unbond(keeper, ctx, pairOf(delegator, from), shares);
  if (amount === 0n) throw errors.tinyRedelegation();
  const shares_dst = delegate(keeper, ctx, pairOf(delegator, to), amount, poolOf(isBonded(source)));
  const bond = bondOf(keeper, ctx, from);
  if (keeper.validator(from)?.status === BOND_STATUS_UNBONDED) return bond;
  keeper.redelegations.add(move, {
    creation_height: bond.height,
    completion_time: bond.completion,
    initial_balance: amount,
    shares_dst,
    unbonding_id: keeper.nextUnbondingId(),
    unbonding_on_hold_ref_count: 0n,
  });
  return bond;
}

/** A validator that is bonded no more has begun the time of its stake already. */
function bondOf(keeper: StakingKeeper, ctx: Context, operator: string): Bond {
  const validator: Validator | undefined = keeper.validator(operator);
  if (!validator || validator.status === BOND_STATUS_BONDED) {
    return { height: ctx.height, completion: later(ctx.time, keeper.params().unbonding_time!) };
  }
  return { height: validator.unbonding_height, completion: validator.unbonding_time! };
}

/** Forgets what is long enough ago, of at most `limit` redelegations. */
export function completeRedelegations(keeper: StakingKeeper, ctx: Context, limit: number): void {
  for (const redelegation of keeper.redelegations.takeMature(ctx.time, limit)) {
    const { entries, ...move } = redelegation;
    const over = entries.filter((entry) => isMature(entry, ctx.time));
    keeper.redelegations.setEntries(
      move,
      entries.filter((entry) => !over.includes(entry)),
    );
    ctx.emit('complete_redelegation', {
      amount: coinText(over.reduce((sum, { initial_balance }) => sum + initial_balance, 0n)),
      delegator: move.delegator_address,
      source_validator: move.validator_src_address,
      destination_validator: move.validator_dst_address,
    });
  }
}
