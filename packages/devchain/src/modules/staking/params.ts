/** Parameters of staking and their bounds. */
import type { cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { DENOM } from '../../coins.ts';
import { plainError } from '../../context.ts';
import { ONE } from './decimals.ts';

export const defaultParams: staking.Params = {
  unbonding_time: { seconds: 1_814_400n, nanos: 0 },
  max_validators: 100,
  max_entries: 7,
  historical_entries: 10_000,
  bond_denom: DENOM,
  min_commission_rate: 0n,
  min_self_delegation: 1n,
};

/** @throws ChainError (plain) */
export function checkParams(params: staking.Params): void {
  const { unbonding_time: time, bond_denom, min_commission_rate: rate, min_self_delegation } = params;
  if (!time || time.seconds < 0n || time.nanos < 0 || (time.seconds === 0n && time.nanos === 0)) {
    throw plainError('unbonding time must be positive');
  }
  for (const name of ['max_validators', 'max_entries'] as const) {
    if (params[name] <= 0) throw plainError(`${name} must be positive, got ${params[name]}`);
  }
  if (bond_denom !== DENOM) throw plainError(`bond denom: ${DENOM} expected, got ${JSON.stringify(bond_denom)}`);
  if (rate < 0n || rate > ONE) throw plainError('minimum commission rate must be at least 0 and at most 1');
  if (min_self_delegation <= 0n) throw plainError('minimum self delegation must be positive');
}
