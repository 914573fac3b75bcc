/** Requests for a route of the table: its path, keys and parameters filled with what may be right or not. */
import { encodePath } from '@prairie/client';
import type { Param, Route } from '@prairie/sp/routes';
import fc from 'fast-check';
import { anyPersonalSigning, anySigning, type Signing } from './signing.ts';
import { anyBucket, anyName, anyRange, anyText, anyValue } from './values.ts';
import type { Framing, WireRequest } from './wire.ts';
import type { World } from './world.ts';

const METHODS = ['GET', 'PUT', 'POST', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS'];
const FRAMINGS: readonly Framing[] = [
  ...(['length', 'length', 'length', 'chunked', 'chunked', 'expect'] as const),
  ...(['none', 'two-lengths', 'broken-chunk', 'cut-body', 'cut-header'] as const),
];
/** Of requests that have no body by themselves. */
const BARE: readonly Framing[] = [...Array<Framing>(12).fill('none'), 'length', 'broken-chunk', 'cut-header'];
/** Longer ones are cut: a header block may have 1 MiB, and is to be full only now and then. */
const MAX_TARGET = 100_000;

/** Headers that signing and framing put there. */
const ELSEWHERE = /^(authorization|x-gnfd-expiry-timestamp|content-length|transfer-encoding|expect|connection|host)$/i;

/** What one request is made of, before it is signed. */
interface Plan {
  method: string;
  target: string;
  host: string;
  headers: [string, string][];
  body: Buffer;
  framing: Framing;
  signing: Signing;
}

export function anyRequest(route: Route, world: World): fc.Arbitrary<WireRequest> {
  const params = route.doc.params ?? [];
  return fc
    .record<Plan>({
      method: fc.oneof({ arbitrary: fc.constant(route.method), weight: 14 }, fc.constantFrom(...METHODS)),
      target: anyTarget(route, world),
      host: anyHost(world),
      headers: anyHeaders(route, params, world),
      body: anyBody,
      framing: fc.constantFrom(...(route.method === 'GET' ? BARE : FRAMINGS)),
      signing: route.auth === 'personal' ? anyPersonalSigning : anySigning,
    })
    .map((plan) => signed(plan, world));
}

/** In words that tell it again: the raw request, shortened. */
export function shown({ method, target, headers, body, framing }: WireRequest): string {
  const short = (text: string) => (text.length > 400 ? `${text.slice(0, 400)}… (${text.length})` : text);
  const lines = headers.map(([name, value]) => `${name}: ${short(value)}`);
  return [`${method} ${short(target)}`, ...lines, `(${framing}, body of ${body.length} bytes)`].join('\n  ');
}

/** What the server reads in a line of a header: it takes bytes, which Node tells as latin1. */
const onWire = (text: string): string => text.replace(/[\r\n]+/g, ' ');
const asRead = (text: string): string => Buffer.from(text).toString('latin1');

function signed({ signing, host, target, headers, ...plan }: Plan, world: World): WireRequest {
  const known = headers.map(([name, value]): [string, string] => [name, onWire(value)]);
  const rawHeaders = known.flatMap(([name, value]) => [name, asRead(value)]);
  const request = { method: plan.method, target: asRead(target), host, rawHeaders, headers: known };
  return { ...plan, target, headers: [['Host', host], ...signing(request, world)] };
}

/** The provider's own host, a bucket's below it, or another's. */
function anyHost({ host }: World): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constant(host), weight: 20 },
    fc.constantFrom(`fuzz-bucket.${host}`, `..${host}`, 'elsewhere.example', '', 'a b', `${'x.'.repeat(500)}${host}`),
  );
}

function anyTarget(route: Route, world: World): fc.Arbitrary<string> {
  return fc
    .tuple(anyPath(route, world), anyQuery(route, world))
    .map(([path, query]) => (query ? `${path}?${query}` : path).slice(0, MAX_TARGET));
}

function anyPath(route: Route, world: World): fc.Arbitrary<string> {
  const bucket = anyBucket.map(escaped);
  const object = anyName.chain(anyEscaping);
  switch (route.scope) {
    case 'root':
      return fc.constant('/');
    case 'object':
      return fc.tuple(bucket, object).map((parts) => `/${parts.join('/')}`);
    case 'bucket':
    case 'bucket-slash':
    case 'bucket-any':
      return bucket.map((name) => `/${name}/`);
    default:
      return typeof route.path === 'string' ? fc.constant(route.path) : shownPath(route, world);
  }
}

/** `/view/{bucket}/{object}` with something for each pair of braces. */
function shownPath({ shown = '/', doc }: Route, world: World): fc.Arbitrary<string> {
  const parts = shown.split(/\{([^}]+)\}/).map((part, index) => {
    if (index % 2 === 0) return fc.constant(part);
    const param = (doc.params ?? []).find((known) => known.in === 'path' && known.name === part);
    if (part === 'bucket') return anyBucket.map(escaped);
    return (param ? anyValue(param.kind, world) : anyName).chain(anyEscaping);
  });
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

const escaped = (text: string): string => encodePath(Buffer.from(text.replaceAll('%', '%25')).toString('latin1'));

/** Properly escaped, mostly; or as it is, with what a request line cannot have left out. */
function anyEscaping(text: string): fc.Arbitrary<string> {
  const raw = text.replace(/[\s?#\p{Cc}]/gu, '');
  return fc.oneof({ arbitrary: fc.constant(escaped(text)), weight: 8 }, fc.constant(raw || 'x'));
}

function anyQuery(route: Route, world: World): fc.Arbitrary<string> {
  const keys = (route.keys ?? []).map((key) => ({ name: key, in: 'query', kind: 'text', about: '' }) as const);
  const params = (route.doc.params ?? []).filter((param) => param.in === 'query');
  const named = [...keys.filter(({ name }) => !params.some((param) => param.name === name)), ...params];
  const pairs = named.map((param) => anyPair(param, route, world));
  const pathPair = route.pathKey
    ? [
        fc
          .tuple(anyBucket, anyName)
          .map(([b, o]) => [`${route.pathKey}=${encodeURIComponent(`${b}/${o}`.toWellFormed())}`]),
      ]
    : [];
  const extra = fc.oneof(
    { arbitrary: fc.constant<string[]>([]), weight: 8 },
    fc.constantFrom(
      ['a;b=c'],
      ['%zz=1'],
      ['='],
      ['&&&'],
      ['X-Gnfd-Expiry-Timestamp=x'],
      ['Authorization=GNFD2-EDDSA,Signature=00'],
    ),
  );
  const joined = fc.tuple(...pairs, ...pathPair, extra).map((groups) => groups.flat());
  return fc
    .tuple(joined, fc.constantFrom('&', '&', '&', '&', '&', '&', '&', ';'))
    .map(([all, separator]) => all.join(separator));
}

/** The parameter once, not at all unless the route is found by it, or twice. */
function anyPair(param: Param, route: Route, world: World): fc.Arbitrary<string[]> {
  const value = anyValue(param.kind, world).map((text) => `${param.name}=${encodeURIComponent(text.toWellFormed())}`);
  const once = value.map((pair) => [pair]);
  if (route.keys?.includes(param.name)) {
    return fc.oneof(
      { arbitrary: once, weight: 8 },
      fc.constant<string[]>([param.name]),
      fc.constant<string[]>([`${param.name}=%zz`]),
    );
  }
  return fc.oneof(
    { arbitrary: once, weight: 8 },
    { arbitrary: fc.constant<string[]>([]), weight: param.required ? 1 : 4 },
    fc.tuple(value, value).map((both) => [...both]),
    fc.constant<string[]>([param.name]),
  );
}

function anyHeaders(route: Route, params: readonly Param[], world: World): fc.Arbitrary<[string, string][]> {
  const known = params
    .filter((param) => param.in === 'header' && !ELSEWHERE.test(param.name))
    .map((param) => anyHeader(param, world));
  const range = fc.option(anyRange, { freq: 3, nil: undefined }).map((value) => named('Range', value));
  const type = fc
    .option(fc.oneof(fc.constantFrom('text/plain', 'application/octet-stream', 'é', ''), anyText), { nil: undefined })
    .map((value) => named('Content-Type', value));
  const agent = fc
    .option(fc.constantFrom('Mozilla/5.0 Chrome/120', 'x'.repeat(30_000)), { freq: 5, nil: undefined })
    .map((value) => named('User-Agent', value));
  const own = route.scope === 'object' || route.auth === 'universal' ? [range] : [];
  return fc.tuple(...known, ...own, type, agent).map((groups) => groups.flat());
}

const named = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, value]];

function anyHeader(param: Param, world: World): fc.Arbitrary<[string, string][]> {
  const value = anyValue(param.kind, world).map((text): [string, string] => [param.name, text]);
  return fc.oneof(
    { arbitrary: value.map((header) => [header]), weight: 8 },
    { arbitrary: fc.constant<[string, string][]>([]), weight: 1 },
    { arbitrary: fc.tuple(value, value).map((both) => [...both]), weight: 1 },
  );
}

const anyBody: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('', '{}', '<a/>', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>').map(toBuffer),
  fc.constantFrom('ab'.repeat(32), Array(101).fill('ab'.repeat(32)).join(), ',,,').map(toBuffer),
  fc.constantFrom(3000, 300_000).map((size) => Buffer.alloc(size, 7)),
);

function toBuffer(text: string): Buffer {
  return Buffer.from(text);
}
