/** All kinds of random messages. */
import type { Kind } from './draft.ts';
import { bucketKinds } from './messages/buckets.ts';
import { challengeKinds } from './messages/challenges.ts';
import { coinKinds } from './messages/coins.ts';
import { grantKinds } from './messages/grants.ts';
import { groupKinds } from './messages/groups.ts';
import { migrationKinds } from './messages/migrations.ts';
import { objectKinds } from './messages/objects.ts';
import { officeKinds } from './messages/offices.ts';
import { paymentKinds } from './messages/payments.ts';
import { policyKinds } from './messages/policies.ts';
import { proposalKinds } from './messages/proposals.ts';
import { providerKinds } from './messages/providers.ts';
import { stakingKinds } from './messages/staking.ts';
import { swapOutKinds } from './messages/swap-outs.ts';
import { swapKinds } from './messages/swaps.ts';
import { uploadKinds } from './messages/uploads.ts';
import { virtualGroupKinds } from './messages/virtual-groups.ts';
import { voteKinds } from './messages/votes.ts';

export const KINDS: readonly Kind[] = [
  ...coinKinds,
  ...paymentKinds,
  ...providerKinds,
  ...virtualGroupKinds,
  ...swapKinds,
  ...swapOutKinds,
  ...bucketKinds,
  ...objectKinds,
  ...uploadKinds,
  ...migrationKinds,
  ...groupKinds,
  ...policyKinds,
  ...grantKinds,
  ...proposalKinds,
  ...officeKinds,
  ...voteKinds,
  ...challengeKinds,
  ...stakingKinds,
];
