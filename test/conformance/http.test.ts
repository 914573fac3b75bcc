import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { answerMismatch } from './http/compare.ts';
import { readExchanges } from './http/recording.ts';
import type { Answer } from './http/send.ts';
import { readExceptions, runSuite, type Verdict } from './suites.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

let verdict: Verdict;
before(async () => {
  verdict = await runSuite('http', FIXTURES);
});

test('recorded exchanges with clients are answered as the recorded providers did, but for the exceptions listed', (t) => {
  for (const [part, count] of Object.entries(verdict.parts)) t.diagnostic(`${part}: ${count}`);
  assert.deepEqual(verdict.faults, []);
});

test('every exchange is replayed, and each exception is of one and of one status', () => {
  const exchanges = readExchanges(FIXTURES);
  assert.equal(verdict.total, exchanges.length);
  const names = new Set(exchanges.map(({ endpoint, id }) => `${endpoint} ${id}`));
  const nameOf = (start: string) => /^(\S+ \d+) (\d{3}|not sent)$/.exec(start)?.[1] ?? '';
  const unknown = Object.keys(readExceptions('http')).filter((start) => !names.has(nameOf(start)));
  assert.deepEqual(unknown, []);
});

const same = (text: string): string => text;

test('a changed status, header or body is found', () => {
  const recorded = readExchanges(FIXTURES).find(({ id }) => id === 1795230942910)!;
  const { base64 } = recorded.response_body;
  const answer: Answer = { status: 206, headers: recorded.response_headers, body: Buffer.from(base64!, 'base64') };
  const withRange: [string, string][] = recorded.response_headers.map(([name, value]) => [
    name,
    name === 'Content-Range' ? `${value}/20000000` : value,
  ]);
  assert.equal(answerMismatch({ ...answer, headers: withRange }, recorded, same), undefined);
  assert.match(answerMismatch({ ...answer, status: 200 }, recorded, same)!, /^status: expected 200/);
  assert.match(answerMismatch({ ...answer, headers: [] }, recorded, same)!, /^Content-Type: /);
  assert.match(answerMismatch({ ...answer, body: Buffer.alloc(10) }, recorded, same)!, /^body: /);
});

test('what an error says may differ, its code may not', () => {
  const recorded = readExchanges(FIXTURES).find(({ response_body }) => response_body.text?.includes('<Code>50012<'))!;
  const error = (code: number): Answer => {
    const body = Buffer.from(`<Error><Code>${code}</Code><Message>bytes 9- of an object of 5 bytes</Message></Error>`);
    const headers: [string, string][] = [
      ['Content-Type', 'application/xml'],
      ['Content-Length', String(body.length)],
    ];
    return { status: recorded.status, headers, body };
  };
  assert.equal(answerMismatch(error(50012), recorded, same), undefined);
  assert.match(answerMismatch(error(50013), recorded, same)!, /^body at \d+: expected .*50012.*got .*50013/);
});
