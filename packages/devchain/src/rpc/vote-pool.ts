/**
 * The vote pool: what relayers and challengers of validators exchange before they send an attestation
 * (`reference/chain-rpc.md` §3). Kept in memory, bounded, and only for a short time.
 */
import { blsVerify, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { Chain } from '../chain/chain.ts';

const CAPACITY = 1024;
const LIFETIME_MS = 30_000;

const LENGTHS = { pub_key: 48, signature: 96, event_hash: 32 } as const;

/** A package to another chain, a package from it, a challenge of stored data. */
const EVENT_TYPES: readonly unknown[] = [1, 2, 3];

/** As clients send it and get it: bytes as base64. */
export interface VoteJson {
  pub_key: string;
  signature: string;
  event_type: number;
  event_hash: string;
}

interface Entry {
  vote: VoteJson;
  expires: number;
}

export class VotePool {
  /** By type, event and voter, oldest first. */
  private readonly entries = new Map<string, Entry>();
  private readonly chain: Chain;
  private readonly now: () => number;
  private readonly capacity: number;

  /** `now` is in milliseconds; `capacity` in votes. */
  constructor(chain: Chain, { now = Date.now, capacity = CAPACITY }: { now?: () => number; capacity?: number } = {}) {
    this.chain = chain;
    this.now = now;
    this.capacity = capacity;
  }

  /** Keeps a vote; one that is there already stays as it is. @throws Error that says what is wrong with it */
  add(value: unknown): void {
    const vote = checkedVote(value);
    this.forgetExpired();
    const key = `${vote.event_type} ${vote.event_hash} ${vote.pub_key}`;
    if (this.entries.has(key)) return;
    if (!this.voters().has(vote.pub_key)) throw new Error('invalid vote: its key is of no bonded validator');
    const [pubKey, hash, signature] = [vote.pub_key, vote.event_hash, vote.signature].map(fromBase64);
    if (!blsVerify(pubKey!, hash!, signature!)) throw new Error('invalid vote: the signature does not verify');
    if (this.entries.size >= this.capacity) throw new Error(`vote pool is full: ${this.capacity} votes`);
    this.entries.set(key, { vote, expires: this.now() + LIFETIME_MS });
  }

  /** The votes of a type, of one event if `hash` is not empty. */
  query(type: number, hash: Uint8Array): VoteJson[] {
    this.forgetExpired();
    const text = Buffer.from(hash).toString('base64');
    const votes = [...this.entries.values()].map((entry) => entry.vote);
    return votes.filter((vote) => vote.event_type === type && (text === '' || vote.event_hash === text));
  }

  private forgetExpired(): void {
    for (const [key, { expires }] of this.entries) {
      if (expires > this.now()) return;
      this.entries.delete(key);
    }
  }

  /** BLS keys of the validators that sign blocks, as base64. */
  private voters(): Set<string> {
    const { response } = this.chain.queries.call(
      '/cosmos.staking.v1beta1.Query/Validators',
      staking.QueryValidatorsRequest.create({ status: 'BOND_STATUS_BONDED' }),
      0,
    );
    const { validators } = response as unknown as staking.QueryValidatorsResponse;
    return new Set(validators.map(({ bls_key }) => Buffer.from(bls_key).toString('base64')));
  }
}

const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64');

function checkedVote(value: unknown): VoteJson {
  if (typeof value !== 'object' || value === null) throw new Error('invalid vote: an object expected');
  const vote = value as Record<string, unknown>;
  if (!EVENT_TYPES.includes(vote.event_type)) {
    throw new Error(
      `invalid vote: event_type is one of ${EVENT_TYPES.join(', ')}, got ${JSON.stringify(vote.event_type)}`,
    );
  }
  const bytes = Object.entries(LENGTHS).map(([field, length]) => [field, bytesOf(field, vote[field], length)]);
  return { ...Object.fromEntries(bytes), event_type: vote.event_type } as VoteJson;
}

/** Canonical base64 of exactly `length` bytes. */
function bytesOf(field: string, value: unknown, length: number): string {
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
  if (bytes?.length === length) return bytes.toString('base64');
  throw new Error(`invalid vote: ${field} must be ${length} bytes in base64`);
}
