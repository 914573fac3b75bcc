/** How much a failed challenge costs a provider, and who gets it (`reference/chain-state-machine.md` §11). Amounts in wei. */
import type { greenfieldChallenge as challenge } from '@prairie/chain';
import { multiply, ONE } from '../gov/decimals.ts';

type Params = challenge.Params;

const GIBIBYTE = 2n ** 30n;

/** By the object's size in bytes: rounded up at the eighteenth decimal of its gibibytes, then to the nearest even wei. */
export function slashAmount(payloadSize: bigint, params: Params): bigint {
  const size = (payloadSize * ONE + GIBIBYTE - 1n) / GIBIBYTE;
  const amount = multiply(size, params.slash_amount_size_rate);
  if (amount < params.slash_amount_min) return params.slash_amount_min;
  if (amount > params.slash_amount_max) return params.slash_amount_max;
  return amount;
}

/** They add up to what is shared: `submitter + challenger + eachVoter × voters`. */
export interface Shares {
  submitter: bigint;
  challenger: bigint;
  eachVoter: bigint;
}

/** What remains of a division goes to the challenger, or to the submitter when nobody asked for the challenge. */
export function shareSlash(amount: bigint, by: { voters: number; challenged: boolean }, params: Params): Shares {
  const submitter = submitterReward(amount, params);
  const rest = amount - submitter;
  const voters = BigInt(by.voters);
  const forVoters = by.challenged ? (rest * params.reward_validator_ratio) / ONE : rest;
  const eachVoter = forVoters / voters;
  const left = rest - eachVoter * voters;
  if (by.challenged) return { submitter, challenger: left, eachVoter };
  return { submitter: submitter + left, challenger: 0n, eachVoter };
}

/** For handing votes in: a part of what they move, up to a threshold. */
export function submitterReward(amount: bigint, params: Params): bigint {
  const reward = (amount * params.reward_submitter_ratio) / ONE;
  if (reward > params.reward_submitter_threshold) return params.reward_submitter_threshold;
  return reward;
}
