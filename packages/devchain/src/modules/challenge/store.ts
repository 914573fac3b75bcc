/** The module's tables: open challenges, slashes that still count, and what was attested last. */
import { greenfieldChallenge as challenge } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { idKey, joinKey, u32Key, u64Key } from '../../keys.ts';
import { bigintCodec, presentCodec } from '../../state/index.ts';

/** An object on a provider: the unit that is challenged once per block, and slashed once per cooling-off period. */
export interface Stored {
  spId: number;
  objectId: bigint;
}

const storedKey = ({ spId, objectId }: Stored): string => joinKey(u32Key(spId), idKey(objectId));

const LAST_ID = 'last_id';
const SUBMITTED = 'submitted';

export class ChallengeStore {
  private readonly counters: Table<bigint>;
  private readonly open: Table<challenge.Challenge>;
  /** Height of the last slash, by provider and object; and the same by height, oldest first. */
  private readonly slashes: Table<bigint>;
  private readonly slashOrder: Table<true>;
  /** Wei that a provider lost within the counting window. */
  private readonly lost: Table<bigint>;
  private readonly attested: Table<challenge.AttestedChallenge>;

  constructor(state: State) {
    this.counters = state.table('challenge/counters', bigintCodec);
    this.open = state.table('challenge/open', challenge.Challenge);
    this.slashes = state.table('challenge/slashes', bigintCodec);
    this.slashOrder = state.table('challenge/slash_order', presentCodec);
    this.lost = state.table('challenge/lost', bigintCodec);
    this.attested = state.table('challenge/attested', challenge.AttestedChallenge);
  }

  /** 0 before the first challenge. */
  get lastId(): bigint {
    return this.counters.get(LAST_ID) ?? 0n;
  }

  set lastId(id: bigint) {
    this.counters.set(LAST_ID, id);
  }

  /** Challenges that accounts submitted in this block. */
  get submitted(): bigint {
    return this.counters.get(SUBMITTED) ?? 0n;
  }

  set submitted(count: bigint) {
    if (count > 0n) this.counters.set(SUBMITTED, count);
    else if (this.counters.has(SUBMITTED)) this.counters.delete(SUBMITTED);
  }

  /** Opens the next challenge. */
  start(expired_height: bigint): bigint {
    const id = this.lastId + 1n;
    this.lastId = id;
    this.open.set(u64Key(id), { id, expired_height });
    return id;
  }

  isOpen(id: bigint): boolean {
    return this.open.has(u64Key(id));
  }

  /** Closes challenges that expire at or before `height`. Ids and heights grow together, so the oldest come first. */
  closeUntil(height: bigint): void {
    for (const [key, { expired_height }] of this.open.range()) {
      if (expired_height > height) return;
      this.open.delete(key);
    }
  }

  wasSlashed(stored: Stored): boolean {
    return this.slashes.has(storedKey(stored));
  }

  recordSlash(stored: Stored, height: bigint): void {
    this.slashes.set(storedKey(stored), height);
    this.slashOrder.set(joinKey(u64Key(height), storedKey(stored)), true);
  }

  /** Forgets slashes of before `height`. */
  forgetSlashesBefore(height: bigint): void {
    const end = u64Key(height > 0n ? height : 0n);
    for (const [key] of this.slashOrder.range()) {
      if (key >= end) return;
      this.slashOrder.delete(key);
      this.slashes.delete(key.slice(end.length + 1));
    }
  }

  lostBy(spId: number): bigint {
    return this.lost.get(u32Key(spId)) ?? 0n;
  }

  addLoss(spId: number, amount: bigint): void {
    this.lost.set(u32Key(spId), this.lostBy(spId) + amount);
  }

  resetLosses(): void {
    for (const [key] of this.lost.range()) this.lost.delete(key);
  }

  attestation(id: bigint): challenge.AttestedChallenge | undefined {
    return this.attested.get(u64Key(id));
  }

  /** Oldest challenge first. */
  attestations(): challenge.AttestedChallenge[] {
    return [...this.attested.range()].map(([, attested]) => attested);
  }

  /** Keeps `kept` of them: the oldest challenges leave. */
  attest(attested: challenge.AttestedChallenge, kept: bigint): void {
    this.attested.set(u64Key(attested.id), attested);
    for (const [key] of this.attested.range()) {
      if (BigInt(this.attested.size) <= kept) return;
      this.attested.delete(key);
    }
  }
}
