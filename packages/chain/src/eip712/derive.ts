/**
 * Types and values of one message inside a transaction's typed data (`reference/chain-rpc.md` §13.3).
 *
 * The types depend on the value: what is empty is left out of them. The type of a list of messages is that of its
 * first element; later ones are hashed by it, so a field that only they have is not covered by the signature.
 */
// messages are looked up by name: all tables have to be there
import '../proto/generated/index.ts';
import { isNonNullableList } from '../json/shape.ts';
import { sortedJson } from '../json/text.ts';
import { PROTO, scalarJson, wellKnownJson } from '../json/write.ts';
import { decode } from '../proto/decode.ts';
import { type AnyMessage, type Field, type MessageType, messageType, messageTypeByUrl } from '../proto/define.ts';
import type { Any } from '../proto/generated/google.protobuf.ts';

export interface Member {
  name: string;
  type: string;
}

/** Struct name → its members, sorted by name. */
export type DerivedTypes = Map<string, readonly Member[]>;

/** undefined is a member that its list's first element has and this one lacks: it cannot be hashed. */
export type TypedValue = string | boolean | number | bigint | Uint8Array | TypedValue[] | StructValue | undefined;
export interface StructValue {
  [member: string]: TypedValue;
}

const anyMembers: readonly Member[] = [
  { name: 'type', type: 'string' },
  { name: 'value', type: 'bytes' },
];

/** Adds the types of message number `n` and returns its value. @throws Error when its type is unknown. */
export function deriveMessage(types: DerivedTypes, n: number, any: Any): StructValue {
  const type = messageTypeByUrl(any.type_url);
  if (!type) throw new Error(`cannot sign a message of the unknown type ${JSON.stringify(any.type_url)}`);
  const value = decode(type, any.value);
  addType(types, `Msg${n}`, `TypeMsg${n}`, type, value, [{ name: 'type', type: 'string' }]);
  return { ...structValue(type, value), type: any.type_url };
}

/** `path` is the prefix of the names of structs below this one. */
function addType(
  types: DerivedTypes,
  name: string,
  path: string,
  type: MessageType,
  value: AnyMessage,
  first: Member[] = [],
): void {
  const members = first;
  for (const field of type.fields) {
    const memberType = memberTypeOf(types, path, type, field, value[field.name]);
    if (memberType) members.push({ name: field.name, type: memberType });
  }
  types.set(name, members.sort(byName));
}

const byName = (a: Member, b: Member): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Type of a member; undefined when it is empty and thus no member at all. */
function memberTypeOf(
  types: DerivedTypes,
  path: string,
  type: MessageType,
  field: Field,
  value: unknown,
): string | undefined {
  if (field.repeated) {
    const list = (value ?? []) as unknown[];
    if (list.length === 0) return isNonNullableList(type, field) ? 'string[]' : undefined;
    return `${elementType(types, path, field, list[0])}[]`;
  }
  if (field.scalar === 'bytes') return (value as Uint8Array).length === 0 ? undefined : 'bytes';
  if (!field.messageName || isText(field)) return elementType(types, path, field, value);
  if (value === undefined && !field.nonNullable) return undefined;
  return elementType(types, path, field, value);
}

const isText = (field: Field): boolean =>
  field.messageName === 'google.protobuf.Timestamp' || field.messageName === 'google.protobuf.Duration';

function elementType(types: DerivedTypes, path: string, field: Field, value: unknown): string {
  if (!field.messageName) return scalarType(field);
  if (isText(field)) return 'string';
  if (field.messageName === 'google.protobuf.Any') {
    types.set('TypeAny', anyMembers);
    return 'TypeAny';
  }
  const name = path + camel(field.name);
  const inner = messageType(field.messageName);
  addType(types, name, name, inner, (value as AnyMessage | undefined) ?? inner.create());
  return name;
}

function scalarType(field: Field): string {
  switch (field.scalar) {
    case 'bool':
    case 'bytes':
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'uint64':
      return field.scalar;
    default:
      return 'string';
  }
}

const camel = (name: string): string =>
  name
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

function structValue(type: MessageType, value: AnyMessage): StructValue {
  const out: StructValue = {};
  for (const field of type.fields) out[field.name] = memberValue(field, value[field.name]);
  return out;
}

function memberValue(field: Field, value: unknown): TypedValue {
  if (field.repeated) return ((value ?? []) as unknown[]).map((item) => listElementValue(field, item));
  if (field.messageName === 'google.protobuf.Any') return value ? anyValue(value as Any, 'base64') : undefined;
  return elementValue(field, value);
}

function listElementValue(field: Field, item: unknown): TypedValue {
  if (field.messageName === 'google.protobuf.Any') return anyValue(item as Any, 'text');
  // an element is there even when it is empty
  return field.scalar === 'bytes' ? base64Bytes(item as Uint8Array) : elementValue(field, item);
}

function elementValue(field: Field, value: unknown): TypedValue {
  if (!field.messageName) return scalarValue(field, value);
  const inner = messageType(field.messageName);
  if (isText(field)) return value ? (wellKnownJson(inner, value as AnyMessage, PROTO) as string) : '';
  if (value) return structValue(inner, value as AnyMessage);
  return field.nonNullable ? structValue(inner, inner.create()) : undefined;
}

function scalarValue(field: Field, value: unknown): TypedValue {
  switch (field.scalar) {
    case 'bytes':
      return bytesValue(value as Uint8Array);
    case 'int64':
    case 'uint64':
      return value as bigint;
    default:
      return scalarJson(field, value, PROTO) as string | boolean | number;
  }
}

const bytesValue = (value: Uint8Array): TypedValue => (value.length === 0 ? undefined : base64Bytes(value));

/** Bytes are hashed as the text of their base64. */
const base64Bytes = (value: Uint8Array): Buffer => Buffer.from(Buffer.from(value).toString('base64'), 'latin1');

/** The JSON of an Any; alone it is hashed as base64 text, in a list as it is. */
function anyValue(any: Any, form: 'base64' | 'text'): StructValue {
  const type = messageType('google.protobuf.Any');
  const text = Buffer.from(sortedJson(wellKnownJson(type, any, { ...PROTO, emptyBytes: 'null' })));
  return { type: any.type_url, value: form === 'text' ? text : Buffer.from(text.toString('base64'), 'latin1') };
}
