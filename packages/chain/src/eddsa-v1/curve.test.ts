import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { add, BASE, double, isZero, multiplesOf, negate, sumOfProducts } from './curve.ts';
import { FIELD, inverse, mod, squareRoot } from './field.ts';

/** Of the base point (`reference/internal-grpc.md` §4.3). */
const ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041n;
const scalar = fc.bigInt({ min: 0n, max: 2n ** 254n });
const multiples = multiplesOf(BASE);

it('the base point has its order', () => {
  assert.ok(isZero(sumOfProducts([ORDER, multiples])));
  assert.ok(!isZero(sumOfProducts([ORDER - 1n, multiples])));
});

it('property: products add up, and doubling is adding', () => {
  fc.assert(
    fc.property(scalar, scalar, (a, b) => {
      const sum = sumOfProducts([a, multiples], [b, multiples]);
      assert.ok(isZero(add(sum, negate(sumOfProducts([(a + b) % ORDER, multiples])))));
      assert.ok(isZero(add(double(sum), negate(add(sum, sum)))));
    }),
    { numRuns: 20 },
  );
});

it('property: inverses and square roots are such', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: FIELD - 1n }), (value) => {
      assert.equal(mod(value * inverse(value)), 1n);
      const square = mod(value * value);
      assert.equal(mod(squareRoot(square)! ** 2n), square);
      // 5 is no square, so it makes one of none and none of one
      assert.equal(squareRoot(mod(5n * square)), undefined);
    }),
    { numRuns: 50 },
  );
});
