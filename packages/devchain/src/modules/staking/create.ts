/**
 * How a validator comes to be: at genesis by itself, later by a decision of governance, which spends the stake of a
 * delegator who has granted it that.
 */
import {
  cosmosCryptoEd25519,
  decode,
  type googleProtobuf,
  cosmosStakingV1beta1 as staking,
  toChecksumAddress,
} from '@prairie/chain';
import { coinsText } from '../../coins.ts';
import type { Context } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { StakeGrants } from '../authz/index.ts';
import { checkAuthority } from '../permission/authority.ts';
import { checkDescription } from '../sp/create.ts';
import {
  checkAddress,
  checkBlsKey,
  checkBlsProof,
  checkDenom,
  checkPositive,
  checkRates,
  checkUnused,
} from './checks.ts';
import { delegate, pairOf } from './delegating.ts';
import { stakingErrors as errors } from './errors.ts';
import type { StakingKeeper } from './keeper.ts';
import { EPOCH } from './times.ts';
import { consensusAddress, type Validator } from './validators.ts';

type Create = staking.MsgCreateValidator;

const KEY_LENGTH = 32;

/** What a message says of itself; the proof of its BLS key apart, which exported genesis files do not have. */
function checkFields(msg: Create): void {
  const { validator_address, delegator_address, from, relayer_address, challenger_address } = msg;
  const addresses = { from, relayer: relayer_address, challenger: challenger_address };
  const all = { validator: validator_address, delegator: delegator_address, ...addresses };
  for (const [role, address] of Object.entries(all)) checkAddress(role, address);
  checkKey(msg.pubkey);
  checkPositive(msg.value);
  if (Object.values(msg.description).every((text) => text === '')) throw sdkErrors.invalidRequest('empty description');
  checkRates(msg.commission);
  if (msg.min_self_delegation <= 0n) {
    throw sdkErrors.invalidRequest('minimum self delegation must be a positive integer');
  }
  if (msg.value.amount < msg.min_self_delegation) throw errors.selfDelegationTooSmall();
  checkBlsKey(msg.bls_key);
}

export function checkCreateMessage(msg: Create): void {
  checkFields(msg);
  checkBlsProof(msg.bls_key, msg.bls_proof);
}

function checkKey(key: googleProtobuf.Any | undefined): void {
  if (!key) throw errors.emptyKey();
  const { typeUrl } = cosmosCryptoEd25519.PubKey;
  if (key.type_url !== typeUrl) throw errors.keyTypeNotSupported(`got: ${key.type_url}, expected: ${typeUrl}`);
  let length = -1;
  try {
    length = decode(cosmosCryptoEd25519.PubKey, key.value).key.length;
  } catch {} // no message at all: as a key of the wrong length
  if (length !== KEY_LENGTH) throw sdkErrors.invalidPubKey(`${KEY_LENGTH} bytes of ed25519 expected`);
}

/** By a decision of governance. @throws ChainError gov/13; without a grant that of authz */
export function createByGovernance(
  keeper: StakingKeeper,
  ctx: Context,
  msg: Create,
  stakeGrants: StakeGrants | undefined,
): void {
  checkAuthority(msg.from);
  createValidator(keeper, ctx, msg, () => {
    const { delegator_address: granter, from: grantee, validator_address: validator } = msg;
    stakeGrants?.accept(ctx, { granter, grantee, validator, amount: msg.value.amount });
  });
}

/** With the message of a genesis file. The consensus key is the one given, as this chain has to sign with it. */
export function createAtGenesis(keeper: StakingKeeper, ctx: Context, msg: Create): void {
  checkFields(msg);
  createValidator(keeper, ctx, msg, () => undefined);
}

function createValidator(keeper: StakingKeeper, ctx: Context, msg: Create, permit: () => void): void {
  const { commission, min_self_delegation, validator_address: operator } = msg;
  const { min_commission_rate, min_self_delegation: least } = keeper.params();
  if (commission.rate < min_commission_rate) throw errors.commissionBelowMinimum();
  if (keeper.validator(operator)) throw errors.operatorExists();
  checkUnused(keeper, operator, {
    consensus: consensusAddress(msg.pubkey),
    relayer: msg.relayer_address,
    challenger: msg.challenger_address,
    bls: msg.bls_key,
  });
  checkDenom(keeper, msg.value);
  checkDescription(msg.description);
  if (min_self_delegation < least) throw errors.selfDelegationTooSmall(`at least ${least} has to be promised`);
  permit();
  const validator = newValidator(ctx, msg);
  keeper.validators.set(validator);
  keeper.hooks.afterValidatorCreated(ctx, validator);
  delegate(keeper, ctx, pairOf(msg.delegator_address, operator), msg.value.amount);
  ctx.emit('create_validator', { validator: validator.operator_address, amount: coinsText([msg.value]) });
}

const newValidator = (ctx: Context, msg: Create): Validator => ({
  operator_address: toChecksumAddress(msg.validator_address),
  consensus_pubkey: msg.pubkey,
  jailed: false,
  status: staking.BondStatus.BOND_STATUS_UNBONDED,
  tokens: 0n,
  delegator_shares: 0n,
  description: msg.description,
  unbonding_height: 0n,
  unbonding_time: EPOCH,
  commission: { commission_rates: msg.commission, update_time: ctx.time },
  min_self_delegation: msg.min_self_delegation,
  unbonding_on_hold_ref_count: 0n,
  unbonding_ids: [],
  self_del_address: toChecksumAddress(msg.delegator_address),
  relayer_address: toChecksumAddress(msg.relayer_address),
  challenger_address: toChecksumAddress(msg.challenger_address),
  bls_key: Buffer.from(msg.bls_key, 'hex'),
});
