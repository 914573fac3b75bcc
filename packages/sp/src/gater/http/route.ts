/** What a route is: when it is taken, who may call, what it needs and answers, and what it does. */
import type { Handler } from './handler.ts';

/** Where a route's path begins. Bucket routes are tried below the host's bucket first, then below `/{bucket}`. */
export type Scope =
  /** One exact path or pattern, whatever the host. */
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
  | 'root'
  /** One exact path that is Prairie's own: taken when nothing of the network's is. */
  | 'own';

/**
 * Who may call (`reference/gateway-http.md` §2.1). Handlers of `signed` routes find the account checked; those of
 * `public-or-signed`, `personal`, `universal` and `task` check by themselves.
 */
export type AuthClass = 'none' | 'ignored' | 'signed' | 'public-or-signed' | 'personal' | 'universal' | 'task';

export type ParamKind = 'text' | 'integer' | 'boolean' | 'address' | 'hex' | 'time' | 'name' | 'integers' | 'base64';

/** One thing that a request carries beside its path. */
export interface Param {
  readonly name: string;
  readonly in: 'query' | 'header' | 'path';
  readonly kind: ParamKind;
  readonly required?: true;
  /** What it says, with its unit, default and bounds. */
  readonly about: string;
}

export type AnswerKind = 'empty' | 'xml' | 'json' | 'bytes' | 'html';

/** What is written in docs/http-api.md and /openapi.json; both are made from it. */
export interface RouteDoc {
  /** One sentence. */
  readonly summary: string;
  readonly params?: readonly Param[];
  /** What the request's body is, if it has one. */
  readonly body?: string;
  readonly answer: AnswerKind;
  /** The answer's root element, headers, or bytes. */
  readonly answers: string;
  /** Codes besides those of the authentication class, in the order of the checks. */
  readonly errors: readonly number[];
}

export interface RouteSpec {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly scope: Scope;
  /** For `fixed`: the path, or a pattern with the groups `bucket`, `object` and others. */
  readonly path?: string | RegExp;
  /** How a pattern is shown: `/view/{bucket}/{object}`. */
  readonly shown?: string;
  /** Keys that have to be in the query. */
  readonly keys?: readonly string[];
  /** A key of the query whose value is `{bucket}/{object}`. */
  readonly pathKey?: string;
  readonly auth: AuthClass;
  /** HEAD is answered too, by the same handler. */
  readonly head?: true;
  /** Known only where `Env` is not `mainnet`. */
  readonly debug?: true;
  readonly doc: RouteDoc;
  readonly handle: Handler;
}

export interface Route extends RouteSpec {
  /** As the reference calls it; metrics and logs do too. */
  readonly name: string;
}

/** The routes of one area, each under its name. */
export function namedRoutes<const T extends Readonly<Record<string, RouteSpec>>>(
  table: T,
): { readonly [K in keyof T]: Route } {
  const entries = Object.entries(table).map(([name, spec]) => [name, { ...spec, name }]);
  return Object.fromEntries(entries) as { [K in keyof T]: Route };
}

/** Shorthands for the tables of the areas. */
export const query = (name: string, kind: ParamKind, about: string): Param => ({ name, in: 'query', kind, about });
export const header = (name: string, kind: ParamKind, about: string): Param => ({ name, in: 'header', kind, about });
export const required = (param: Param): Param => ({ ...param, required: true });
