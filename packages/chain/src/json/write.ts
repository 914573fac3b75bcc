/**
 * One walk over the field tables for the three JSON dialects of the network (`reference/sp-to-sp.md` §1): D1 in headers,
 * D2 in task sign bytes, D3 (proto JSON) in chain messages, BLS documents, events and queries.
 */
// messages are looked up by name: all tables have to be there
import '../proto/generated/index.ts';
import { decode } from '../proto/decode.ts';
import {
  type AnyMessage,
  enumType,
  type Field,
  type MessageType,
  messageType,
  messageTypeByUrl,
} from '../proto/define.ts';
import { base64, decimalText, durationText, timestampText } from './scalars.ts';
import { isNonNullableList, isOneofMember } from './shape.ts';
import type { Json } from './text.ts';

export interface Dialect {
  /** 64-bit integers as decimal text or as plain numbers. */
  wide: 'text' | 'number';
  enums: 'name' | 'number';
  /** Whether a zero value is written or left out (arbitrary-precision and never-absent ones are always written). */
  zeros: 'written' | 'left out';
  /** What an empty byte array is where zeros are written: absent bytes are always null. */
  emptyBytes: 'null' | 'text';
}

export const HEADER: Dialect = { wide: 'number', enums: 'number', zeros: 'left out', emptyBytes: 'null' };
export const AMINO: Dialect = { ...HEADER, wide: 'text' };
export const PROTO: Dialect = { wide: 'text', enums: 'name', zeros: 'written', emptyBytes: 'text' };

export type JsonObject = { [key: string]: Json };

export function messageJson(type: MessageType, value: AnyMessage, dialect: Dialect): JsonObject {
  const out: JsonObject = {};
  for (const field of type.fields) {
    const json = fieldJson(type, field, value[field.name], dialect);
    if (json !== undefined) out[field.name] = json;
  }
  return out;
}

/** JSON of one field of `type`; undefined when the dialect leaves it out. */
export function fieldJson(type: MessageType, field: Field, value: unknown, dialect: Dialect): Json | undefined {
  if (field.repeated) return listJson(type, field, (value ?? []) as unknown[], dialect);
  if (field.messageName) return embeddedJson(type, field, value as AnyMessage | undefined, dialect);
  if (dialect.zeros === 'left out' && isLeftOut(field, value)) return undefined;
  return scalarJson(field, value, dialect);
}

function listJson(type: MessageType, field: Field, list: unknown[], dialect: Dialect): Json | undefined {
  const inner = field.messageName ? messageType(field.messageName) : undefined;
  if (inner?.isMapEntry) return mapJson(inner, list as AnyMessage[], dialect);
  if (list.length === 0) {
    if (dialect.zeros === 'written') return [];
    return isNonNullableList(type, field) ? null : undefined;
  }
  if (!inner) return list.map((item) => scalarJson(field, item, { ...dialect, emptyBytes: 'text' }));
  return list.map((item) => wellKnownJson(inner, item as AnyMessage, dialect));
}

/** A map is an object whose values are always there. */
function mapJson(entry: MessageType, list: readonly AnyMessage[], dialect: Dialect): JsonObject | undefined {
  if (list.length === 0 && dialect.zeros === 'left out') return undefined;
  const values = { ...dialect, zeros: 'written' } as const;
  const value = entry.fieldByName.get('value')!;
  return Object.fromEntries(list.map((e) => [String(e.key), fieldJson(entry, value, e.value, values) ?? null]));
}

function embeddedJson(
  type: MessageType,
  field: Field,
  value: AnyMessage | undefined,
  dialect: Dialect,
): Json | undefined {
  const inner = messageType(field.messageName!);
  if (value) return wellKnownJson(inner, value, dialect);
  if (field.nonNullable) return wellKnownJson(inner, {}, dialect);
  return dialect.zeros === 'written' && !isOneofMember(type, field) ? null : undefined;
}

/** A message, or the text that stands for it when its type is one of the well-known ones. */
export function wellKnownJson(type: MessageType, value: AnyMessage, dialect: Dialect): Json {
  switch (type.name) {
    case 'google.protobuf.Timestamp':
      return timestampText({ seconds: value.seconds ?? 0n, nanos: value.nanos ?? 0 });
    case 'google.protobuf.Duration':
      return durationText({ seconds: value.seconds ?? 0n, nanos: value.nanos ?? 0 });
    case 'google.protobuf.Any':
      return anyJson(value, dialect);
    default:
      return messageJson(type, value, dialect);
  }
}

/** `{"@type": url, …fields}`. @throws Error when the type is unknown. */
function anyJson(value: AnyMessage, dialect: Dialect): Json {
  const url = (value.type_url ?? '') as string;
  const type = messageTypeByUrl(url);
  if (!type) throw new Error(`no JSON for a value of the unknown type ${JSON.stringify(url)}`);
  const json = wellKnownJson(type, decode(type, value.value ?? new Uint8Array(0)), { ...dialect, emptyBytes: 'null' });
  if (json !== null && typeof json === 'object' && !Array.isArray(json)) return { '@type': url, ...json };
  return { '@type': url, value: json };
}

/** Integers and decimals have no nil on the chain: they are never left out. */
function isLeftOut(field: Field, value: unknown): boolean {
  if (field.scalar === 'integer' || field.scalar === 'decimal') return false;
  if (value === undefined || value === null) return true;
  if (value instanceof Uint8Array) return value.length === 0;
  return value === 0 || value === 0n || value === '' || value === false;
}

/** One value, not a list and not a message. */
export function scalarJson(field: Field, value: unknown, dialect: Dialect): Json {
  if (field.enumName) {
    const number = (value ?? 0) as number;
    return dialect.enums === 'number' ? number : (enumType(field.enumName).byNumber.get(number) ?? number);
  }
  switch (field.scalar) {
    case 'string':
      return (value ?? '') as string;
    case 'bytes':
      return bytesJson(value as Uint8Array | undefined, dialect);
    case 'bool':
      return (value ?? false) as boolean;
    case 'integer':
      return String(value ?? 0n);
    case 'decimal':
      return decimalText((value ?? 0n) as bigint);
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      return dialect.wide === 'text' ? String(value ?? 0n) : ((value ?? 0n) as bigint);
    default:
      return (value ?? 0) as number;
  }
}

function bytesJson(value: Uint8Array | undefined, dialect: Dialect): Json {
  if (!value) return null;
  return value.length === 0 && dialect.emptyBytes === 'null' ? null : base64(value);
}
