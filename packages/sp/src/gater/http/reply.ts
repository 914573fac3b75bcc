/** Writing answers: XML, errors, and the headers that every answer has. */
import type { ServerResponse } from 'node:http';
import { GfSpError } from '@prairie/gfsp';
import { element, type XmlNode } from './xml.ts';

/** Browsers may call from anywhere (`reference/gateway-http.md` §3.4): requests carry their own authority. */
const CORS: readonly [string, string][] = [
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Allow-Methods', 'GET,PUT,POST,DELETE,PATCH,OPTIONS'],
  [
    'Access-Control-Allow-Headers',
    [
      ...['DNT', 'Keep-Alive', 'User-Agent', 'X-Requested-With', 'If-Modified-Since', 'Cache-Control', 'Content-Type'],
      ...['Content-MD5', 'Range', 'Authorization', 'Date', 'Address', 'X-Gnfd-Unsigned-Msg', 'X-Gnfd-Txn-Hash'],
      ...['X-Gnfd-Object-ID', 'X-Gnfd-Piece-Index', 'X-Gnfd-Redundancy-Index', 'X-Gnfd-User-Address'],
      ...['X-Gnfd-App-Domain', 'X-Gnfd-App-Reg-Nonce', 'X-Gnfd-App-Reg-Public-Key', 'X-Gnfd-App-Reg-Expiry-Date'],
      ...['X-Gnfd-Content-Sha256', 'X-Gnfd-Date', 'X-Gnfd-Expiry-Timestamp', 'X-Gnfd-Resource'],
    ].join(','),
  ],
  [
    'Access-Control-Expose-Headers',
    [
      ...['*', 'X-Gnfd-Request-ID', 'X-Gnfd-Signed-Msg', 'X-Gnfd-Object-ID', 'X-Gnfd-Integrity-Hash'],
      ...['X-Gnfd-Piece-Hash', 'Content-Range', 'Content-Length', 'Content-Disposition'],
    ].join(','),
  ],
  ['Referrer-Policy', 'origin-when-cross-origin'],
];

export const REQUEST_ID_HEADER = 'X-Gnfd-Request-ID';

export function setCommonHeaders(response: ServerResponse, requestId: string): void {
  for (const [name, value] of CORS) response.setHeader(name, value);
  response.setHeader(REQUEST_ID_HEADER, requestId);
}

/** An answer whose root is `name`. `attributes` go into the root's tag. */
export function sendXml(response: ServerResponse, name: string, value: XmlNode, attributes = ''): void {
  send(response, 200, 'application/xml', element(name, value, attributes));
}

export function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': bytes.length });
  response.end(bytes);
}

/** The error as clients parse it; where bytes of an answer are out already, the connection ends short instead. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { httpStatus, innerCode, message } = GfSpError.from(error);
  for (const name of response.getHeaderNames()) {
    if (name.startsWith('content-')) response.removeHeader(name);
  }
  send(response, httpStatus, 'application/xml', element('Error', { Code: innerCode, Message: message }));
}
