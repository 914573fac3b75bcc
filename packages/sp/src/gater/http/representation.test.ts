import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { prefersJson } from './representation.ts';

test('JSON is for who wants it more than XML', () => {
  for (const accept of [
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/json, */*;q=0.8',
    'application/xml;q=0.5, application/json;q=0.9',
    'text/xml;q=0.1,application/json;q=0.2',
    '*/*;q=0.1, application/json ;q=0.2',
    'application/*;q=0.5, application/json',
    'text/html, application/json',
  ]) {
    assert.equal(prefersJson(accept), true, accept);
  }
});

test('who does not care gets XML', () => {
  for (const accept of [
    undefined,
    '',
    '*/*',
    'application/*',
    'application/xml',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    // what the commonest clients of JavaScript send by themselves
    'application/json, text/plain, */*',
    'application/json, application/xml',
    'application/json;q=0, application/xml',
    'application/json;q=0',
    'application/json;q=abc',
    'application/json;q=2',
    'application/problem+json',
    'text/html',
  ]) {
    assert.equal(prefersJson(accept), false, accept);
  }
});

test('property: no header breaks it, and long ones are read to an end', () => {
  const part = fc.constantFrom('application/json', '*/*', 'application/xml', ';q=', '0.5', ',', ' ', ';', '=');
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part).map((parts) => parts.join('')),
  );
  fc.assert(fc.property(header, (accept) => assert.equal(typeof prefersJson(accept), 'boolean')));
  assert.equal(prefersJson(`${'text/html,'.repeat(100_000)}application/json`), false);
});
