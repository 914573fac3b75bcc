import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testDatabases } from '@prairie/store/testing';
import { compareRows } from './db/compare.ts';
import { isOfSpDb, readDatabase, unsharded } from './db/recorded.ts';
import { runSuite, type Verdict } from './suites.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const installed = testDatabases().filter(({ skip }) => !skip);

let verdict: Verdict;
before(async () => {
  verdict = await runSuite('db', FIXTURES);
});

test('the recorded databases come of the recorded blocks, and are read as they are', (t) => {
  for (const [part, count] of Object.entries(verdict.parts)) t.diagnostic(`${part}: ${count}`);
  // of an engine that is not installed no row is compared, nor needed the exception of any
  const missing = testDatabases().flatMap(({ engine, skip }) => (skip ? [`${engine} ${skip}`] : []));
  for (const engine of missing) t.diagnostic(engine);
  const unneeded = (fault: string): boolean => missing.length > 0 && fault.includes('matches now');
  const faults = verdict.faults.filter((fault) => !missing.includes(fault) && !unneeded(fault));
  assert.deepEqual(faults, []);
});

test('every recorded row is compared', () => {
  const counts = new Map<string, number>();
  for (const [table, rows] of readDatabase(FIXTURES, 'sp0').rows) {
    counts.set(unsharded(table), (counts.get(unsharded(table)) ?? 0) + rows.length);
  }
  for (const [table, count] of counts) {
    const parts = installed.filter(() => !isOfSpDb(table)).map(({ engine }) => `${engine} ${table}`);
    if (installed.some(({ engine }) => engine === 'mysql')) parts.push(`kept ${table}`);
    for (const part of parts) assert.ok(Number(verdict.parts[part]?.split(' of ')[1]) >= count, part);
  }
});

test('a row that is changed, missing or too many is found', () => {
  const { tables, rows } = readDatabase(FIXTURES, 'sp0');
  const recorded = rows.get('buckets')!;
  const base = { table: 'buckets', recorded, schema: tables.get('buckets')!, engine: 'mysql' } as const;
  const [first, ...others] = recorded;
  const changed = { ...first, owner: 'aa' };
  assert.deepEqual(compareRows({ ...base, here: recorded }).mismatches, []);
  assert.deepEqual(compareRows({ ...base, here: [changed, ...others] }).mismatches, [
    `${first!.bucket_name} owner: ${first!.owner} is recorded, aa is here`,
  ]);
  assert.deepEqual(compareRows({ ...base, here: [...recorded, changed] }).mismatches.at(0), '1 rows are here twice');
  const other = { ...first, bucket_name: 'other' };
  const { matched, total, mismatches } = compareRows({ ...base, here: [other, ...others] });
  assert.deepEqual([matched, total], [others.length, recorded.length + 1]);
  assert.deepEqual(mismatches, [`${first!.bucket_name} is not here`, 'other was not recorded']);
});
