/** Arguments of methods, from JSON bodies and from URI queries (`reference/chain-rpc.md` §2). */
import { rpcErrors } from './protocol.ts';

/** `bytes` are base64 in JSON; `hex` is hex in both. */
export type ParamKind = 'int' | 'bytes' | 'hex' | 'bool' | 'string' | 'any';

/** Characters of a wrong value that an error repeats. */
const MAX_SHOWN = 200;

export type ParamSpec = readonly (readonly [name: string, kind: ParamKind])[];

/** What a caller left out is undefined; integers are numbers. */
export type Args = Readonly<Record<string, unknown>>;

/** @throws RpcError -32602 */
export function jsonArgs(spec: ParamSpec, params: unknown): Args {
  const named = Array.isArray(params) ? positional(spec, params) : (params as Record<string, unknown>);
  if (typeof named !== 'object' || named === null) throw bad('json', 'an object or an array expected');
  return collect(spec, (name, kind) => jsonValue(kind, named[name]));
}

function positional(spec: ParamSpec, values: readonly unknown[]): Record<string, unknown> {
  if (values.length !== spec.length) {
    const names = spec.map(([name]) => name).join(', ');
    throw bad('json', `expected ${spec.length} parameters ([${names}]), got ${values.length}`);
  }
  return Object.fromEntries(spec.map(([name], index) => [name, values[index]]));
}

/** @throws RpcError -32602 */
export function uriArgs(spec: ParamSpec, query: URLSearchParams): Args {
  return collect(spec, (name, kind) => {
    const text = query.get(name);
    return text === null || text === '' ? undefined : uriValue(kind, text);
  });
}

function collect(spec: ParamSpec, value: (name: string, kind: ParamKind) => unknown): Args {
  return Object.fromEntries(spec.map(([name, kind]) => [name, value(name, kind)]));
}

const bad = (source: 'json' | 'http', text: string) =>
  rpcErrors.invalidParams(`error converting ${source} params to arguments: ${text}`);

/** Part of an error text. A list may be nested so deeply that writing it out exhausts the stack. */
const shown = (value: unknown): string =>
  typeof value === 'object' ? (Array.isArray(value) ? '[…]' : '{…}') : JSON.stringify(value).slice(0, MAX_SHOWN);

function jsonValue(kind: ParamKind, value: unknown): unknown {
  if (value === undefined || value === null || kind === 'any') return value ?? undefined;
  switch (kind) {
    case 'int':
      return integer('json', value);
    case 'bool':
      if (typeof value === 'boolean') return value;
      throw bad('json', `invalid boolean ${shown(value)}`);
    case 'bytes':
      if (typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) return Buffer.from(value, 'base64');
      throw bad('json', `invalid base64 ${shown(value)}`);
    case 'hex':
      if (typeof value === 'string') return hexBytes('json', value);
      throw bad('json', `invalid hex ${shown(value)}`);
    default:
      if (typeof value === 'string') return value;
      throw bad('json', `invalid string ${shown(value)}`);
  }
}

function uriValue(kind: ParamKind, text: string): unknown {
  const quoted = /^"(.*)"$/s.exec(text)?.[1];
  switch (kind) {
    case 'int':
      return integer('http', quoted ?? text);
    case 'bool':
      if (/^(true|false)$/.test(quoted ?? text)) return (quoted ?? text) === 'true';
      throw bad('http', `invalid boolean ${shown(text)}`);
    case 'bytes':
      if (/^0x/i.test(text)) return hexBytes('http', text.slice(2));
      if (quoted !== undefined) return Buffer.from(quoted, 'utf8');
      throw bad('http', `invalid bytes ${shown(text)}: 0x and hex, or a quoted string expected`);
    case 'hex':
      return hexBytes('http', (quoted ?? text).replace(/^0x/i, ''));
    default:
      if (quoted !== undefined) return unescaped(quoted);
      throw bad('http', `invalid string ${shown(text)}: it must be in double quotes`);
  }
}

const unescaped = (text: string): string => text.replace(/\\(["\\])/g, '$1');

function integer(source: 'json' | 'http', value: unknown): number {
  const text = typeof value === 'object' ? '' : String(value);
  const number = Number(text);
  if (!/^-?\d{1,19}$/.test(text) || !Number.isSafeInteger(number)) {
    throw bad(source, `invalid 64-bit integer encoding ${shown(value)}, expected string`);
  }
  return number;
}

function hexBytes(source: 'json' | 'http', text: string): Buffer {
  if (text.length % 2 || !/^[0-9a-fA-F]*$/.test(text))
    throw bad(source, `invalid hex ${JSON.stringify(text.slice(0, 80))}`);
  return Buffer.from(text, 'hex');
}
