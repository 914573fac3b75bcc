/**
 * How many requests a core can check, as the gateway does it: expiry, scheme, canonical form, Keccak and the curve; for
 * off-chain keys with the provider's register of keys.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import {
  authorizationOf,
  EXPIRY_HEADER,
  expiryText,
  offChainAuthorization,
  offChainHeaders,
  offChainKey,
  requestDigest,
  type SignableRequest,
} from '@prairie/client';
import { type Asked, authenticate, type Gateway, KeyRegistry, parseTarget } from '@prairie/sp/testing';
import { openSpDb } from '@prairie/store';
import { round } from './figures.ts';

/** Different requests, so that nothing can be remembered of one for the next. */
const REQUESTS = 2000;
const V1_VECTORS = new URL('../test/fixtures/vectors/eddsa-v1-bn254-mimc.json', import.meta.url);
const KEY = Buffer.alloc(32, 1);
const ACCOUNT = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const DOMAIN = 'https://dapp.example';
const DAY_MS = 86_400_000;

type Check = (index: number) => Promise<unknown>;
type Question = Pick<Asked, 'message' | 'target'>;

/** A line per scheme. CPU time of this process, which does nothing else. */
export async function* benchSignatures(seconds: number): AsyncGenerator<object> {
  const spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' });
  const keys = new KeyRegistry({}, { spdb });
  const gateway = { dependencies: { client: { authenticator: keys } } } as unknown as Gateway;
  const checks = (questions: readonly Question[]): Check => {
    return (index) => authenticate(gateway, questions[index % questions.length]!);
  };
  const ecdsa = (request: SignableRequest) => authorizationOf(request, KEY);
  yield await line('GNFD1-ECDSA', seconds, checks(questions('sp.example.com', ecdsa)));
  yield await line('GNFD1-ECDSA, host with a port', seconds, checks(questions('sp.example.com:9033', ecdsa)));
  const key = offChainKey(ACCOUNT, DOMAIN, 'bench');
  await keys.updateUserPublicKeyV2(key, key.publicKey, BigInt(Date.now() + DAY_MS));
  const v2 = questions('sp.example.com', (request) => offChainAuthorization(request, key), offChainHeaders(key));
  yield await line('GNFD2-EDDSA', seconds, checks(v2));
  yield await line('GNFD1-EDDSA', seconds, await v1Check(keys));
  await spdb.close();
}

async function line(scheme: string, seconds: number, check: Check): Promise<object> {
  let checks = 0;
  const run = async (until: number) => {
    do await check(checks++);
    while (performance.now() < until);
  };
  await run(performance.now() + seconds * 300);
  checks = 0;
  const before = process.cpuUsage();
  await run(performance.now() + seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  return {
    case: `gateway: check ${scheme}`,
    checks,
    checksPerSPerCore: round(checks / cpuSeconds, 0),
    cpuUsPerCheck: round((cpuSeconds * 1e6) / checks, 1),
  };
}

/** With the headers that the Go SDK signs, parsed as Node has them when a handler is called. */
function questions(
  host: string,
  authorize: (request: SignableRequest) => string,
  extra: Readonly<Record<string, string>> = {},
): Question[] {
  return Array.from({ length: REQUESTS }, (_, index) => {
    const target = `/bench-bucket/folder/object-${index}.bin`;
    const headers: Record<string, string> = {
      ...{ Host: host, 'User-Agent': 'Greenfield (linux; amd64)', 'Content-Type': 'application/octet-stream' },
      'X-Gnfd-Content-Sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      ...{ 'X-Gnfd-Date': expiryText(0), [EXPIRY_HEADER]: expiryText(1000), 'Accept-Encoding': 'gzip', ...extra },
    };
    const rawHeaders = Object.entries(headers).flat();
    headers.Authorization = authorize({ method: 'GET', target, host, rawHeaders });
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const message = {
      method: 'GET',
      url: target,
      rawHeaders: Object.entries(headers).flat(),
      headers: Object.fromEntries(lower),
      headersDistinct: Object.fromEntries(lower.map(([name, value]) => [name, [value]])),
    } as unknown as IncomingMessage;
    return { message, target: parseTarget(target)! };
  });
}

/** What the curve costs does not depend on the message: a recorded signature stands for the request's own. */
async function v1Check(keys: KeyRegistry): Promise<Check> {
  const { rows } = JSON.parse(readFileSync(V1_VECTORS, 'utf8')) as { rows: Record<string, string>[] };
  const { public_key: publicKey = '', message = '', signature = '' } = rows[0]!;
  const scope = { account: ACCOUNT, domain: DOMAIN };
  await keys.updateUserPublicKey(scope, publicKey, 1, BigInt(Date.now() + DAY_MS));
  const request = { method: 'GET', target: '/bench-bucket/a.bin', host: 'sp.example.com', rawHeaders: [] };
  return (index) => {
    requestDigest({ ...request, target: `/bench-bucket/${index}.bin` });
    return keys.verifyGnfd1Eddsa(scope, signature, Buffer.from(message, 'hex'));
  };
}
