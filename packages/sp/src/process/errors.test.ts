import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definedErrors } from '@prairie/gfsp';
import '@prairie/gfsp/postgres';
import './provider.ts';

/** What the network calls an error without a code of its own. */
const NO_CODE = 999999;

test('a code stands for one error, and is listed once', () => {
  const errors = definedErrors();
  const codes = errors.map(({ inner_code }) => inner_code).filter((code) => code !== NO_CODE);
  assert.ok(codes.length > 100);
  assert.deepEqual(
    codes.filter((code, i) => codes.indexOf(code) !== i),
    [],
  );
  const texts = errors.filter(({ inner_code }) => inner_code === NO_CODE).map(({ description }) => description);
  assert.equal(new Set(texts).size, texts.length);
});
