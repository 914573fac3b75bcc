/** Random messages of those who stake, and of validators about themselves. */
import {
  cosmosDistributionV1beta1 as distribution,
  cosmosSlashingV1beta1 as slashing,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import { ChainError, StatusError } from '../../../context.ts';
import { addressKey } from '../../../keys.ts';
import { hasNoRate, tokensOf } from '../../../modules/staking/shares.ts';
import { consensusAddress } from '../../../modules/staking/validators.ts';
import type { Draft, Kind } from '../draft.ts';
import type { World } from '../world.ts';
import { bnb, draft } from './common.ts';

type Validator = staking.Validator;
type Delegation = staking.Delegation;

export const stakingKinds: readonly Kind[] = [
  { name: 'Delegate', weight: 2, make: delegate },
  { name: 'Undelegate', weight: 1.5, make: undelegate },
  { name: 'BeginRedelegate', weight: 1, make: redelegate },
  { name: 'CancelUnbondingDelegation', weight: 1, make: cancelUnbonding },
  { name: 'EditValidator', weight: 0.5, make: editValidator },
  { name: 'Undelegate, own stake of a validator', weight: 0.7, make: breakPromise },
  { name: 'Delegate, own stake of a validator', weight: 3, make: keepPromise },
  { name: 'Unjail', weight: 3, make: unjail },
  { name: 'SetWithdrawAddress', weight: 0.5, make: setWithdrawAddress },
  { name: 'WithdrawDelegatorReward', weight: 1, make: withdrawReward },
  { name: 'WithdrawValidatorCommission', weight: 1, make: withdrawCommission },
];

/** Stake changes rates, and rates decide how much can be taken back: one at a time of a validator. */
const claimOf = (operator: string): string => `validator/${operator}`;
/** Who votes on challenges must not change in a block that has votes. */
const claims = (...operators: string[]): string[] => [...operators.map(claimOf), 'validators'];

function validatorWith(world: World, accept: (validator: Validator) => boolean = () => true): Validator | undefined {
  const all = [...world.keepers.staking.validators.table.range()].map(([, validator]) => validator);
  return world.rng.pick(all.filter(accept));
}

function delegate(world: World): Draft | undefined {
  const validator = validatorWith(world, (one) => !hasNoRate(one));
  if (!validator) return undefined;
  const delegator = world.richUser();
  const message = {
    delegator_address: delegator.address,
    validator_address: validator.operator_address,
    amount: bnb(world.rng.magnitude(70)),
  };
  return draft(delegator, staking.MsgDelegate, message, { changes: claims(validator.operator_address) });
}

interface Stake {
  delegation: Delegation;
  validator: Validator;
  /** A part of it, wei. */
  amount: bigint;
}

/** Of a user, with a validator that has not lost all. */
function stake(world: World): Stake | undefined {
  const delegation = world.rng.pick([...world.keepers.staking.delegationsOf(world.richUser().address)]);
  const validator = delegation && world.keepers.staking.validator(delegation.validator_address);
  if (!validator || validator.tokens === 0n) return undefined;
  const worth = tokensOf(validator, delegation.shares);
  const amount = world.rng.chance(0.2) ? worth : worth / BigInt(world.rng.between(2, 20));
  // a share may be worth so little that rounding takes it all
  return amount > 1n ? { delegation, validator, amount } : undefined;
}

function undelegate(world: World): Draft | undefined {
  const found = stake(world);
  if (!found) return undefined;
  const { delegation, amount } = found;
  const { delegator_address, validator_address } = delegation;
  const { staking: keeper } = world.keepers;
  if (keeper.unbondings.entries(delegation).length >= keeper.params().max_entries) return undefined;
  const message = { delegator_address, validator_address, amount: bnb(amount) };
  return draft(world.key(delegator_address)!, staking.MsgUndelegate, message, { changes: claims(validator_address) });
}

function redelegate(world: World): Draft | undefined {
  const found = stake(world);
  if (!found) return undefined;
  const { delegator_address, validator_address: from } = found.delegation;
  const { staking: keeper } = world.keepers;
  const to = validatorWith(world, (one) => one.operator_address !== from && !hasNoRate(one))?.operator_address;
  if (!to || keeper.redelegations.hasArrived(delegator_address, from)) return undefined;
  const move = { delegator_address, validator_src_address: from, validator_dst_address: to };
  if ((keeper.redelegations.get(move)?.entries.length ?? 0) >= keeper.params().max_entries) return undefined;
  const message = { ...move, amount: bnb(found.amount) };
  return draft(world.key(delegator_address)!, staking.MsgBeginRedelegate, message, { changes: claims(from, to) });
}

function cancelUnbonding(world: World): Draft | undefined {
  const { staking: keeper } = world.keepers;
  const unbonding = world.rng.pick([...keeper.unbondings.pairs.table.range()].map(([, one]) => one));
  const entry = unbonding && world.rng.pick(unbonding.entries);
  const validator = unbonding && keeper.validator(unbonding.validator_address);
  if (!entry || !validator || validator.jailed || hasNoRate(validator)) return undefined;
  if (entry.completion_time!.seconds <= world.now + 1n || entry.balance === 0n) return undefined;
  // two entries of one height can only be told apart by their times
  if (unbonding.entries.filter((one) => one.creation_height === entry.creation_height).length > 1) return undefined;
  const { delegator_address, validator_address } = unbonding;
  const amount = world.rng.chance(0.5) ? entry.balance : 1n + entry.balance / 3n;
  const message = {
    delegator_address,
    validator_address,
    amount: bnb(amount > entry.balance ? entry.balance : amount),
    creation_height: entry.creation_height,
  };
  const changes = claims(validator_address);
  return draft(world.key(delegator_address)!, staking.MsgCancelUnbondingDelegation, message, { changes });
}

function editValidator(world: World): Draft | undefined {
  const validator = validatorWith(world);
  if (!validator) return undefined;
  const message = {
    description: { ...validator.description!, details: world.name('details ') },
    validator_address: validator.operator_address,
  };
  const signer = world.key(validator.operator_address)!;
  return draft(signer, staking.MsgEditValidator, message, { changes: claims(validator.operator_address) });
}

/** What a validator stakes itself, of what it promised, wei. */
function ownStake(world: World, validator: Validator): { own: bigint; promised: bigint } {
  const { operator_address: validator_address, self_del_address: delegator_address } = validator;
  const delegation = world.keepers.staking.delegation({ delegator_address, validator_address });
  return { own: delegation ? tokensOf(validator, delegation.shares) : 0n, promised: validator.min_self_delegation };
}

/** One that came later: the first has all the power, and makes the blocks. */
const isLater = ({ min_self_delegation }: Validator): boolean => min_self_delegation > 1n;

/** A validator that stakes less than it promised is jailed. */
function breakPromise(world: World): Draft | undefined {
  const validator = validatorWith(world, (one) => {
    const { own, promised } = ownStake(world, one);
    return isLater(one) && !one.jailed && own >= promised;
  });
  if (!validator) return undefined;
  const { operator_address: validator_address, self_del_address: delegator_address } = validator;
  const { own, promised } = ownStake(world, validator);
  const pair = { delegator_address, validator_address };
  const { staking: keeper } = world.keepers;
  if (keeper.unbondings.entries(pair).length >= keeper.params().max_entries) return undefined;
  const message = { ...pair, amount: bnb(own - promised + 2n) };
  return draft(world.key(delegator_address)!, staking.MsgUndelegate, message, { changes: claims(validator_address) });
}

function keepPromise(world: World): Draft | undefined {
  const validator = validatorWith(world, (one) => {
    const { own, promised } = ownStake(world, one);
    return isLater(one) && own < promised && !hasNoRate(one);
  });
  if (!validator) return undefined;
  const { operator_address: validator_address, self_del_address: delegator_address } = validator;
  const message = { delegator_address, validator_address, amount: bnb(validator.min_self_delegation) };
  return draft(world.key(delegator_address)!, staking.MsgDelegate, message, { changes: claims(validator_address) });
}

function unjail(world: World): Draft | undefined {
  const validator = validatorWith(world, (one) => {
    const { own, promised } = ownStake(world, one);
    return one.jailed && own >= promised && isFree(world, one);
  });
  if (!validator) return undefined;
  const { operator_address: validator_addr } = validator;
  const changes = claims(validator_addr);
  return draft(world.key(validator_addr)!, slashing.MsgUnjail, { validator_addr }, { changes });
}

/** Its time in jail is over. */
function isFree(world: World, { consensus_pubkey }: Validator): boolean {
  const cons_address = consensusAddress(consensus_pubkey);
  try {
    const { val_signing_info } = world.ask('/cosmos.slashing.v1beta1.Query/SigningInfo', { cons_address });
    return !val_signing_info.tombstoned && val_signing_info.jailed_until.seconds < world.now;
  } catch (error) {
    // it was never in the set
    if (error instanceof ChainError || error instanceof StatusError) return true;
    throw error;
  }
}

function setWithdrawAddress(world: World): Draft {
  const delegator = world.richUser();
  const message = { delegator_address: delegator.address, withdraw_address: world.user().address };
  return draft(delegator, distribution.MsgSetWithdrawAddress, message);
}

function withdrawReward(world: World): Draft | undefined {
  const delegation = world.rng.pick([...world.keepers.staking.delegationsOf(world.richUser().address)]);
  if (!delegation) return undefined;
  const { delegator_address, validator_address } = delegation;
  const message = { delegator_address, validator_address };
  const rest = { changes: [claimOf(validator_address)] };
  return draft(world.key(delegator_address)!, distribution.MsgWithdrawDelegatorReward, message, rest);
}

function withdrawCommission(world: World): Draft | undefined {
  const { commission } = world.keepers.distribution.store;
  const validator = validatorWith(
    world,
    ({ operator_address }) => (commission.get(addressKey(operator_address)) ?? 0n) > 0n,
  );
  if (!validator) return undefined;
  const { operator_address: validator_address } = validator;
  const rest = { changes: [claimOf(validator_address)] };
  return draft(world.key(validator_address)!, distribution.MsgWithdrawValidatorCommission, { validator_address }, rest);
}
