/** Stake of a chain whose one validator has one delegator. */
import { sameAddress, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { ValidatorInfo } from '../../chain/validator.ts';
import { ONE } from './decimals.ts';
import type { StakeView } from './tally.ts';

export function singleValidatorStake({ operator, delegator, tokens }: ValidatorInfo): StakeView {
  const shares = tokens * ONE;
  const validator = staking.Validator.create({ operator_address: operator, tokens, delegator_shares: shares });
  const delegation: staking.Delegation = { delegator_address: delegator, validator_address: operator, shares };
  return {
    bondedValidators: () => [validator],
    delegationsOf: (address) => (sameAddress(address, delegator) ? [delegation] : []),
    totalBonded: () => tokens,
  };
}
