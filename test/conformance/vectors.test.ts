import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readExceptions, runSuite, SUITES } from './suites.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../scripts/conformance.ts', import.meta.url));
const exceptions = Object.keys(readExceptions('vectors'));

for await (const { name, report } of SUITES.vectors!(FIXTURES)) {
  test(`vectors: ${name}, ${report.matched} of ${report.total}`, () => {
    const unknown = report.mismatches.filter(
      (text) => !exceptions.some((start) => `${name} ${text}`.startsWith(start)),
    );
    assert.deepEqual(unknown, []);
    assert.equal(report.matched + report.mismatches.length, report.total);
  });
}

test('a changed vector is a fault, and so is an exception that nothing needs', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'prairie-vectors-'));
  try {
    cpSync(join(FIXTURES, 'vectors'), join(dir, 'vectors'), { recursive: true });
    const file = join(dir, 'vectors', 'integrity-hash.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"integrity_hash": "3a', '"integrity_hash": "3b'));
    writeFileSync(join(dir, 'vectors', 'new.json'), '{"rows":[1,2]}');
    const verdict = await runSuite('vectors', dir, { ...readExceptions('vectors'), 'bls.json row 99': 'a reason' });
    const integrity = verdict.faults.filter((fault) =>
      fault.startsWith('integrity-hash.json row 1 (integrity_hash): '),
    );
    assert.equal(integrity.length, 1);
    assert.equal(verdict.faults.filter((fault) => /^new\.json row [12]: there is no check$/.test(fault)).length, 2);
    assert.ok(verdict.faults.some((fault) => fault.startsWith('bls.json row 99: matches now')));
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('an unknown suite is refused with the names of those there are', () => {
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, 'nonsense'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /unknown suite nonsense\n.*\nsuites: vectors/);
});
