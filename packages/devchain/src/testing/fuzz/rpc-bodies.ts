/** Bodies, paths and frames for the ports of a node. */
import type { Rng } from '../random/rng.ts';
import { damaged } from './bytes.ts';
import { brokenText, hostileJson, type Json, twistedJson } from './json.ts';
import { METHODS, type MethodMakers, request, restPath, type Sample, SUBSCRIPTIONS } from './requests.ts';

/** Requests of a large batch: as many as a node takes, and a few more. */
const BATCH = { least: 900, most: 1100 };
/** Longer than a node takes. */
const TOO_LONG = 1_000_001;

/** Body of a POST. */
export function spoiltBody(rng: Rng, sample: Sample, methods: MethodMakers = METHODS): Buffer {
  const valid = request(rng, sample, methods);
  if (rng.chance(0.002)) return Buffer.alloc(TOO_LONG, 0x20);
  if (rng.chance(0.25)) return brokenText(rng, valid);
  if (rng.chance(0.01)) {
    const one = { ...valid, method: 'health' };
    return bytesOf(Array.from({ length: rng.between(BATCH.least, BATCH.most) }, () => one));
  }
  if (rng.chance(0.1))
    return bytesOf(Array.from({ length: rng.below(6) }, () => twistedJson(rng, request(rng, sample, methods))));
  return bytesOf(twistedJson(rng, valid));
}

const bytesOf = (body: Json): Buffer => Buffer.from(JSON.stringify(body));

/** Path of a GET, with arguments. */
export function spoiltPath(rng: Rng, sample: Sample): string {
  const { method, params } = request(rng, sample);
  const twisted = twistedJson(rng, params!);
  const given = typeof twisted === 'object' && twisted !== null ? Object.entries(twisted) : [['', twisted] as const];
  const text = (value: Json) => (rng.chance(0.5) ? JSON.stringify(value) : String(value));
  const query = given.slice(0, 20).map(([name, value]) => `${name}=${inUrl(text(value))}`);
  return `/${rng.chance(0.05) ? inUrl(String(hostileJson(rng))) : method}?${query.join('&')}`;
}

/** Path of a GET at the REST port. */
export function spoiltRestPath(rng: Rng, sample: Sample): string {
  const path = restPath(rng, sample);
  const [before = '', after = ''] = path.split(/(?<=^.*)[?](?=.*$)/);
  if (rng.chance(0.4)) {
    const parts = before.split('/');
    const at = rng.between(1, parts.length - 1);
    return `${parts.with(at, inUrl(String(hostileJson(rng)))).join('/')}?${after}`;
  }
  const name = rng.one(['pagination.limit', 'pagination.key', 'pagination.offset', 'height', 'events', 'a.b.c', '']);
  return `${before}?${after}&${name}=${inUrl(String(hostileJson(rng)))}`;
}

/** A URL holds no halves of characters. */
const inUrl = (text: string): string => encodeURIComponent(text.toWellFormed().slice(0, 4000));

/** Frame of a WebSocket: text, or bytes. */
export function spoiltFrame(rng: Rng, sample: Sample): Buffer | string {
  const valid = request(rng, sample, rng.chance(0.4) ? SUBSCRIPTIONS : METHODS);
  if (rng.chance(0.2)) return brokenText(rng, valid);
  if (rng.chance(0.1)) return JSON.stringify([valid, valid]);
  const text = JSON.stringify(rng.chance(0.2) ? valid : twistedJson(rng, valid));
  return rng.chance(0.2) ? Buffer.from(text) : text;
}

const UPGRADE =
  'GET /websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** What is written to a bare connection. */
export function spoiltBytes(rng: Rng, sample: Sample): Buffer {
  const body = JSON.stringify(request(rng, sample));
  const post = Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  // an unmasked frame, one with reserved bits, one that promises much, one of a fragment that never ends
  const frames = ['8105616263', 'f180', '81ff7fffffffffffffff', '0180', '88820000', '8a7e', '8300'];
  switch (rng.below(4)) {
    case 0:
      return Buffer.concat([Buffer.from(UPGRADE), Buffer.from(rng.one(frames), 'hex'), rng.bytes(rng.below(40))]);
    case 1:
      return Buffer.from(
        `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${rng.one(['zz', 'ffffffff', '-1'])}\r\n`,
      );
    case 2:
      return rng.bytes(rng.between(1, 300));
    default:
      return damaged(rng, post);
  }
}
