/** What messages about validators have in common. */
import {
  blsVerifyProof,
  type cosmosBaseV1beta1,
  isAddress,
  sameAddress,
  type cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import { sdkErrors } from '../../sdk-errors.ts';
import { ONE } from './decimals.ts';
import { stakingErrors as errors } from './errors.ts';
import type { StakingKeeper } from './keeper.ts';
import type { Identity } from './validators.ts';

const BLS_KEY = /^[0-9a-fA-F]{96}$/;
const BLS_PROOF = /^[0-9a-fA-F]{192}$/;

export function checkAddress(role: string, text: string): void {
  if (!isAddress(text)) throw sdkErrors.invalidAddress(`invalid ${role} address: ${JSON.stringify(text)}`);
}

type Coin = cosmosBaseV1beta1.Coin;

export function checkPositive(amount: Coin | undefined): void {
  if (!amount || amount.denom === '' || amount.amount <= 0n)
    throw sdkErrors.invalidRequest('invalid delegation amount');
}

export function checkDenom(keeper: StakingKeeper, { denom }: Coin): void {
  const { bond_denom } = keeper.params();
  if (denom === bond_denom) return;
  throw sdkErrors.invalidRequest(`invalid coin denomination: got ${denom}, expected ${bond_denom}`);
}

/** 48 bytes of hex. */
export function checkBlsKey(key: string): void {
  if (!BLS_KEY.test(key)) throw errors.invalidBlsKey('48 bytes of hex expected');
}

/** Proof of possession: the signature of the key over its own hash, 96 bytes of hex. */
export function checkBlsProof(key: string, proof: string): void {
  checkBlsKey(key);
  if (!BLS_PROOF.test(proof)) throw errors.invalidBlsKey('proof of 96 bytes of hex expected');
  if (blsVerifyProof(Buffer.from(key, 'hex'), Buffer.from(proof, 'hex'))) return;
  throw errors.invalidBlsKey('the proof is not the signature of the key over its own hash');
}

export function checkRates({ rate, max_rate, max_change_rate }: staking.CommissionRates): void {
  if (max_rate < 0n || rate < 0n) throw errors.commissionNegative();
  if (max_rate > ONE) throw errors.commissionHuge();
  if (rate > max_rate) throw errors.commissionAboveMaximum();
  if (max_change_rate < 0n) throw errors.changeRateNegative();
  if (max_change_rate > max_rate) throw errors.changeRateAboveMaximum();
}

const TAKEN = {
  consensus: errors.keyExists,
  relayer: errors.relayerExists,
  challenger: errors.challengerExists,
  bls: errors.blsKeyExists,
} as const;

/** @throws ChainError staking/5, staking/101 to staking/103 when another validator has one of these */
export function checkUnused(
  keeper: StakingKeeper,
  operator: string,
  identities: Partial<Record<Identity, string>>,
): void {
  for (const [identity, value] of Object.entries(identities) as [Identity, string][]) {
    const holder = keeper.validators.by(identity, value);
    if (holder && !sameAddress(holder.operator_address, operator)) throw TAKEN[identity]();
  }
}
