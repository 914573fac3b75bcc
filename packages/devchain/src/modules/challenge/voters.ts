/** Validators as those who vote on challenges, and whose turn it is to hand votes in. */
import type { Context } from '../../context.ts';
import { challengeErrors as errors } from './errors.ts';

/** What a vote needs of a bonded validator. */
export interface Voter {
  operator_address: string;
  /** Receives the validator's rewards. */
  self_del_address: string;
  challenger_address: string;
  /** 48 bytes. */
  bls_key: Uint8Array;
}

/** The bonded validators in the order in which votes and turns count them: that of the historical record. */
export type VoterSet = (ctx: Context) => readonly Voter[];

export interface Turn<V = Voter> {
  voter: V;
  /** Seconds: the first one of the turn, and the first one after it. */
  start: bigint;
  end: bigint;
}

/** Every validator has one interval, in a circle. @throws ChainError challenge/10 when there are no validators */
export function turnAt<V>(now: bigint, voters: readonly V[], interval: bigint): Turn<V> {
  if (voters.length === 0) throw errors.invalidVoters('no bonded validators');
  const voter = voters[Number((now / interval) % BigInt(voters.length))]!;
  const start = now - (now % interval);
  return { voter, start, end: start + interval };
}

/** Those whose bits are set; bit 0 of the first word is the first validator. @throws ChainError challenge/10 */
export function votersIn<V>(words: readonly bigint[], voters: readonly V[]): V[] {
  const spare = words.some((word, i) => word >> BigInt(Math.min(64, Math.max(0, voters.length - i * 64))) !== 0n);
  if (spare) throw errors.invalidVoters(`more votes than the ${voters.length} validators`);
  return voters.filter((_, i) => ((words[i >> 6] ?? 0n) >> BigInt(i & 63)) & 1n);
}

/** More than two thirds, rounded down. @throws ChainError challenge/14 */
export function checkMajority(votes: number, validators: number): void {
  if (votes > Math.floor((validators * 2) / 3)) return;
  throw errors.notEnoughVotes(`${votes} of ${validators} validators`);
}
