/** What must hold between blocks, whatever the messages were: a sentence for each thing that does not. */
import { moduleAddress } from '../auth/module-accounts.ts';
import { ONE } from '../staking/decimals.ts';
import type { DistributionKeeper } from './keeper.ts';

/**
 * All that is owed is there. There may be more: challenge heartbeats pay taxes to this module that are nobody's
 * (`reference/chain-state-machine.md` §11), and users may send it coins.
 */
export function auditDistribution({ store, bank }: DistributionKeeper): string[] {
  const owed = Array.from(store.outstanding.range(), ([, atomics]) => atomics);
  const expected = owed.reduce((sum, atomics) => sum + atomics, store.communityPool);
  const held = bank.balance(moduleAddress('distribution')) * ONE;
  const found = held >= expected ? [] : [`distribution has ${held}e-18 wei, it owes ${expected}e-18`];
  for (const [operator, commission] of store.commission.range()) {
    const outstanding = store.outstanding.get(operator) ?? 0n;
    if (commission > outstanding)
      found.push(`validator ${operator} has earned ${commission}e-18, of ${outstanding}e-18`);
  }
  return found;
}
