/** Finding the route of a request: the first of the table whose path, method and query conditions all hold. */
import type { Route, Scope } from './route.ts';
import { bucketOfHost, type Target } from './target.ts';

export interface Place {
  bucket: string;
  object: string;
  /** Named groups of a fixed path. */
  params: Readonly<Record<string, string>>;
}

export type Match = { found: Route; place: Place } | { found: undefined; methodOnly: boolean };

const NOWHERE: Place = { bucket: '', object: '', params: {} };

type Placer = (route: Route) => Place | undefined;

export class Router {
  readonly #domains: readonly string[];
  readonly #fixed: readonly Route[];
  readonly #ofBuckets: readonly Route[];
  readonly #root: readonly Route[];
  readonly #own: readonly Route[];

  constructor(routes: readonly Route[], domains: readonly string[]) {
    this.#domains = domains;
    this.#fixed = routes.filter((route) => route.scope === 'fixed');
    this.#root = routes.filter((route) => route.scope === 'root');
    this.#own = routes.filter((route) => route.scope === 'own');
    this.#ofBuckets = routes.filter((route) => !['fixed', 'root', 'own'].includes(route.scope));
  }

  match(request: { method: string; host: string; target: Target }): Match {
    let methodOnly = false;
    for (const [placeOf, routes] of this.#tables(request)) {
      for (const route of routes) {
        const place = placeOf(route);
        if (!place || !(route.keys ?? []).every((key) => request.target.keys.has(key))) continue;
        if (takes(route, request.method)) return { found: route, place };
        methodOnly = true;
      }
    }
    return { found: undefined, methodOnly };
  }

  /** Fixed paths, then the host's bucket, then path style, then the root, then what is ours. */
  *#tables({ host, target }: { host: string; target: Target }): Generator<[Placer, readonly Route[]]> {
    const { path } = target;
    yield [(route) => fixedPlace(route, target), this.#fixed];
    const hostBucket = bucketOfHost(host, this.#domains);
    if (hostBucket !== undefined) yield [(route) => bucketPlace(route.scope, hostBucket, path), this.#ofBuckets];
    const style = /^\/([^/]+)(.*)$/s.exec(path);
    if (style) yield [(route) => bucketPlace(route.scope, style[1]!, style[2]!), this.#ofBuckets];
    if (path === '/') yield [() => NOWHERE, this.#root];
    yield [(route) => fixedPlace(route, target), this.#own];
  }
}

function takes(route: Route, method: string): boolean {
  return route.method === method || (route.head === true && method === 'HEAD');
}

function fixedPlace(route: Route, { path, query }: Target): Place | undefined {
  if (typeof route.path === 'string') {
    if (route.path !== path) return undefined;
    return route.pathKey === undefined ? NOWHERE : pairPlace(query.get(route.pathKey) ?? '');
  }
  const match = route.path?.exec(path);
  if (!match) return undefined;
  const params: Record<string, string> = { ...match.groups };
  return { bucket: params.bucket ?? '', object: params.object ?? '', params };
}

/** `{bucket}/{object}` in one value: the bucket ends at the first slash, and may be empty. */
function pairPlace(value: string): Place | undefined {
  const slash = value.indexOf('/');
  if (slash < 0 || slash === value.length - 1) return undefined;
  return { bucket: value.slice(0, slash), object: value.slice(slash + 1), params: {} };
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
