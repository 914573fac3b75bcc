/**
 * What clients sent that was not kept as an exchange but that later answers depend on: payloads of some objects, and
 * reads that were charged.
 */
import { authorizationOf, EXPIRY_HEADER, expiryText } from '@prairie/client';
import type { Exchange, Keys, ReadRow } from './recording.ts';
import { generated, type Outgoing } from './send.ts';

export interface Unrecorded {
  sp: string;
  time: number;
  /** For messages. */
  name: string;
  bucket: string;
  object: string;
  /** The object is being written. */
  upload: boolean;
  outgoing: (host: string) => Outgoing;
}

export interface Payload {
  sp: string;
  bucket: string;
  object: string;
  /** The chain knows of it from this block on. */
  height: number;
  payload: () => Buffer;
}

const text = (payload: string) => () => Buffer.from(payload);
const bytes = (length: number) => () => generated(length);
const pub = { sp: 'sp0', bucket: 'fx-pub' };

/** Objects that the recorded chain sealed without a recorded upload. Their checksums are on the chain, so none can be wrong. */
export const PAYLOADS: readonly Payload[] = [
  { ...pub, object: 'p5m', height: 1598, payload: bytes(5_000_123) },
  { ...pub, object: 'exact16m', height: 1598, payload: bytes(16_777_216) },
  { ...pub, object: 'dir/sub/c.json', height: 1598, payload: text('{"k":1}') },
  { ...pub, object: 'dir2/d.xml', height: 1598, payload: text('<a/>') },
  { ...pub, object: '空 格/ünï+code%20&=?.txt', height: 1598, payload: text('fixture object u #3\n') },
  {
    sp: 'sp0',
    bucket: 'fx-inherit',
    object: 'private-in-public.txt',
    height: 1598,
    payload: text('fixture object i #7\n'),
  },
  { sp: 'sp6', bucket: 'fx-exit', object: 'e1.txt', height: 3660, payload: text('exit object one') },
];

/** A moment after the block of that height, in which the chain's followers know it. */
export function unrecordedUploads(keys: Keys, knownAt: (height: number) => number): Unrecorded[] {
  const { private_key } = keys.users[0]!;
  return PAYLOADS.map(({ sp, bucket, object, height, payload }) => ({
    ...{ sp, bucket, object, upload: true, time: knownAt(height) + 1, name: `upload of ${bucket}/${object}` },
    outgoing: (host) => signed({ method: 'PUT', url: urlOf(bucket, object), host, key: private_key, body: payload() }),
  }));
}

/** Rows of the recorded table of reads that no recorded exchange accounts for. */
export function unrecordedReads(keys: Keys, rows: readonly ReadRow[], exchanges: readonly Exchange[]): Unrecorded[] {
  const keyOf = (address: string) => keys.users.find((user) => user.address === address)?.private_key;
  return rows
    .filter((row) => !exchanges.some((exchange) => isOf(row, exchange)))
    .map(({ sp, bucket_name: bucket, object_name: object, user_address, read_size, read_timestamp_us }) => ({
      ...{ sp, bucket, object, upload: false, time: Math.floor(read_timestamp_us / 1000) },
      name: `read of ${read_size} bytes of ${bucket}/${object}`,
      outgoing: (host) => {
        const range: [string, string][] = [['Range', `bytes=0-${read_size - 1}`]];
        return signed({ method: 'GET', url: urlOf(bucket, object), host, key: keyOf(user_address), headers: range });
      },
    }));
}

/** Reads that the recorded providers served and these refuse: what was charged for them is read in another way. */
const REFUSED_HERE: ReadonlySet<number> = new Set([
  // by a presigned URL after its expiry
  1795230940095,
]);

const READS = new Set(['get-object', 'get-object-presigned', 'universal-endpoint']);

/** A read is noted while its answer is made. */
function isOf(row: ReadRow, { id, endpoint, sp, time_ms, duration_ms }: Exchange): boolean {
  if (REFUSED_HERE.has(id)) return false;
  const time = row.read_timestamp_us / 1000;
  return READS.has(endpoint) && sp === row.sp && time >= time_ms && time <= time_ms + duration_ms + 1;
}

const urlOf = (bucket: string, object: string): string =>
  `/${bucket}/${object.split('/').map(encodeURIComponent).join('/')}`;

const VALID_SECONDS = 900;

interface ToSign {
  method: string;
  url: string;
  host: string;
  /** Without one the request is anonymous. */
  key: string | undefined;
  headers?: [string, string][];
  body?: Buffer;
}

export function signed({ method, url, host, key, headers = [], body = Buffer.alloc(0) }: ToSign): Outgoing {
  const length: [string, string][] = body.length > 0 ? [['Content-Length', String(body.length)]] : [];
  const all: [string, string][] = [['Host', host], ...headers, ...length];
  if (key !== undefined) {
    all.push([EXPIRY_HEADER, expiryText(VALID_SECONDS)]);
    const authorization = authorizationOf(
      { method, target: url, host, rawHeaders: all.flat() },
      Buffer.from(key, 'hex'),
    );
    all.push(['Authorization', authorization]);
  }
  return { method, url, headers: all, body };
}
