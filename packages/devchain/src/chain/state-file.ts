/** Reads the dump of a state ({@link stateLines}) from a file, as much at a time as a line holds. */
import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { BlockRecord } from './block-types.ts';
import type { Genesis, StateEntry } from './chain.ts';
import type { ChainStore } from './chain-store.ts';
import { digestOf, STATE_FORMAT, type StateHeader } from './state-dump.ts';

const READ_BYTES = 256 * 1024;
/** Longest line: an entry is at most a few times as long as a transaction. */
export const MAX_LINE_CHARS = 4 * 1024 * 1024;
/** Entries between two calls about progress. */
const PROGRESS_EVERY = 10_000;

/** The file has something else than a dump. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
}

export interface StateFile {
  header: StateHeader;
  /** The genesis file of that chain. */
  genesis: string;
  /** The block that the state is after. */
  record: BlockRecord;
  entryCount: number;
  /** Reads the file again. */
  entries(): IterableIterator<StateEntry>;
}

/**
 * Reads a file whole, and checks it: nothing of it is used before all of it is known to be sound.
 * @throws StateFileError, or an error of the file system
 */
export function openStateFile(path: string, onProgress?: (entries: number) => void): StateFile {
  const found: { header?: StateHeader; genesis: string; block: string; entries: number } = {
    ...{ genesis: '', block: '', entries: 0 },
  };
  let digest = '';
  let end: StateEnd | undefined;
  for (const [line, value] of parsedLines(path)) {
    if (end) throw new StateFileError(`${path}: there is more behind its end`);
    if (!found.header) found.header = headerOf(path, value);
    else if (typeof value.genesis === 'string') found.genesis += value.genesis;
    else if (typeof value.block === 'string') found.block += value.block;
    else if ('end' in value) end = endOf(path, value);
    else {
      entryOf(path, value);
      if (++found.entries % PROGRESS_EVERY === 0) onProgress?.(found.entries);
    }
    if (!end) digest = digestOf(digest, line);
  }
  const { header } = found;
  if (!header || !end) throw new StateFileError(`${path}: it ends too early, the line {"end":…} is missing`);
  if (end.entries !== found.entries || end.digest !== digest) {
    throw new StateFileError(`${path}: it is damaged, its digest is ${digest}, not ${end.digest}`);
  }
  const record = JSON.parse(found.block) as BlockRecord;
  return { header, genesis: found.genesis, record, entryCount: found.entries, entries: () => entriesOf(path) };
}

/** The store holds that chain from here on, and nothing else. */
export function storeState(store: ChainStore, { header, genesis, record, entries }: StateFile): void {
  const block = { ...record.block, block: { ...record.block.block, data: { txs: [] } } };
  const sample: BlockRecord = { ...record, block, results: { ...record.results, txs_results: null } };
  store.replace(record, entries(), { text: genesis, upgrades: header.upgrades, sample });
}

/** The genesis file that a state file carries. */
export const genesisOf = ({ genesis }: StateFile): Genesis => JSON.parse(genesis) as Genesis;

interface StateEnd {
  entries: number;
  digest: string;
}

type Line = Readonly<Record<string, unknown>>;

function headerOf(path: string, value: Line): StateHeader {
  if (value.format === STATE_FORMAT) return value as unknown as StateHeader;
  throw new StateFileError(`${path}: a dump of format ${STATE_FORMAT} expected, got ${String(value.format)}`);
}

function endOf(path: string, { end }: Line): StateEnd {
  if (typeof end === 'object' && end !== null) return end as StateEnd;
  throw new StateFileError(`${path}: its last line has no number of entries and no digest`);
}

function entryOf(path: string, { table, key, value }: Line): StateEntry {
  if (typeof table === 'string' && typeof key === 'string' && typeof value === 'string') {
    return { table, key, value: Buffer.from(value, 'base64') };
  }
  throw new StateFileError(`${path}: an entry has a table, a key and a value, each a text`);
}

function* entriesOf(path: string): IterableIterator<StateEntry> {
  for (const [, value] of parsedLines(path)) if ('table' in value) yield entryOf(path, value);
}

function* parsedLines(path: string): IterableIterator<[string, Line]> {
  let number = 0;
  for (const line of linesOf(path)) {
    number++;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw new StateFileError(`${path}, line ${number}: ${(error as Error).message}`);
    }
    if (typeof value !== 'object' || value === null) throw new StateFileError(`${path}, line ${number}: no object`);
    yield [line, value as Line];
  }
}

function* linesOf(path: string): IterableIterator<string> {
  const file = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.alloc(READ_BYTES);
    let rest = '';
    for (let size = readSync(file, buffer); size > 0; size = readSync(file, buffer)) {
      const lines = (rest + decoder.write(buffer.subarray(0, size))).split('\n');
      rest = lines.pop()!;
      yield* lines;
      if (rest.length > MAX_LINE_CHARS) throw new StateFileError(`${path}: a line is longer than ${MAX_LINE_CHARS}`);
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}
