/** What the table of routes says, in the words that every form of documentation has. */
import { definedErrors } from '@prairie/gfsp';
import type { AnswerKind, AuthClass, Param, Route } from '../http/route.ts';

export interface AuthText {
  /** How a caller shows who it is. */
  readonly about: string;
  /** Codes that come of it, besides the route's own. */
  readonly errors: readonly number[];
}

const SIGNATURE_ERRORS = [50023, 50001, 50002, 50003, 20012, 20015, 20016, 20017, 20019];

export const AUTH: Readonly<Record<AuthClass, AuthText>> = {
  none: { about: 'anyone', errors: [] },
  ignored: { about: 'anyone; a signature is not looked at', errors: [] },
  signed: { about: 'a signature in `Authorization`, and its expiry', errors: SIGNATURE_ERRORS },
  'public-or-signed': {
    about: 'anyone for what is public, else a signature in `Authorization` or in the query',
    errors: SIGNATURE_ERRORS,
  },
  personal: { about: 'a text signed by the wallet (`GNFD1-ETH-PERSONAL_SIGN`)', errors: [50001, 50002, 50015] },
  universal: { about: 'anyone for what is public, else a text signed by the wallet, in the query', errors: [] },
  task: { about: 'another provider, by the signature in the message', errors: [] },
};

/** Any request may be answered so. */
export const COMMON_ERRORS: readonly number[] = [960001, 999999];

const TYPES: Readonly<Record<AnswerKind, readonly string[]>> = {
  empty: [],
  xml: ['application/xml'],
  json: ['application/json'],
  bytes: ['application/octet-stream'],
  html: ['text/html; charset=utf-8'],
};

/** Content types that a route answers in, the first unless another is asked for. */
export function answerTypes({ doc, handle }: Route): readonly string[] {
  return handle.form ? ['application/xml', 'application/json'] : TYPES[doc.answer];
}

/** Path as people write it, below a bucket in path style. */
export function shownPath(route: Route): string {
  if (route.shown !== undefined) return route.shown;
  if (typeof route.path === 'string') return route.path;
  const shown = { object: '/{bucket}/{object}', bucket: '/{bucket}/', 'bucket-slash': '/{bucket}/' } as const;
  if (route.scope in shown) return shown[route.scope as keyof typeof shown];
  return route.scope === 'bucket-any' ? '/{bucket}' : '/';
}

/** Keys of the query by which the route is known. */
export function shownQuery(route: Route): string {
  const keys = [...(route.keys ?? []), ...(route.pathKey ? [`${route.pathKey}={bucket}/{object}`] : [])];
  return keys.length > 0 ? `?${keys.join('&')}` : '';
}

/** Names in braces of the path, which are parameters too. */
export function pathParams(route: Route): Param[] {
  const names = [...shownPath(route).matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
  return names.map((name) => ({ name, in: 'path', kind: 'name', required: true, about: PATH_NAMES[name] ?? name }));
}

const PATH_NAMES: Readonly<Record<string, string>> = {
  bucket: "The bucket's name.",
  object: "The object's name; it may have slashes.",
  operator: 'The account that is asked about.',
  'action-type': 'Number of the action.',
};

export interface ErrorText {
  readonly code: number;
  readonly status: number;
  readonly about: string;
}

/** Codes of a route, those of its class first. One code may stand for several things. */
export function errorsOf(route: Route): ErrorText[] {
  const codes = new Set([...AUTH[route.auth].errors, ...route.doc.errors]);
  return [...codes].map((code) => describeCode(code, route.auth));
}

const UNCLASSIFIED: ErrorText = { code: 999999, status: 500, about: 'an error that has no code of its own' };

/** Some codes mean one thing of a text that a wallet signed, and another, later in the table, of a provider's task. */
export function describeCode(code: number, auth?: AuthClass): ErrorText {
  if (code === UNCLASSIFIED.code) return UNCLASSIFIED;
  const isIt = ({ inner_code }: { inner_code: number }) => inner_code === code;
  const known = auth === 'task' ? definedErrors().findLast(isIt) : definedErrors().find(isIt);
  if (!known) throw new Error(`no table defines the error ${code}`);
  return { code, status: known.http_status_code, about: known.description };
}
