/** What follows from an attestation: a slash that is shared out, or the pay-out of the validators' tax. */
import { greenfieldChallenge as challenge, moduleAddress, type greenfieldStorage as storage } from '@prairie/chain';
import type { Context } from '../../context.ts';
import { type StorageProvider, spErrors } from '../sp/index.ts';
import { challengeErrors as errors } from './errors.ts';
import type { ChallengeKeeper } from './keeper.ts';
import { type Shares, shareSlash, slashAmount, submitterReward } from './rewards.ts';
import type { Voter } from './voters.ts';

const { CHALLENGE_FAILED, CHALLENGE_SUCCEED } = challenge.VoteResult;

/** A challenge that enough validators voted on. Addresses are checksummed; nobody's challenge has none. */
export interface Attestation {
  challengeId: bigint;
  provider: StorageProvider;
  object: storage.ObjectInfo;
  voters: readonly Voter[];
  submitter: string;
  challenger: string;
}

/**
 * The provider loses a part of its deposit, and the object is not challenged there for a while.
 * @throws ChainError challenge/12 when it was slashed for this object within the cooling-off period
 */
export function slash(keeper: ChallengeKeeper, ctx: Context, attestation: Attestation): void {
  const { provider, object, challengeId, submitter, challenger, voters } = attestation;
  const stored = { spId: provider.id, objectId: object.id };
  if (keeper.store.wasSlashed(stored)) throw errors.duplicatedSlash(`object ${object.id}`);
  const params = keeper.params();
  const amount = amountToSlash(keeper, attestation);
  const shares = shareSlash(amount, { voters: voters.length, challenged: challenger !== '' }, params);
  takeDeposit(keeper, ctx, attestation, shares, amount);
  keeper.store.recordSlash(stored, ctx.height);
  if (amount > 0n) keeper.store.addLoss(provider.id, amount);
  ctx.emitTyped(challenge.EventAttestChallenge, {
    challenge_id: challengeId,
    result: CHALLENGE_SUCCEED,
    sp_id: provider.id,
    slash_amount: amount,
    challenger_address: challenger,
    challenger_reward_amount: shares.challenger,
    submitter_address: submitter,
    submitter_reward_amount: shares.submitter,
    validator_reward_amount: shares.eachVoter * BigInt(voters.length),
  });
}

/** Nothing once the provider would lose more than it may within a counting window. */
function amountToSlash(keeper: ChallengeKeeper, { provider, object }: Attestation): bigint {
  const params = keeper.params();
  const amount = slashAmount(object.payload_size, params);
  return keeper.store.lostBy(provider.id) + amount > params.sp_slash_max_amount ? 0n : amount;
}

function takeDeposit(
  { deps }: ChallengeKeeper,
  ctx: Context,
  { provider, challenger, submitter, voters }: Attestation,
  shares: Shares,
  amount: bigint,
): void {
  if (provider.total_deposit < amount) {
    throw spErrors.insufficientDeposit(`storage provider ${provider.id} has ${provider.total_deposit} of ${amount}`);
  }
  deps.sp.set({ ...provider, total_deposit: provider.total_deposit - amount });
  const pay = (to: string, reward: bigint) => {
    if (reward > 0n) deps.bank.send(ctx, deps.sp.moduleAddress, to, reward);
  };
  pay(submitter, shares.submitter);
  for (const { self_del_address } of voters) pay(self_del_address, shares.eachVoter);
  pay(challenger, shares.challenger);
}

/**
 * A provider passed a challenge whose id is a heartbeat: the tax that streams paid for validators goes to them.
 * @throws ChainError challenge/8 when the id is none
 */
export function payHeartbeat(keeper: ChallengeKeeper, ctx: Context, attestation: Attestation): void {
  const { challengeId, provider, submitter } = attestation;
  const params = keeper.params();
  if (challengeId % params.heartbeat_interval !== 0n) {
    throw errors.invalidChallengeId(`challenge ${challengeId} is no heartbeat, every ${params.heartbeat_interval} is`);
  }
  const { payment, bank } = keeper.deps;
  const total = payment.balanceAt(payment.taxPoolAddress, ctx.now);
  const reward = total > 0n ? submitterReward(total, params) : 0n;
  const rest = total > 0n ? total - reward : 0n;
  if (total > 0n) payment.updateStream(ctx, payment.taxPoolAddress, { static: -total });
  if (reward > 0n) bank.send(ctx, payment.moduleAddress, submitter, reward);
  if (rest > 0n) bank.send(ctx, payment.moduleAddress, moduleAddress('distribution'), rest);
  ctx.emitTyped(challenge.EventAttestChallenge, {
    challenge_id: challengeId,
    result: CHALLENGE_FAILED,
    sp_id: provider.id,
    submitter_address: submitter,
    submitter_reward_amount: reward,
    validator_reward_amount: rest,
  });
}
