/** Parameters of challenges: what a chain without a genesis entry has, and which values work (§1.1). */
import type { greenfieldChallenge as challenge } from '@prairie/chain';
import { challengeErrors as errors } from './errors.ts';

const ONE = 10n ** 18n;

/** Of this chain alone: every started challenge costs up to ten attempts at the end of each block. */
const MAX_PER_BLOCK = 1000n;

export const defaultParams: challenge.Params = {
  challenge_count_per_block: 1n,
  challenge_keep_alive_period: 300n,
  slash_cooling_off_period: 300n,
  slash_amount_size_rate: 85n * 10n ** 14n,
  slash_amount_min: 10n ** 16n,
  slash_amount_max: 10n ** 18n,
  reward_validator_ratio: 9n * 10n ** 17n,
  reward_submitter_ratio: 10n ** 15n,
  reward_submitter_threshold: 10n ** 15n,
  heartbeat_interval: 1000n,
  attestation_inturn_interval: 120n,
  attestation_kept_count: 300n,
  sp_slash_max_amount: 5n * 10n ** 18n,
  sp_slash_counting_window: 43_200n,
};

type Check = [ok: (params: challenge.Params) => boolean, problem: string];

const checks: readonly Check[] = [
  [(p) => p.challenge_count_per_block <= MAX_PER_BLOCK, `challenge_count_per_block must be at most ${MAX_PER_BLOCK}`],
  [(p) => p.challenge_keep_alive_period > 0n, 'challenge_keep_alive_period must be positive'],
  [(p) => p.slash_cooling_off_period > 0n, 'slash_cooling_off_period must be positive'],
  [(p) => p.slash_amount_size_rate >= 0n, 'slash_amount_size_rate must not be negative'],
  [(p) => p.slash_amount_min >= 0n, 'slash_amount_min must not be negative'],
  [(p) => p.slash_amount_max >= p.slash_amount_min, 'slash_amount_max must not be below slash_amount_min'],
  [(p) => isFraction(p.reward_validator_ratio), 'reward_validator_ratio must be between 0 and 1'],
  [(p) => isFraction(p.reward_submitter_ratio), 'reward_submitter_ratio must be between 0 and 1'],
  [(p) => p.reward_submitter_threshold >= 0n, 'reward_submitter_threshold must not be negative'],
  [(p) => p.heartbeat_interval > 0n, 'heartbeat_interval must be positive'],
  [(p) => p.attestation_inturn_interval > 0n, 'attestation_inturn_interval must be positive'],
  [(p) => p.attestation_kept_count > 0n, 'attestation_kept_count must be positive'],
  [(p) => p.sp_slash_max_amount >= 0n, 'sp_slash_max_amount must not be negative'],
  [(p) => p.sp_slash_counting_window > 0n, 'sp_slash_counting_window must be positive'],
];

const isFraction = (value: bigint) => value >= 0n && value <= ONE;

/** @throws ChainError challenge/17 */
export function checkParams(params: challenge.Params): void {
  const failed = checks.find(([ok]) => !ok(params));
  if (failed) throw errors.invalidParams(failed[1]);
}
