/** What a validator may change of itself. */
import { decimalText, type googleProtobuf, cosmosStakingV1beta1 as staking, toChecksumAddress } from '@prairie/chain';
import type { Context } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { compareTimes } from '../permission/time.ts';
import { checkDescription } from '../sp/create.ts';
import { checkAddress, checkBlsProof, checkUnused } from './checks.ts';
import { ONE } from './decimals.ts';
import { existingValidator } from './delegating.ts';
import { stakingErrors as errors } from './errors.ts';
import type { StakingKeeper } from './keeper.ts';
import { later } from './times.ts';
import type { Identity, Validator } from './validators.ts';

type Edit = staking.MsgEditValidator;

/** A text of a description that stays as it is. */
const UNCHANGED = '[do-not-modify]';
const COMMISSION_INTERVAL = { seconds: 86_400n, nanos: 0 };

export function checkEditMessage(msg: Edit): void {
  checkAddress('validator', msg.validator_address);
  if (Object.values(msg.description ?? {}).every((text) => text === '')) {
    throw sdkErrors.invalidRequest('empty description');
  }
  if (msg.min_self_delegation < 0n) {
    throw sdkErrors.invalidRequest('minimum self delegation must be a positive integer');
  }
  if (msg.commission_rate < 0n || msg.commission_rate > ONE) {
    throw sdkErrors.invalidRequest('commission rate must be between 0 and 1 (inclusive)');
  }
  if (msg.relayer_address !== '') checkAddress('relayer', msg.relayer_address);
  if (msg.challenger_address !== '') checkAddress('challenger', msg.challenger_address);
  if (msg.bls_key !== '') checkBlsProof(msg.bls_key, msg.bls_proof);
}

/**
 * What is empty stays. So does a number that is zero, which decoded messages do not tell from one that is not there: a
 * commission can be lowered, but not to nothing.
 */
export function editValidator(keeper: StakingKeeper, ctx: Context, msg: Edit): void {
  const validator = existingValidator(keeper, msg.validator_address);
  const { relayer_address, challenger_address, bls_key } = msg;
  const identities = Object.entries({ relayer: relayer_address, challenger: challenger_address, bls: bls_key });
  const given = Object.fromEntries(identities.filter(([, value]) => value !== '')) as Partial<Record<Identity, string>>;
  checkUnused(keeper, msg.validator_address, given);
  const edited: Validator = {
    ...validator,
    description: newDescription(validator.description!, msg.description!),
    commission: newCommission(keeper, ctx.time, validator.commission!, msg.commission_rate),
    min_self_delegation: newMinimum(validator, msg.min_self_delegation),
    relayer_address: given.relayer ? toChecksumAddress(given.relayer) : validator.relayer_address,
    challenger_address: given.challenger ? toChecksumAddress(given.challenger) : validator.challenger_address,
    bls_key: given.bls ? Buffer.from(given.bls, 'hex') : validator.bls_key,
  };
  keeper.validators.set(edited);
  ctx.emit('edit_validator', {
    commission_rate: decimalText(edited.commission!.commission_rates!.rate),
    min_self_delegation: edited.min_self_delegation.toString(),
  });
}

function newDescription(before: staking.Description, given: staking.Description): staking.Description {
  const texts = Object.entries(given).map(([name, text]) => {
    return [name, text === UNCHANGED ? before[name as keyof staking.Description] : text];
  });
  const description = staking.Description.create(Object.fromEntries(texts));
  checkDescription(description);
  return description;
}

function newCommission(
  keeper: StakingKeeper,
  now: googleProtobuf.Timestamp,
  before: staking.Commission,
  rate: bigint,
): staking.Commission {
  if (rate === 0n) return before;
  const { commission_rates: rates, update_time } = before;
  if (compareTimes(now, later(update_time!, COMMISSION_INTERVAL)) < 0) throw errors.commissionTooSoon();
  if (rate > rates!.max_rate) throw errors.commissionAboveMaximum();
  if (rate - rates!.rate > rates!.max_change_rate) throw errors.commissionChangeTooBig();
  if (rate < keeper.params().min_commission_rate) throw errors.commissionBelowMinimum();
  return { commission_rates: { ...rates!, rate }, update_time: now };
}

function newMinimum({ min_self_delegation: before, tokens }: Validator, given: bigint): bigint {
  if (given === 0n) return before;
  if (given <= before) throw errors.minSelfDelegationDecreased();
  if (given > tokens) throw errors.selfDelegationTooSmall();
  return given;
}
