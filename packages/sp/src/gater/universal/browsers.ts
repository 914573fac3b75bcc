import type { IncomingMessage } from 'node:http';

/** Who gets pages instead of XML (`reference/gateway-http.md` §5.8). */
export function isBrowser({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return /Chrome|Firefox|Safari|Opera|Edge/.test(headers['user-agent'] ?? '');
}
