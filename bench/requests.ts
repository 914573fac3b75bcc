/** Requests as prepared bytes: what a client spends on them is spent before the clock starts. */
import { authorizationOf, EXPIRY_HEADER, expiryText } from '@prairie/client';

/** Seconds that a prepared request is valid: longer than any run. */
const EXPIRY_SECONDS = 3600;

export interface RequestTemplate {
  method?: string;
  /** Path and query. */
  target: string;
  headers?: Record<string, string>;
  /** Signs with this key. Without one the request is anonymous. */
  privateKey?: Uint8Array | undefined;
}

/** The bytes of a request without a body. Signed ones with another `index` have another date, and so another signature. */
export function requestBytes(endpoint: string, template: RequestTemplate, index = 0): Buffer {
  const { host } = new URL(endpoint);
  const { method = 'GET', target, privateKey } = template;
  const headers: Record<string, string> = { ...template.headers };
  if (privateKey) {
    headers['X-Gnfd-Date'] = new Date(index * 1000).toISOString();
    headers[EXPIRY_HEADER] = expiryText(EXPIRY_SECONDS);
    const rawHeaders = Object.entries(headers).flat();
    headers.Authorization = authorizationOf({ method, target, host, rawHeaders }, privateKey);
  }
  const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
}
