/**
 * Index of events on disk: each attribute as a 63-bit hash of its key, and of its key and value. A hash may collide, so
 * what it finds is compared with the events themselves.
 */
import { hash } from 'node:crypto';
import type { Event } from '../context.ts';
import type { BlockRecord } from './block-types.ts';
import type { ChainStore, TxPosition } from './chain-store.ts';
import { type Condition, eventMap, matches } from './event-query.ts';

export const TX_INDEX = 1;
export const BLOCK_INDEX = 2;

export interface IndexEntry {
  kind: number;
  term: bigint;
  position: number;
}

/** Term of every transaction: finds the heights that have any. */
const ANY = 0n;

/** Begin-block events that every block has: a search for them would find all blocks. */
const UBIQUITOUS = new Set(['coin_spent', 'coin_received', 'transfer', 'message', 'commission', 'rewards']);

const termOf = (text: string): bigint => BigInt.asUintN(63, hash('sha256', text, 'buffer').readBigUInt64BE(0)) | 1n;
const keyTerm = (key: string): bigint => termOf(key);
const pairTerm = (key: string, value: string): bigint => termOf(`${key}=${value}`);

export function indexOf(record: BlockRecord): IndexEntry[] {
  const { results } = record;
  const own = (results.begin_block_events ?? []).filter((event) => !UBIQUITOUS.has(event.type));
  const entries = termsOf([...own, ...(results.end_block_events ?? [])]).map((term) => entry(BLOCK_INDEX, term, 0));
  for (const [position, result] of (results.txs_results ?? []).entries()) {
    entries.push(entry(TX_INDEX, ANY, position));
    for (const term of termsOf(result.events)) entries.push(entry(TX_INDEX, term, position));
  }
  return entries;
}

const entry = (kind: number, term: bigint, position: number): IndexEntry => ({ kind, term, position });

function termsOf(events: readonly Event[]): bigint[] {
  const terms = new Set<bigint>();
  for (const [key, values] of eventMap(events)) {
    terms.add(keyTerm(key));
    for (const value of values) terms.add(pairTerm(key, value));
  }
  return [...terms];
}

/** Searches visit at most this many candidates: a query that selects little by its indexed terms is refused. */
const MAX_CANDIDATES = 100_000;

export class EventSearch {
  private readonly store: ChainStore;

  constructor(store: ChainStore) {
    this.store = store;
  }

  /** Transactions that match, in chain order. @throws Error when the search is too wide */
  txs(conditions: readonly Condition[]): TxPosition[] {
    const hash = conditions.find((c) => c.key === 'tx.hash' && c.operator === '=');
    if (hash) {
      const text = String(hash.operand);
      const found = /^[0-9a-fA-F]{64}$/.test(text) ? this.store.tx(Buffer.from(text, 'hex')) : undefined;
      return found ? [found] : [];
    }
    const [from, to] = heightsOf(conditions, 'tx.height', this.store.height);
    const found: TxPosition[] = [];
    const filtered = conditions.filter((c) => c.key !== 'tx.height');
    for (const at of bounded(this.candidates(TX_INDEX, conditions, 'tx.height', from, to))) {
      if (at.height < from || at.height > to) continue;
      const events = this.store.block(at.height)?.results.txs_results?.[at.position]?.events;
      if (events && matches(filtered, eventMap(events))) found.push(at);
    }
    return found;
  }

  /** Heights of blocks whose begin- or end-block events match, ascending. */
  blocks(conditions: readonly Condition[]): number[] {
    const [from, to] = heightsOf(conditions, 'block.height', this.store.height);
    const filtered = conditions.filter((c) => c.key !== 'block.height');
    const found: number[] = [];
    for (const { height } of bounded(this.candidates(BLOCK_INDEX, conditions, 'block.height', from, to))) {
      if (height < from || height > to) continue;
      const results = this.store.block(height)?.results;
      const events = [...(results?.begin_block_events ?? []), ...(results?.end_block_events ?? [])];
      if (results && matches(filtered, eventMap(events))) found.push(height);
    }
    return found;
  }

  private candidates(kind: number, conditions: readonly Condition[], heightKey: string, from: number, to: number) {
    const indexed = conditions.filter((c) => c.key !== heightKey);
    const exact = indexed.find((c) => c.operator === '=' && typeof c.operand === 'string');
    if (exact) return this.store.occurrences(kind, pairTerm(exact.key, exact.operand as string));
    if (indexed[0]) return this.store.occurrences(kind, keyTerm(indexed[0].key));
    return kind === TX_INDEX ? this.store.txsBetween(from, to) : everyHeight(from, to);
  }
}

function* everyHeight(from: number, to: number): IterableIterator<TxPosition> {
  for (let height = from; height <= to; height++) yield { height, position: 0 };
}

function* bounded<T>(candidates: Iterable<T>): IterableIterator<T> {
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > MAX_CANDIDATES) {
      throw new Error(`query selects more than ${MAX_CANDIDATES} candidates: add an exact condition or a height range`);
    }
    yield candidate;
  }
}

function heightsOf(conditions: readonly Condition[], key: string, tip: number): [number, number] {
  let [from, to] = [1, tip];
  for (const { key: k, operator, operand } of conditions) {
    if (k !== key || operand === undefined) continue;
    const height = Number(operand);
    if (operator === '=') [from, to] = [Math.max(from, height), Math.min(to, height)];
    else if (operator === '<') to = Math.min(to, height - 1);
    else if (operator === '<=') to = Math.min(to, height);
    else if (operator === '>') from = Math.max(from, height + 1);
    else if (operator === '>=') from = Math.max(from, height);
  }
  return [from, to];
}
