/**
 * Headers of every answer, errors included. Browsers may call from anywhere, because requests carry their own authority:
 * what they need to know of that is the network's standard for providers (`reference/gateway-http.md` §3.4).
 */
import type { ServerResponse } from 'node:http';

export const REQUEST_ID_HEADER = 'X-Gnfd-Request-ID';

/** Request headers that a page may send. */
const ALLOWED = [
  ...['DNT', 'Keep-Alive', 'User-Agent', 'X-Requested-With', 'If-Modified-Since', 'Cache-Control', 'Content-Type'],
  ...['Content-MD5', 'Range', 'Authorization', 'Date', 'Address'],
  // for conditional requests, which the network does not have
  ...['If-None-Match', 'If-Match', 'If-Unmodified-Since', 'If-Range'],
  ...['X-Gnfd-Content-Sha256', 'X-Gnfd-Date', 'X-Gnfd-Expiry-Timestamp', 'X-Gnfd-Resource', 'X-Gnfd-Txn-Hash'],
  ...['X-Gnfd-Unsigned-Msg', 'X-Gnfd-User-Address', 'X-Gnfd-App-Domain', 'X-Gnfd-App-Reg-Nonce'],
  ...['X-Gnfd-App-Reg-Public-Key', 'X-Gnfd-App-Reg-Expiry-Date', 'X-Gnfd-Object-ID', 'X-Gnfd-Piece-Index'],
  ...['X-Gnfd-Redundancy-Index', 'X-Gnfd-Receive-Msg', 'X-Gnfd-Recovery-Msg', 'X-Gnfd-Migrate-Swap-Out-Msg'],
  ...['X-Gnfd-Migrate-GVG-Msg', 'X-Gnfd-Migrate-Piece-Msg', 'X-Gnfd-Migrate-Bucket-Msg'],
  ...['X-Gnfd-Secondary-Migration-Bucket-Msg', 'X-Gnfd-Replicate-Piece-Approval-Msg', 'X-Gnfd-Piece-Size'],
  'X-Gnfd-Replicate-Approval',
];

/** Answer headers that a page may read. */
const EXPOSED = [
  ...['*', REQUEST_ID_HEADER, 'X-Gnfd-Signed-Msg', 'X-Gnfd-Object-ID', 'X-Gnfd-Integrity-Hash', 'X-Gnfd-Piece-Hash'],
  ...['Content-Range', 'Content-Length', 'Content-Disposition', 'Accept-Ranges', 'ETag', 'Last-Modified'],
];

const ALWAYS: readonly (readonly [string, string])[] = [
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Allow-Methods', 'GET,PUT,POST,DELETE,PATCH,OPTIONS'],
  ['Access-Control-Allow-Headers', ALLOWED.join(',')],
  ['Access-Control-Expose-Headers', EXPOSED.join(',')],
  ['Referrer-Policy', 'origin-when-cross-origin'],
];

/** A browser asks this often at most before it calls. */
export const PREFLIGHT_HEADERS = { 'Access-Control-Max-Age': '7200' } as const;

export function commonHeaders(requestId: string): readonly (readonly [string, string])[] {
  return [...ALWAYS, [REQUEST_ID_HEADER, requestId]];
}

export function setCommonHeaders(response: ServerResponse, requestId: string): void {
  for (const [name, value] of ALWAYS) response.setHeader(name, value);
  response.setHeader(REQUEST_ID_HEADER, requestId);
}
