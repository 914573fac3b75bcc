/** Limits of requests (`reference/gateway-http.md` §7.2): by path, host, exact call, client address and account. */
import { gatewayErrors } from '../errors.ts';
import { type Rate, Windows } from './windows.ts';

export type RatePeriod = 'S' | 'M' | 'H' | 'D';

export interface NamedRate {
  readonly name: string;
  readonly rateLimit: number;
  readonly ratePeriod: RatePeriod;
}

/** Which named limits count for what `key` fits. */
export interface LimitRule {
  /** A regular expression; for `apis` the exact `host-path` in lower case. */
  readonly key: string;
  /** Empty for any. */
  readonly method: string;
  readonly names: readonly string[];
}

export interface RateLimits {
  readonly names?: readonly NamedRate[];
  /** Matched with path and query in lower case, the host's bucket in front; the first that fits counts. */
  readonly paths?: readonly LimitRule[];
  /** Matched with the host; each that fits counts. */
  readonly hosts?: readonly LimitRule[];
  readonly apis?: readonly LimitRule[];
  /** Of each client address. */
  readonly ip?: Omit<NamedRate, 'name'>;
  /** Of each account whose signature was checked. */
  readonly account?: Omit<NamedRate, 'name'>;
}

export interface LimitedRequest {
  readonly method: string;
  readonly host: string;
  /** As it came. */
  readonly url: string;
  /** Looked up where addresses are limited. */
  address(): string;
}

interface CompiledRule {
  readonly method: string;
  readonly fits: (text: string) => boolean;
  readonly names: readonly string[];
}

const SECONDS: Readonly<Record<RatePeriod, number>> = { S: 1, M: 60, H: 3600, D: 86_400 };
/** Addresses and accounts that are counted at a time. */
const CALLERS = 65_536;

export class RateLimiter {
  readonly #domain: string;
  readonly #rates: ReadonlyMap<string, Rate>;
  readonly #paths: readonly CompiledRule[];
  readonly #hosts: readonly CompiledRule[];
  readonly #apis: readonly CompiledRule[];
  readonly #ip: Rate | undefined;
  readonly #account: Rate | undefined;
  readonly #named: Windows;
  readonly #callers: Windows;

  /** `domain` is the gateway's own: requests to another host carry a bucket in it. @throws Error for a rule that makes no sense */
  constructor(limits: RateLimits, { domain, now }: { domain: string; now?: () => number }) {
    this.#domain = domain.toLowerCase().replace(/:\d+$/, '');
    this.#rates = new Map((limits.names ?? []).map((named) => [named.name.toLowerCase(), rateOf(named)]));
    this.#paths = this.#compile(limits.paths, pattern);
    this.#hosts = this.#compile(limits.hosts, pattern);
    this.#apis = this.#compile(limits.apis, exact);
    this.#ip = limits.ip && rateOf(limits.ip);
    this.#account = limits.account && rateOf(limits.account);
    this.#named = new Windows({ keys: this.#rates.size + 1 }, now);
    this.#callers = new Windows({ keys: CALLERS }, now);
  }

  /** Counts the request for each limit that is about it. @throws 960001 when one is exceeded */
  check(request: LimitedRequest): void {
    // each of them counts, also when another one is exceeded already
    const exceeded = this.#namesOf(request).filter((name) => !this.#named.count(name, this.#rates.get(name)!));
    if (exceeded.length > 0) throw gatewayErrors.rateLimited(`too many requests: limit ${exceeded.join(', ')}`);
    if (this.#ip && !this.#callers.count(`ip ${request.address()}`, this.#ip)) {
      throw gatewayErrors.rateLimited('too many requests from this address');
    }
  }

  /** The same for who has signed. @throws 960001 */
  checkAccount(account: string): void {
    if (this.#account && !this.#callers.count(`account ${account}`, this.#account)) {
      throw gatewayErrors.rateLimited('too many requests of this account');
    }
  }

  #namesOf({ method, host, url }: LimitedRequest): string[] {
    const names = new Set<string>();
    const add = (rule: CompiledRule | undefined) => {
      for (const name of rule?.names ?? []) names.add(name);
    };
    const fits = (rule: CompiledRule, text: string) =>
      (rule.method === '' || rule.method === method.toUpperCase()) && rule.fits(text);
    if (this.#paths.length > 0) {
      const path = this.#pathText(host, url);
      add(this.#paths.find((rule) => fits(rule, path)));
    }
    for (const rule of this.#hosts) if (fits(rule, host)) add(rule);
    const api = this.#apis.length > 0 ? `${host}-${url}`.toLowerCase() : '';
    for (const rule of this.#apis) if (fits(rule, api)) add(rule);
    return [...names];
  }

  /** The bucket of a virtual-hosted request stands in front, as it does in path style. */
  #pathText(host: string, url: string): string {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    const prefix = name === this.#domain ? '' : `/${name.split('.', 1)[0]}`;
    return `${prefix}${url}`.toLowerCase();
  }

  #compile(rules: readonly LimitRule[] = [], fitOf: (key: string) => CompiledRule['fits']): CompiledRule[] {
    return rules.map(({ key, method, names }) => {
      const known = names.map((name) => name.toLowerCase());
      const unknown = known.find((name) => !this.#rates.has(name));
      if (unknown !== undefined)
        throw new Error(`the rate limit of ${key} names ${unknown}, which NameToLimit has not`);
      return { method: method.toUpperCase(), fits: fitOf(key), names: known };
    });
  }
}

function rateOf({ rateLimit, ratePeriod }: Omit<NamedRate, 'name'>): Rate {
  return { limit: rateLimit, seconds: SECONDS[ratePeriod] };
}

function pattern(key: string): CompiledRule['fits'] {
  const expression = new RegExp(key);
  return (text) => expression.test(text);
}

const exact =
  (key: string): CompiledRule['fits'] =>
  (text) =>
    text === key.toLowerCase();
