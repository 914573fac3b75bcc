/** Values from JSON, for the three dialects (`reference/sp-to-sp.md` §1). Errors name the place: `tags.tags[0].key`. */
// messages are looked up by name: all tables have to be there
import '../proto/generated/index.ts';
import {
  type AnyMessage,
  enumType,
  type Field,
  type MessageType,
  messageType,
  messageTypeByUrl,
  type Scalar,
  zeroOf,
} from '../proto/define.ts';
import { encode } from '../proto/encode.ts';
import { parseBase64, parseDecimal, parseDuration, parseTimestamp } from './scalars.ts';
import type { Json } from './text.ts';

export interface Reading {
  /** `exact` also takes lowerCamel (proto JSON); `loose` ignores case (Go's encoding/json). */
  names: 'exact' | 'loose';
  /** Whether an unknown key is an error. */
  strict: boolean;
  /** Whether 64-bit integers may come as text. */
  wideText: boolean;
}

/** Deeper than any message of the network, {@link messageType | Any} within Any included. */
const MAX_DEPTH = 32;

export class JsonValueError extends Error {
  override readonly name = 'JsonValueError';
}

const fail = (at: string, expected: string, json: unknown): JsonValueError =>
  new JsonValueError(`${at || 'value'}: expected ${expected}, got ${preview(json)}`);

function preview(json: unknown): string {
  if (typeof json === 'bigint') return String(json);
  return (JSON.stringify(json, (_k, v) => (typeof v === 'bigint' ? String(v) : v)) ?? 'nothing').slice(0, 80);
}

export function readMessage(type: MessageType, json: Json, reading: Reading, at = '', depth = 0): AnyMessage {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw fail(at, `a ${type.name} object`, json);
  if (depth > MAX_DEPTH) throw new JsonValueError(`${at}: nested deeper than ${MAX_DEPTH}`);
  const out: AnyMessage = {};
  for (const field of type.fields) out[field.name] = zeroOf(field);
  for (const [key, value] of Object.entries(json)) {
    const field = fieldNamed(type, key, reading);
    if (field) out[field.name] = readField(field, value, reading, at ? `${at}.${key}` : key, depth);
    else if (reading.strict) throw new JsonValueError(`${at || type.name}: unknown field ${JSON.stringify(key)}`);
  }
  return out;
}

function readField(field: Field, json: Json, reading: Reading, at: string, depth: number): unknown {
  if (json === null) return zeroOf(field);
  if (!field.repeated) return readOne(field, json, reading, at, depth);
  const inner = field.messageName ? messageType(field.messageName) : undefined;
  if (inner?.isMapEntry) return readMap(inner, json, reading, at, depth);
  if (!Array.isArray(json)) throw fail(at, 'an array', json);
  return json.map((item, i) => readOne(field, item, reading, `${at}[${i}]`, depth));
}

function readMap(entry: MessageType, json: Json, reading: Reading, at: string, depth: number): AnyMessage[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw fail(at, 'an object', json);
  const field = entry.fieldByName.get('value')!;
  return Object.entries(json).map(([key, value]) => ({
    key,
    value: readField(field, value, reading, `${at}[${JSON.stringify(key)}]`, depth),
  }));
}

function readOne(field: Field, json: Json, reading: Reading, at: string, depth: number): unknown {
  if (field.messageName) return readEmbedded(messageType(field.messageName), json, reading, at, depth + 1);
  if (field.enumName) return readEnum(field.enumName, json, at);
  return readScalar(field.scalar!, json, reading, at);
}

function readEmbedded(type: MessageType, json: Json, reading: Reading, at: string, depth: number): unknown {
  switch (type.name) {
    case 'google.protobuf.Timestamp':
      return located(at, () => parseTimestamp(textOf(json, at)));
    case 'google.protobuf.Duration':
      return located(at, () => parseDuration(textOf(json, at)));
    case 'google.protobuf.Any':
      return readAny(json, reading, at, depth);
    default:
      return readMessage(type, json, reading, at, depth);
  }
}

function readAny(json: Json, reading: Reading, at: string, depth: number): AnyMessage {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw fail(at, 'an object with @type', json);
  const { '@type': url, ...rest } = json;
  const type = typeof url === 'string' ? messageTypeByUrl(url) : undefined;
  if (!type) throw fail(`${at}.@type`, 'the URL of a known type', url);
  const plain = !/^google\.protobuf\.(Timestamp|Duration|Any)$/.test(type.name);
  const value = plain
    ? readMessage(type, rest, reading, at, depth + 1)
    : (readEmbedded(type, rest.value ?? null, reading, `${at}.value`, depth + 1) as AnyMessage);
  return { type_url: url, value: new Uint8Array(encode(type, value)) };
}

function readEnum(name: string, json: Json, at: string): number {
  if (typeof json === 'number' && Number.isInteger(json)) return json;
  const number = typeof json === 'string' ? enumType(name).byName.get(json) : undefined;
  if (number === undefined) throw fail(at, `a value of ${name}`, json);
  return number;
}

const ranges: Partial<Record<Scalar, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  sfixed32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  fixed32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
};

function readScalar(scalar: Scalar, json: Json, reading: Reading, at: string): unknown {
  switch (scalar) {
    case 'string':
      return textOf(json, at);
    case 'bytes':
      return located(at, () => parseBase64(textOf(json, at)));
    case 'bool':
      if (typeof json !== 'boolean') throw fail(at, 'true or false', json);
      return json;
    case 'double':
    case 'float':
      if (typeof json !== 'number') throw fail(at, 'a number', json);
      return json;
    case 'decimal':
      return located(at, () => parseDecimal(textOf(json, at)));
    case 'integer':
      return readInteger(json, true, [-(2n ** 256n), 2n ** 256n], at);
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      return readInteger(json, reading.wideText, ranges[scalar]!, at);
    default:
      return Number(readInteger(json, reading.wideText, ranges[scalar]!, at));
  }
}

function readInteger(json: Json, text: boolean, [min, max]: readonly [bigint, bigint], at: string): bigint {
  const isNumber = typeof json === 'bigint' || (typeof json === 'number' && Number.isInteger(json));
  const isText = text && typeof json === 'string' && /^-?\d{1,80}$/.test(json);
  if (!isNumber && !isText) throw fail(at, text ? 'an integer' : 'an integer as a number', json);
  const value = BigInt(json as string | number | bigint);
  if (value < min || value > max) throw fail(at, `an integer from ${min} to ${max}`, json);
  return value;
}

function textOf(json: Json | undefined, at: string): string {
  if (typeof json !== 'string') throw fail(at, 'a text', json);
  return json;
}

function located<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof JsonValueError ? error : new JsonValueError(`${at}: ${(error as Error).message}`);
  }
}

const looseNames = new WeakMap<MessageType, Map<string, Field>>();

function fieldNamed(type: MessageType, key: string, reading: Reading): Field | undefined {
  const exact = type.fieldByName.get(key);
  if (exact) return exact;
  if (reading.names === 'exact') return type.fieldByName.get(key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`));
  let names = looseNames.get(type);
  if (!names) {
    names = new Map(type.fields.map((field) => [field.name.toLowerCase(), field]));
    looseNames.set(type, names);
  }
  return names.get(key.toLowerCase());
}
