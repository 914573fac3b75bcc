/**
 * Index of events on disk: each attribute as a 63-bit hash of its key, and of its key and value. Two of a chain's
 * attributes have the same hash as good as never, so exact conditions are answered by the index alone; comparisons
 * read the events.
 */
import { hash } from 'node:crypto';
import { BoundedCache } from '@prairie/chain';
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

/** Of short texts: names of attributes, addresses and types come again with every transaction. */
const knownTerms = new BoundedCache<string, bigint>(4096);
const SHORT = 100;

const hashed = (text: string): bigint => BigInt.asUintN(63, hash('sha256', text, 'buffer').readBigUInt64BE(0)) | 1n;
const termOf = (text: string): bigint =>
  text.length > SHORT ? hashed(text) : knownTerms.getOrMake(text, () => hashed(text));
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

/** Searches visit at most this many places of the index: a query that selects little by its terms is refused. */
const MAX_CANDIDATES = 100_000;
/** Places whose events are read, because a condition is more than an index term. */
const MAX_READ = 10_000;

/** What kind of events is searched, and how a query names their height. */
interface Subject {
  kind: number;
  heightKey: string;
  eventsAt(at: TxPosition): readonly Event[];
}

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
    const eventsAt = ({ height, position }: TxPosition) =>
      this.store.block(height)?.results.txs_results?.[position]?.events ?? [];
    return this.find(conditions, { kind: TX_INDEX, heightKey: 'tx.height', eventsAt });
  }

  /** Heights of blocks whose begin- or end-block events match, ascending. @throws Error when the search is too wide */
  blocks(conditions: readonly Condition[]): number[] {
    const eventsAt = ({ height }: TxPosition) => {
      const results = this.store.block(height)?.results;
      return [...(results?.begin_block_events ?? []), ...(results?.end_block_events ?? [])];
    };
    const found = this.find(conditions, { kind: BLOCK_INDEX, heightKey: 'block.height', eventsAt });
    return found.map(({ height }) => height);
  }

  private find(conditions: readonly Condition[], { kind, heightKey, eventsAt }: Subject): TxPosition[] {
    const [from, to] = heightsOf(conditions, heightKey, this.store.height);
    const others = conditions.filter((c) => c.key !== heightKey);
    const [first, ...terms] = others.map(indexTerm).sort(exactFirst);
    const compared = others.filter((c) => !indexTerm(c).whole);
    const candidates = first ? this.store.occurrences(kind, first.term, from, to) : this.everything(kind, from, to);
    const found: TxPosition[] = [];
    let read = 0;
    for (const at of bounded(candidates)) {
      if (!terms.every(({ term }) => this.store.occursAt(kind, term, at))) continue;
      if (compared.length > 0) {
        if (++read > MAX_READ) throw tooWide(MAX_READ);
        if (!matches(compared, eventMap(eventsAt(at)))) continue;
      }
      found.push(at);
    }
    return found;
  }

  private everything(kind: number, from: number, to: number): Iterable<TxPosition> {
    return kind === TX_INDEX ? this.store.occurrences(kind, ANY, from, to) : everyHeight(from, to);
  }
}

/** The index term that must be where a condition holds. `whole`: the condition holds wherever the term is. */
function indexTerm({ key, operator, operand }: Condition): { term: bigint; whole: boolean } {
  if (operator === '=' && typeof operand === 'string') return { term: pairTerm(key, operand), whole: true };
  return { term: keyTerm(key), whole: operator === 'EXISTS' };
}

const exactFirst = (a: { whole: boolean }, b: { whole: boolean }): number => Number(b.whole) - Number(a.whole);

const tooWide = (limit: number): Error =>
  new Error(`query selects more than ${limit} candidates: add an exact condition or a height range`);

function* everyHeight(from: number, to: number): IterableIterator<TxPosition> {
  for (let height = from; height <= to; height++) yield { height, position: 0 };
}

function* bounded<T>(candidates: Iterable<T>): IterableIterator<T> {
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > MAX_CANDIDATES) throw tooWide(MAX_CANDIDATES);
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
