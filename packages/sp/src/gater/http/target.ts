/** The request target taken apart as the network does it: decoded path, raw query keys (`gateway-http.md` §1.2–1.3). */
import { parseQuery, splitTarget, unescapeBytes } from '@prairie/client';

export interface Target {
  /** Percent-decoded, not cleaned: `//` and `..` stay. */
  path: string;
  /** Keys as routes see them: split on `&` and `;`, unescaped. */
  keys: ReadonlySet<string>;
  /** Values as handlers read them; the first of a key. */
  query: ReadonlyMap<string, string>;
}

/** undefined when the path has a broken escape. */
export function parseTarget(target: string): Target | undefined {
  const { path, query } = splitTarget(target);
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return undefined;
  const values = new Map<string, string>();
  for (const [key, value] of parseQuery(query)) {
    const name = key.toString('utf8');
    if (!values.has(name)) values.set(name, value.toString('utf8'));
  }
  return { path: unescapeBytes(path, false).toString('utf8'), keys: queryKeys(query), query: values };
}

function queryKeys(query: string): Set<string> {
  const keys = new Set<string>();
  for (const part of query.split(/[&;]/)) {
    if (part !== '') keys.add(unescapeBytes(part.split('=', 1)[0]!, true).toString('utf8'));
  }
  return keys;
}

/**
 * The bucket in a host name: what stands before one of our domains. A domain without a port takes any port, one with a
 * port that port only. undefined for path-style requests.
 */
export function bucketOfHost(host: string, domains: readonly string[]): string | undefined {
  for (const domain of domains) {
    const name = domain.includes(':') ? host : host.replace(/:\d+$/, '');
    if (name.length > domain.length + 1 && name.endsWith(`.${domain}`)) return name.slice(0, -domain.length - 1);
  }
  return undefined;
}
