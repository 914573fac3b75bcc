/**
 * The state of a chain as lines of JSON, so that another begins where it stood:
 *
 *     {"format":"prairie-state/1","chain_id":…,"height":…,"time":…,"app_hash":…,"upgrades":{…}}
 *     {"genesis":"a piece of the genesis file"} … {"block":"a piece of the last block with its results"} …
 *     {"table":…,"key":…,"value":"base64"} … in order of table and key
 *     {"end":{"entries":…,"digest":…}}
 *
 * The digest of a line is the SHA-256 of the digest before it (of nothing for the first) and the line; the last line
 * carries that of all before it. The same state always gives the same bytes.
 */
import { hash } from 'node:crypto';
import type { UpgradeHeights } from '../upgrades.ts';
import type { BlockRecord } from './block-types.ts';
import type { Chain, StatePosition } from './chain.ts';

export const STATE_FORMAT = 'prairie-state/1';

/** Text of a page, without its last line: an answer or a write of this much at a time. */
const PAGE_CHARS = 256 * 1024;
/** Of the genesis file and the block in one line. */
const PIECE_CHARS = 64 * 1024;

export interface StateHeader {
  format: typeof STATE_FORMAT;
  chain_id: string;
  height: number;
  /** Of the block at this height. */
  time: string;
  /** Of the state after that block. */
  app_hash: string;
  upgrades: UpgradeHeights;
}

export interface StatePage {
  lines: string[];
  /** What to ask the next page with; undefined behind the last. */
  next: StateCursor | undefined;
  /** Entries up to the end of this page. */
  entries: number;
}

/** Where a dump stands. */
export interface StateCursor {
  height: number;
  /** Hash of the block at that height: another one means that the chain went back meanwhile. */
  block: string;
  entries: number;
  digest: string;
  after?: StatePosition;
}

export const digestOf = (before: string, line: string): string => hash('sha256', before + line);

/**
 * A part of the dump of the state after the block at `height`: the first, or the one where a cursor stands. The chain
 * may go on between pages.
 * @throws ChainError sdk/18 when that state is not kept any more; Error when the chain has gone back behind it
 */
export function statePage(chain: Chain, from: { height: number } | StateCursor): StatePage {
  const record = chain.store.block(from.height);
  if (!record) throw new Error(`there is no block ${from.height}: the last is ${chain.height}`);
  const block = record.block.block_id.hash;
  if ('block' in from && from.block !== block) {
    throw new Error(`the chain is not the one that this dump began with: block ${from.height} is another`);
  }
  const at: StateCursor = 'block' in from ? { ...from } : { height: from.height, block, entries: 0, digest: '' };
  const lines: string[] = [];
  const add = (value: unknown) => {
    const line = JSON.stringify(value);
    at.digest = digestOf(at.digest, line);
    lines.push(line);
    return line.length;
  };
  if (!('block' in from)) for (const value of beginning(chain, record)) add(value);
  const complete = chain.walkState(from.height, at.after, (entries) => {
    let chars = 0;
    for (const { table, key, value } of entries) {
      if (chars > PAGE_CHARS) return false;
      chars += add({ table, key, value: Buffer.from(value).toString('base64') });
      at.entries++;
      at.after = { table, key };
    }
    return true;
  });
  if (complete) lines.push(JSON.stringify({ end: { entries: at.entries, digest: at.digest } }));
  return { lines, next: complete ? undefined : at, entries: at.entries };
}

/** All lines, for one who lets the chain stand still meanwhile. */
export function* stateLines(chain: Chain, onProgress?: (entries: number) => void): IterableIterator<string> {
  let from: { height: number } | StateCursor | undefined = { height: chain.height };
  while (from) {
    const page: StatePage = statePage(chain, from);
    yield* page.lines;
    onProgress?.(page.entries);
    from = page.next;
  }
}

function* beginning(chain: Chain, record: BlockRecord): IterableIterator<unknown> {
  yield {
    format: STATE_FORMAT,
    chain_id: chain.chainId,
    height: record.height,
    time: record.block.block.header.time,
    app_hash: record.app_hash,
    upgrades: chain.upgrades.heights,
  } satisfies StateHeader;
  for (const genesis of pieces(chain.store.genesis!)) yield { genesis };
  for (const block of pieces(JSON.stringify(record))) yield { block };
}

function* pieces(text: string): IterableIterator<string> {
  for (let at = 0; at < text.length; at += PIECE_CHARS) yield text.slice(at, at + PIECE_CHARS);
}
