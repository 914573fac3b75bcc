import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { readVectors } from '../conformance/report.ts';
import { checkEddsaV1Vectors } from '../conformance.ts';
import { eddsaV1Verify } from './verify.ts';

const dir = fileURLToPath(new URL('../../../../test/fixtures/vectors', import.meta.url));

it('verifies every recorded signature', () => {
  const report = checkEddsaV1Vectors(dir);
  assert.deepEqual(report.mismatches, []);
  assert.equal(report.matched, 4);
});

it('refuses a signature with any bit turned, and one of another length', () => {
  const { rows } = readVectors<{ rows: Record<string, string>[] }>(dir, 'eddsa-v1-bn254-mimc.json');
  const [key, message, signature] = ['public_key', 'message', 'signature'].map((k) => Buffer.from(rows[0]![k]!, 'hex'));
  fc.assert(
    fc.property(fc.nat({ max: 511 }), (bit) => {
      const turned = Buffer.from(signature!);
      turned[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(eddsaV1Verify(key!, message!, turned), false);
    }),
    { numRuns: 20 },
  );
  assert.equal(eddsaV1Verify(key!, message!, signature!.subarray(1)), false);
  assert.equal(eddsaV1Verify(key!.subarray(1), message!, signature!), false);
});
