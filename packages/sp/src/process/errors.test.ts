import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definedErrors } from '@prairie/gfsp';
import '@prairie/gfsp/postgres';
import './provider.ts';

/** Numbers that the network gives to two errors (`reference/gateway-http.md` §4.2). */
const SHARED = [50037, 50038, 50039];
/** What the network calls an error without a code of its own. */
const NO_CODE = 999999;

test('a code stands for one error, and is listed once', () => {
  const errors = definedErrors();
  const codes = errors.map(({ inner_code }) => inner_code).filter((code) => code !== NO_CODE);
  assert.ok(codes.length > 100);
  assert.deepEqual(
    codes.filter((code, i) => codes.indexOf(code) !== i && !SHARED.includes(code)),
    [],
  );
  const texts = errors.filter(({ inner_code }) => inner_code === NO_CODE).map(({ description }) => description);
  assert.equal(new Set(texts).size, texts.length);
});
