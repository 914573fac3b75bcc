/** What a provider of the network answered about off-chain keys, asked again at the times of the recording. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Sent } from '../testing.ts';
import { type AuthGateway, authGateway } from './testing.ts';

interface Exchange {
  time_ms: number;
  sp: string;
  step: string;
  method: Sent['method'];
  url: string;
  request_headers: [string, string][];
  request_body: { text?: string };
  status: number;
  response_body: { text: string };
}

const FIXTURES = new URL('../../../../../test/fixtures/', import.meta.url);
const { storage_providers: providers } = JSON.parse(readFileSync(new URL('keys.json', FIXTURES), 'utf8')) as {
  storage_providers: Record<string, { OperatorAddress: string }>;
};
const exchanges = readFileSync(new URL('http/off-chain-auth.jsonl', FIXTURES), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Exchange);

/** Steps whose answers depend on what was not recorded here: the hourly purge, by then. */
const EXCEPTIONS = ['J/019 raw GET /auth/keys_v2'];

/** Texts of errors are ours, and the first expiry is the time of the question. */
const comparable = (body: string) =>
  body.replace(/<Message>[^<]*/, '<Message>').replace(/(<CurrentNonce>0.*<ExpiryDate>)\d+/, '$1now');

test('off-chain keys as recorded', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: exchanges[0]!.time_ms });
  const gateways = new Map<string, AuthGateway>();
  let compared = 0;
  for (const { sp, time_ms, step, method, url, request_headers, request_body, ...recorded } of exchanges) {
    if (!gateways.has(sp)) gateways.set(sp, await authGateway(t, providers[sp]!.OperatorAddress));
    t.mock.timers.setTime(time_ms);
    const headers = Object.fromEntries(
      request_headers.filter(([name]) => !/^(connection|content-length)$/i.test(name)),
    );
    const body = Buffer.from(request_body.text ?? '');
    const answer = await gateways.get(sp)!.send({ method: method!, path: url, headers, body });
    if (EXCEPTIONS.includes(step)) continue;
    compared += 1;
    assert.equal(answer.status, recorded.status, `${step}: ${answer.body}`);
    assert.equal(comparable(answer.body.toString()), comparable(recorded.response_body.text), step);
  }
  assert.equal(compared, exchanges.length - EXCEPTIONS.length);
});
