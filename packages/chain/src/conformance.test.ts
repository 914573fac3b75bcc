import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkBlsVectors, checkEip712Vectors, checkSignBytesVectors } from './conformance.ts';

const dir = fileURLToPath(new URL('../../../test/fixtures/vectors', import.meta.url));

for (const check of [checkEip712Vectors, checkBlsVectors, checkSignBytesVectors]) {
  test(`${check.name}: every row matches`, () => {
    const report = check(dir);
    assert.deepEqual(report.mismatches, []);
    assert.ok(report.total > 0);
    assert.equal(report.matched, report.total);
  });
}
