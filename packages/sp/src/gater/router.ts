/** Finding the route of a request: the first of the table whose path, method and query conditions all hold. */
import type { Handler } from './handler.ts';
import { bucketOfHost, type Target } from './target.ts';

/** Where a route's path begins. Bucket routes are tried below the host's bucket first, then below `/{bucket}`. */
export type Scope =
  /** One exact path, whatever the host. */
  | 'fixed'
  /** Below a bucket: `/{object}`, one or more characters. */
  | 'object'
  /** Below a bucket: nothing or `/`. */
  | 'bucket'
  /** Below a bucket: `/` only. */
  | 'bucket-slash'
  /** Below a bucket: anything. */
  | 'bucket-any'
  /** Exactly `/`. */
  | 'root';

/** Who may call (`reference/gateway-http.md` §2.1). Handlers of `signed` routes find the account checked. */
export type AuthClass = 'none' | 'ignored' | 'signed' | 'public-or-signed' | 'task';

export interface Route {
  name: string;
  method: 'GET' | 'PUT' | 'POST';
  scope: Scope;
  /** For `fixed`: the path, or a pattern with the groups `bucket` and others. */
  path?: string | RegExp;
  /** Keys that have to be in the query. */
  keys?: readonly string[];
  auth: AuthClass;
  handle: Handler;
}

export interface Place {
  bucket: string;
  object: string;
  /** Named groups of a fixed path. */
  params: Readonly<Record<string, string>>;
}

export type Match = { found: Route; place: Place } | { found: undefined; methodOnly: boolean };

type Placer = (route: Route) => Place | undefined;

export class Router {
  readonly #domains: readonly string[];
  readonly #fixed: readonly Route[];
  readonly #ofBuckets: readonly Route[];
  readonly #root: readonly Route[];

  constructor(routes: readonly Route[], domains: readonly string[]) {
    this.#domains = domains;
    this.#fixed = routes.filter((route) => route.scope === 'fixed');
    this.#root = routes.filter((route) => route.scope === 'root');
    this.#ofBuckets = routes.filter((route) => route.scope !== 'fixed' && route.scope !== 'root');
  }

  match(request: { method: string; host: string; target: Target }): Match {
    let methodOnly = false;
    for (const [placeOf, routes] of this.#tables(request)) {
      for (const route of routes) {
        const place = placeOf(route);
        if (!place || !(route.keys ?? []).every((key) => request.target.keys.has(key))) continue;
        if (route.method === request.method) return { found: route, place };
        methodOnly = true;
      }
    }
    return { found: undefined, methodOnly };
  }

  /** Fixed paths, then the host's bucket, then path style, then the root. */
  *#tables({ host, target }: { host: string; target: Target }): Generator<[Placer, readonly Route[]]> {
    const { path } = target;
    yield [(route) => fixedPlace(route, path), this.#fixed];
    const hostBucket = bucketOfHost(host, this.#domains);
    if (hostBucket !== undefined) yield [(route) => bucketPlace(route.scope, hostBucket, path), this.#ofBuckets];
    const style = /^\/([^/]+)(.*)$/s.exec(path);
    if (style) yield [(route) => bucketPlace(route.scope, style[1]!, style[2]!), this.#ofBuckets];
    if (path === '/') yield [() => ({ bucket: '', object: '', params: {} }), this.#root];
  }
}

function fixedPlace(route: Route, path: string): Place | undefined {
  if (typeof route.path === 'string') return route.path === path ? { bucket: '', object: '', params: {} } : undefined;
  const match = route.path?.exec(path);
  if (!match) return undefined;
  const params: Record<string, string> = { ...match.groups };
  return { bucket: params.bucket ?? '', object: params.object ?? '', params };
}

/** `rest` is the path below the bucket, with its leading slash. */
function bucketPlace(scope: Scope, bucket: string, rest: string): Place | undefined {
  const fits =
    scope === 'bucket-any' ||
    (scope === 'object' && rest.length > 1) ||
    (scope === 'bucket' && rest.length <= 1) ||
    (scope === 'bucket-slash' && rest === '/');
  return fits ? { bucket, object: rest.slice(1), params: {} } : undefined;
}
