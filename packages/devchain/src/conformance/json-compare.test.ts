import assert from 'node:assert/strict';
import { test } from 'node:test';
import { txHash } from '@prairie/chain';
import { recordedExchanges } from '../testing/recordings.ts';
import { answerMismatch, atReplay, outlineOf, type Rule } from './json-compare.ts';
import { replayHeight } from './replay-height.ts';

const byValue: Rule = () => 'value';
const byKind: Rule = () => 'kind';
const byText: Rule = () => 'text';

test('a difference is named by its place', () => {
  const recorded = { a: [{ b: 1 }, { b: 'x7' }], c: null };
  const differences: [unknown, Rule, string | undefined][] = [
    [structuredClone(recorded), byValue, undefined],
    [{ c: null, a: recorded.a }, byKind, ': expected the keys a,c, got c,a'],
    [{ a: [{ b: 1 }, { b: 'x8' }], c: null }, byValue, 'a[].b: expected "x7", got "x8"'],
    [{ a: [{ b: 1 }, { b: 'x8' }], c: null }, byText, undefined],
    [{ a: [{ b: 1 }, { b: 'y7' }], c: null }, byText, 'a[].b: expected "x7", got "y7"'],
    [{ a: [{ b: 1 }], c: null }, byValue, 'a: expected 2 entries, got 1'],
    [{ a: [{ b: 5 }], c: null }, byKind, undefined],
    [{ a: [{ b: '5' }], c: null }, byKind, 'a[].b: expected 1, got "5"'],
    [{ a: [], c: null }, byKind, undefined],
    [{ a: null, c: [] }, byKind, undefined],
    [{ a: null, c: null }, byValue, 'a: expected [{"b":1},{"b":"x7"}], got null'],
    [{ a: recorded.a, c: {} }, byKind, 'c: expected null, got {}'],
  ];
  for (const [ours, rule, expected] of differences) assert.equal(answerMismatch(ours, recorded, rule), expected);
});

test('recorded answers agree with themselves, and a changed place is seen as far as the rule goes', () => {
  const exchanges = recordedExchanges().filter(({ transport }) => transport !== 'ws');
  for (const { response } of exchanges) {
    for (const rule of [outlineOf, atReplay, byValue])
      assert.equal(answerMismatch(response, response, rule), undefined);
  }
  const status = exchanges.find(({ request }) => request?.method === 'status')!.response as object;
  const changed = structuredClone(status) as { result: Record<string, Record<string, unknown>> };
  changed.result.sync_info!.latest_block_hash = 'AB';
  assert.equal(answerMismatch(changed, status, atReplay), undefined);
  changed.result.sync_info!.latest_block_height = '1';
  assert.equal(answerMismatch(changed, status, outlineOf), undefined);
  assert.match(answerMismatch(changed, status, atReplay)!, /latest_block_height/);
});

test('heights of exchanges: what they say of themselves, before their transaction, at their time, else the last', () => {
  const exchanges = recordedExchanges();
  const tx = exchanges[13]!.request!.params.tx as string;
  const heights = {
    ofTx: (hash: string) => (hash === txHash(Buffer.from(tx, 'base64')) ? 700 : undefined),
    at: (seconds: number) => seconds,
    last: 9999,
  };
  const found = [0, 13, 17, 18, 22, 29].map((line) => replayHeight(exchanges[line]!, heights));
  assert.deepEqual(found, [198, 699, 1795231484, 211, 9999, 9999]);
});
