/** Conformance suites by name: `npm run conformance -- SUITE`. Each compares the project with recorded data. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkBlsVectors,
  checkEddsaV1Vectors,
  checkEip712Vectors,
  checkSignBytesVectors,
  readVectors,
  type VectorReport,
} from '@prairie/chain/conformance';
import { checkGnfd1AuthVectors } from '@prairie/client/conformance';
import { readRecording } from './chain/recording.ts';
import { Replay } from './chain/replay.ts';
import { HttpReplay } from './http/replay.ts';
import { checkKeysAndTables } from './keys-and-tables.ts';
import { checkErasureVectors, checkIntegrityVectors, checkPublishedVector } from './redundancy.ts';
import { readSpExchanges } from './sp/recording.ts';
import { SpReplay } from './sp/replay.ts';
import { checkSenders } from './sp/sender.ts';

export interface Part {
  name: string;
  /** Comes before each mismatch; exceptions are named by it. Default: the name, which is one part's alone. */
  of?: string;
  report: VectorReport;
}

/** Yields the parts of a suite as they are checked. `fixtures` has the layout of `test/fixtures`. */
export type Suite = (fixtures: string) => AsyncIterable<Part>;

export const SUITES: Readonly<Record<string, Suite>> = { vectors, chain, http, sp, db };

type Check = (dir: string) => VectorReport | Promise<VectorReport>;

export const VECTOR_CHECKS: Readonly<Record<string, Check>> = {
  'bls.json': checkBlsVectors,
  'eddsa-v1-bn254-mimc.json': checkEddsaV1Vectors,
  'eip712.json': checkEip712Vectors,
  'erasure-and-integrity.json': checkErasureVectors,
  'gnfd1-auth.json': checkGnfd1AuthVectors,
  'integrity-hash.json': checkIntegrityVectors,
  'keys-and-tables.json': checkKeysAndTables,
  'sign-bytes.json': checkSignBytesVectors,
};

/** The golden vectors: every file in `vectors/`, and the published one that is not worth keeping as a file. */
async function* vectors(fixtures: string): AsyncGenerator<Part> {
  const dir = join(fixtures, 'vectors');
  const files = readdirSync(dir).filter((file) => file.endsWith('.json'));
  for (const file of new Set([...Object.keys(VECTOR_CHECKS), ...files])) {
    const check = VECTOR_CHECKS[file] ?? (() => withoutCheck(dir, file));
    yield { name: file, report: files.includes(file) ? await check(dir) : missing(dir) };
  }
  yield { name: 'published vector', report: await checkPublishedVector() };
}

/** The recorded network, from its genesis file to its last block. */
async function* chain(fixtures: string): AsyncGenerator<Part> {
  const replay = new Replay(readRecording(fixtures));
  try {
    await replay.run();
    for (const [name, report] of Object.entries(replay.reports)) yield { name, report };
  } finally {
    await replay.close();
  }
}

/** What clients asked of the recorded providers, asked again of eight of this project's. */
async function* http(fixtures: string): AsyncGenerator<Part> {
  const replay = new HttpReplay(fixtures);
  try {
    await replay.run();
    for (const [name, report] of Object.entries(replay.reports)) yield { name, report };
  } finally {
    await replay.close();
  }
}

/** What providers asked of one another, asked again of eight of this project's, and what these would have sent. */
async function* sp(fixtures: string): AsyncGenerator<Part> {
  const replay = new SpReplay(fixtures);
  try {
    await replay.run();
    for (const [name, report] of Object.entries(replay.reports)) yield { name, report };
  } finally {
    await replay.close();
  }
  for (const [name, report] of Object.entries(await checkSenders(readSpExchanges(fixtures), fixtures)))
    yield { name, report };
}

/** The recorded databases, in every engine that is installed. Its drivers are loaded with it alone. */
async function* db(fixtures: string): AsyncGenerator<Part> {
  yield* (await import('./db/suite.ts')).db(fixtures);
}

/** Every row of a file that nothing checks is a mismatch, so that none is forgotten. */
function withoutCheck(dir: string, file: string): VectorReport {
  const { rows = [undefined] } = readVectors<{ rows?: unknown[] }>(dir, file);
  return { matched: 0, total: rows.length, mismatches: rows.map((_, i) => `row ${i + 1}: there is no check`) };
}

function missing(dir: string): VectorReport {
  return { matched: 0, total: 1, mismatches: [`no such file in ${dir}`] };
}

/** What a suite came to, once its known exceptions are taken out. */
export interface Verdict {
  suite: string;
  matched: number;
  total: number;
  /** How many rows of each part matched: `151 of 151`. */
  parts: Record<string, string>;
  /** Mismatches with a reason, and the name of the part they are of. */
  excepted: { part: string; mismatch: string; reason: string }[];
  /** Mismatches without one, and exceptions that nothing needs any more. */
  faults: string[];
}

/** Beginnings of mismatches (file and row) with the reason why they are known. */
export type Exceptions = Readonly<Record<string, string>>;

/** A file has `beginning: reason`, or `reason: [beginnings]` for many with the same one. */
export function readExceptions(suite: string): Exceptions {
  try {
    const file = readFileSync(new URL(`./${suite}.exceptions.json`, import.meta.url), 'utf8');
    const entries = Object.entries(JSON.parse(file) as Record<string, string | string[]>);
    const each = ([key, value]: [string, string | string[]]): [string, string][] =>
      Array.isArray(value) ? value.map((start) => [start, key]) : [[key, value]];
    return Object.fromEntries(entries.flatMap(each));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

export async function runSuite(
  name: string,
  fixtures: string,
  exceptions: Exceptions = readExceptions(name),
): Promise<Verdict> {
  const suite = Object.hasOwn(SUITES, name) ? SUITES[name] : undefined;
  if (!suite) throw new RangeError(`unknown suite ${name}: suites are ${Object.keys(SUITES).join(', ')}`);
  const verdict: Verdict = { suite: name, matched: 0, total: 0, parts: {}, excepted: [], faults: [] };
  const used = new Set<string>();
  for await (const { name: part, of = part, report } of suite(fixtures)) {
    verdict.matched += report.matched;
    verdict.total += report.total;
    verdict.parts[part] = `${report.matched} of ${report.total}`;
    for (const text of report.mismatches) {
      const mismatch = `${of} ${text}`;
      const exception = Object.keys(exceptions).find((start) => mismatch.startsWith(start));
      if (exception === undefined) verdict.faults.push(mismatch);
      else verdict.excepted.push({ part, mismatch, reason: exceptions[used.add(exception) && exception]! });
    }
  }
  for (const exception of Object.keys(exceptions)) {
    if (!used.has(exception)) verdict.faults.push(`${exception}: matches now, take it out of ${name}.exceptions.json`);
  }
  return verdict;
}
