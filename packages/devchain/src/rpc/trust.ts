/**
 * Who may use developer powers. Any page that a browser shows can send requests to a local port, so powers are for
 * programs, which send no origin, and for pages of this machine; never for what a plain link can ask.
 */
import type { IncomingMessage } from 'node:http';
import type { MethodTable } from './methods.ts';
import { rpcErrors } from './protocol.ts';

const LOCAL = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isTrusted({ headers, method }: IncomingMessage): boolean {
  const { origin, upgrade } = headers;
  if (method !== 'POST' && upgrade === undefined) return false;
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  return url !== null && LOCAL.test(url.hostname);
}

/** The same names, each refused with the reason. */
export function refused(powers: MethodTable): MethodTable {
  const handle = () => {
    throw rpcErrors.invalidRequest(
      'developer powers take POST or WebSocket requests of programs and of local pages only',
    );
  };
  return Object.fromEntries(Object.keys(powers).map((name) => [name, { params: [], handle }]));
}
