/**
 * What a share of a validator is worth. Shares are decimals of 10⁻¹⁸, tokens are wei: a validator begins with one
 * share per wei, and a slash takes tokens but no shares.
 */
import type { cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { divide, divideDown, ONE } from './decimals.ts';

export type Stake = Pick<staking.Validator, 'tokens' | 'delegator_shares'>;

/** Whether shares are worth nothing any more: whoever delegated now would pay for others. */
export const hasNoRate = ({ tokens, delegator_shares }: Stake): boolean => tokens === 0n && delegator_shares > 0n;

/** Decimal. Zero when there are no shares at all. */
export const worthOf = ({ tokens, delegator_shares }: Stake, shares: bigint): bigint =>
  delegator_shares === 0n ? 0n : divide(shares * tokens, delegator_shares);

/** The same, never rounded up. */
export const worthDown = ({ tokens, delegator_shares }: Stake, shares: bigint): bigint =>
  delegator_shares === 0n ? 0n : divideDown(shares * tokens, delegator_shares);

/** Whole wei. */
export const tokensOf = (stake: Stake, shares: bigint): bigint => worthOf(stake, shares) / ONE;

/** How many shares so many wei buy. The validator has tokens, or no shares. */
export const sharesFor = ({ tokens, delegator_shares }: Stake, amount: bigint): bigint =>
  delegator_shares === 0n ? amount * ONE : (delegator_shares * amount) / tokens;

export function addTokens<S extends Stake>(stake: S, amount: bigint): { stake: S; shares: bigint } {
  const shares = sharesFor(stake, amount);
  const { tokens, delegator_shares } = stake;
  return { stake: { ...stake, tokens: tokens + amount, delegator_shares: delegator_shares + shares }, shares };
}

/** Whoever takes the last shares takes what rounding has left. */
export function removeShares<S extends Stake>(stake: S, shares: bigint): { stake: S; amount: bigint } {
  const delegator_shares = stake.delegator_shares - shares;
  const amount = delegator_shares === 0n ? stake.tokens : tokensOf(stake, shares);
  return { stake: { ...stake, tokens: stake.tokens - amount, delegator_shares }, amount };
}
