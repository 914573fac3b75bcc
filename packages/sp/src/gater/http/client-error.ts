/** What no request could be read from: refused before there is a route, on the bare socket. */
import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { httpErrors } from '../errors.ts';
import { commonHeaders } from './common-headers.ts';
import { refusalOf, xmlError } from './reply.ts';

const KNOWN: Readonly<Record<string, () => Error>> = {
  HPE_HEADER_OVERFLOW: () => httpErrors.headersTooLarge(),
  ERR_HTTP_REQUEST_TIMEOUT: () => httpErrors.headersTooSlow(),
};

/**
 * For `clientError` of a server: answers when somebody may still listen, and ends the connection. `latest` is the
 * answer to the request that came last on it: one whose body breaks off afterwards gets no second one.
 */
export function refuseUnreadable(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  latest: ServerResponse | undefined,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable || (latest?.headersSent && !latest.req.complete)) {
    socket.destroy();
    return;
  }
  const known = KNOWN[error.code ?? '']?.() ?? httpErrors.unreadable();
  const refusal = refusalOf(known, '');
  const { status } = refusal;
  const body = xmlError.xml(refusal).toString();
  const headers = [
    ...commonHeaders(randomUUID()),
    ['Content-Type', 'application/xml'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // a client that does not read it does not keep the connection
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body}`, () => socket.destroy());
}
