import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findTestFiles, indent, type Totals } from './report-tests.ts';

const root = mkdtempSync(join(tmpdir(), 'prairie-report-'));
after(() => rmSync(root, { recursive: true }));

const FILES = {
  'a/well.test.ts': "test('one', () => {}); test('two', () => {}); test('later', { skip: true }, () => {});",
  'a/wrong.test.ts': "test('good', () => {}); test('bad', () => { throw new Error('this went wrong'); });",
  'a/group.test.ts':
    "describe('group', () => { test('inner', () => {}); test('broken', () => { throw new Error('inside'); }); });",
  'a/crash.test.ts': "throw new Error('before any test');",
  'b/hangs.test.ts': "test('never ends', () => new Promise(() => setInterval(() => {}, 1000)));",
  'c/open.test.ts': "test('leaves a timer', () => { setInterval(() => {}, 1000); });",
  'd/late.test.ts':
    "import { setTimeout as sleep } from 'node:timers/promises'; test('early', () => {}); await sleep(50); test('late', () => {});",
  'c/busy.test.ts': "test('is busy', () => { for (;;); });",
  'a/node_modules/x/other.test.ts': "throw new Error('not ours');",
  'a/helper.ts': '',
  'e/needs.test.ts': "describe('with it', { skip: 'it is not installed' }, () => { test('one', () => {}); });",
};
for (const [path, text] of Object.entries(FILES)) {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), `import { describe, test } from 'node:test';\n${text}\n`);
}

const DRIVER = join(root, 'driver.mjs');
writeFileSync(
  DRIVER,
  `import { runTestFiles } from ${JSON.stringify(new URL('./report-tests.ts', import.meta.url).href)};
  let text = '';
  const write = (more) => { text += more; };
  const totals = await runTestFiles({ ...JSON.parse(process.argv[2]), write });
  console.log(JSON.stringify({ totals, text }));`,
);

/** In a process of its own: Node refuses to run tests from within a test. */
function totalsOf(files: readonly string[]): { totals: Totals; text: string } {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = JSON.stringify({ root, files, timeoutMs: 1500, graceMs: 500 });
  return JSON.parse(execFileSync(process.execPath, [DRIVER, options], { env, encoding: 'utf8', timeout: 20_000 }));
}

test('test files are found below folders, sorted, without those of packages', () => {
  const names = findTestFiles(root, ['b', 'a', 'missing', 'a/well.test.ts']).map((file) => file.slice(root.length + 1));
  assert.deepEqual(names, [
    'a/crash.test.ts',
    'a/group.test.ts',
    'a/well.test.ts',
    'a/wrong.test.ts',
    'b/hangs.test.ts',
  ]);
});

test('what passes and what fails is counted, and failures are told', () => {
  const { totals, text } = totalsOf(findTestFiles(root, ['a']));
  // A file that breaks before its tests is one failure; a skipped test is neither.
  assert.deepEqual(totals, { passed: 4, failed: 3 });
  for (const told of ['this went wrong', 'inside', 'before any test', '✔ a/well.test.ts  2 passed']) {
    assert.ok(text.includes(told), `${told} is not in\n${text}`);
  }
});

test('what is left out for want of something is named', () => {
  const { totals, text } = totalsOf([join(root, 'e/needs.test.ts')]);
  assert.deepEqual(totals, { passed: 0, failed: 0 });
  assert.match(text, /⚠ it is not installed\n {4}e\/needs\.test\.ts\n/);
});

test('a file that does not end is a failure', () => {
  const { totals, text } = totalsOf([join(root, 'b/hangs.test.ts')]);
  assert.equal(totals.passed, 0);
  assert.ok(totals.failed > 0, text);
  assert.match(text, /timed out/);
});

test('a file that is busy for ever is stopped', () => {
  const { totals, text } = totalsOf([join(root, 'c/busy.test.ts')]);
  assert.equal(totals.passed, 0);
  assert.ok(totals.failed > 0, text);
});

test('a file that leaves something open is named and stopped', () => {
  const { totals, text } = totalsOf([join(root, 'c/open.test.ts')]);
  assert.ok(totals.failed > 0, text);
  assert.match(text, /not finished: c\/open\.test\.ts/);
});

test('tests that are registered after an await count too', () => {
  assert.deepEqual(totalsOf([join(root, 'd/late.test.ts')]).totals, { passed: 2, failed: 0 });
});

test('indenting keeps the lines', () => {
  assert.equal(indent('a\n b\n\n', 2), '  a\n   b\n');
});
