/** Parameters of distribution and their bounds. */
import type { cosmosDistributionV1beta1 as distribution } from '@prairie/chain';
import { plainError } from '../../context.ts';
import { ONE } from '../gov/decimals.ts';

export const defaultParams: distribution.Params = {
  community_tax: ONE / 50n,
  base_proposer_reward: 0n,
  bonus_proposer_reward: 0n,
  withdraw_addr_enabled: true,
};

/** Rewards of proposers have no effect since Cosmos SDK 0.47. @throws ChainError (plain) */
export function checkParams({ community_tax: tax }: distribution.Params): void {
  if (tax < 0n || tax > ONE) throw plainError('community tax must be at least 0 and at most 1');
}
