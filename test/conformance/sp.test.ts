import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Answer } from './http/send.ts';
import { answerMismatch } from './sp/compare.ts';
import { readSpExchanges, type SpExchange } from './sp/recording.ts';
import { checkSenders } from './sp/sender.ts';
import { readExceptions, runSuite, type Verdict } from './suites.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

let verdict: Verdict;
before(async () => {
  verdict = await runSuite('sp', FIXTURES);
});

test('recorded requests of providers are answered as the recorded ones did, but for the exceptions listed', (t) => {
  for (const [part, count] of Object.entries(verdict.parts)) t.diagnostic(`${part}: ${count}`);
  assert.deepEqual(verdict.faults, []);
});

test('every request of every call is replayed, and would have been sent; each exception is of one and of one status', () => {
  const exchanges = readSpExchanges(FIXTURES);
  const totals: Record<string, number> = {};
  for (const { endpoint } of exchanges) {
    for (const part of [endpoint, `sent ${endpoint}`]) totals[part] = (totals[part] ?? 0) + 1;
  }
  const counted = Object.entries(verdict.parts).map(([part, count]) => [part, Number(count.split(' of ')[1])]);
  assert.deepEqual(Object.fromEntries(counted), totals);
  assert.equal(Object.keys(totals).length, 2 * 8);
  const names = new Set(exchanges.map(({ endpoint, id }) => `${endpoint} ${id}`));
  const nameOf = (start: string) => /^(\S+ \d+) \d{3}$/.exec(start)?.[1] ?? '';
  const unknown = Object.keys(readExceptions('sp')).filter((start) => !names.has(nameOf(start)));
  assert.deepEqual(unknown, []);
});

const done = readSpExchanges(FIXTURES).find(({ endpoint, response_headers }) => {
  return endpoint === 'replicate-piece' && response_headers.some(([name]) => name.endsWith('Signature'));
})!;

test('a changed status, signature or body is found', () => {
  const answer: Answer = { status: 200, headers: done.response_headers, body: Buffer.alloc(0) };
  assert.equal(answerMismatch(answer, done), undefined);
  assert.match(answerMismatch({ ...answer, status: 202 }, done)!, /^status: /);
  const headers = done.response_headers.map(([name, value]): [string, string] => [name, value.replace(/^./, 'f')]);
  assert.match(answerMismatch({ ...answer, headers }, done)!, /^X-Gnfd-Integrity-Hash-Signature: /);
  assert.match(answerMismatch({ ...answer, body: Buffer.alloc(1) }, done)!, /^body: /);
});

test('a refusal with another code is found', () => {
  const said = (code: number) => `<Error><Code>${code}</Code><Message>text</Message></Error>`;
  const refused: SpExchange = {
    ...done,
    status: 403,
    response_headers: [],
    response_body: { len: 1, text: said(80003) },
  };
  const answer = (code: number): Answer => ({ status: 403, headers: [], body: Buffer.from(said(code)) });
  assert.equal(answerMismatch(answer(80003), refused), undefined);
  assert.match(answerMismatch(answer(80004), refused)!, /^code: /);
});

test('a message with another byte would not have been sent', async () => {
  const hex = (text: string) => Buffer.from(text).toString('hex');
  const otherwise = (value: string) => value.replace(hex('"visibility":3'), hex('"visibility":2'));
  const changed = (exchange: SpExchange): SpExchange => ({
    ...exchange,
    request_headers: exchange.request_headers.map(([name, value]) => [name, otherwise(value)]),
  });
  const reports = await checkSenders([changed(done)], FIXTURES);
  assert.equal(reports['sent replicate-piece']!.mismatches.length, 1);
});
