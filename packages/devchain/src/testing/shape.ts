/** Compares JSON by shape: kinds and key sets, not values. */
import assert from 'node:assert/strict';

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** Go writes an empty list as null or as []: either may stand where the other side has entries. */
const isEmptyList = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

export function assertSameShape(actual: unknown, expected: unknown, path = '$'): void {
  if (isEmptyList(actual) || isEmptyList(expected)) {
    const other = isEmptyList(actual) ? expected : actual;
    assert.ok(
      isEmptyList(other) || Array.isArray(other) || typeof other === 'string',
      `${path}: ${kindOf(other)} and an empty list`,
    );
    return;
  }
  assert.equal(kindOf(actual), kindOf(expected), `${path}: kind`);
  if (Array.isArray(actual)) return assertSameShape(actual[0], (expected as unknown[])[0], `${path}[0]`);
  if (typeof actual !== 'object') return;
  assert.deepEqual(Object.keys(actual as object).sort(), Object.keys(expected as object).sort(), `${path}: keys`);
  for (const [key, value] of Object.entries(actual as object)) {
    assertSameShape(value, (expected as Record<string, unknown>)[key], `${path}.${key}`);
  }
}
