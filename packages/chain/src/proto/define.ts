/**
 * Field tables and the registry that names them.
 *
 * One table per message serves every encoding of the network: protobuf wire (`encode.ts`, `decode.ts`), the three JSON dialects
 * (`../json.ts`), EIP-712 typed data (`../eip712`) and typed events (`../events`).
 *
 * Values are plain objects whose keys are the proto field names (snake_case), as they appear in all JSON dialects:
 * 64-bit and arbitrary-precision integers are `bigint`, `decimal` is a `bigint` in units of 10⁻¹⁸, bytes are
 * `Uint8Array`, an absent message is `undefined`, enums are numbers.
 */

export type Scalar =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'double'
  | 'float'
  /** arbitrary precision, decimal text on the wire, written even when zero */
  | 'integer'
  /** 18 fixed decimals, atomics as decimal text on the wire, written even when zero */
  | 'decimal';

export interface Field {
  readonly name: string;
  readonly number: number;
  readonly repeated: boolean;
  /** An embedded message that is never absent, and is written even when empty. */
  readonly nonNullable: boolean;
  readonly scalar: Scalar | undefined;
  /** Full name of the enum, when the field is one. */
  readonly enumName: string | undefined;
  /** Full name of the embedded message, when the field is one. */
  readonly messageName: string | undefined;
}

export interface EnumType {
  readonly name: string;
  readonly byName: ReadonlyMap<string, number>;
  readonly byNumber: ReadonlyMap<number, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: a message of a type known only at run time
export type AnyMessage = Record<string, any>;

/** A value with any of its fields left out: those take their zero value. */
export type Init<T> = {
  [K in keyof T]?: T[K] extends Uint8Array | undefined
    ? T[K]
    : T[K] extends (infer E)[]
      ? (E extends Uint8Array ? E : E extends object ? Init<E> : E)[]
      : T[K] extends object | undefined
        ? Init<Exclude<T[K], undefined>> | undefined
        : T[K];
};

export class MessageType<T = AnyMessage> {
  readonly name: string;
  readonly typeUrl: string;
  readonly fields: readonly Field[];
  readonly fieldByNumber: ReadonlyMap<number, Field>;
  readonly fieldByName: ReadonlyMap<string, Field>;
  /** Whether this is an entry of a map: its key and value are written even when zero, and JSON shows an object. */
  readonly isMapEntry: boolean;

  constructor(name: string, table: Record<string, readonly [number, string]>) {
    this.name = name;
    this.typeUrl = `/${name}`;
    this.fields = Object.entries(table).map(([field, [number, kind]]) => parseField(field, number, kind));
    this.fieldByNumber = new Map(this.fields.map((f) => [f.number, f]));
    this.fieldByName = new Map(this.fields.map((f) => [f.name, f]));
    this.isMapEntry = /Response\.\w+Entry$/.test(name) && this.fieldByName.has('key') && this.fieldByName.has('value');
  }

  /** A whole value from a partial one. Embedded partial messages are completed too. */
  create(init: Init<T> = {}): T {
    const out: AnyMessage = {};
    for (const field of this.fields) {
      const given = (init as AnyMessage)[field.name];
      out[field.name] = given === undefined ? zeroOf(field) : completed(field, given);
    }
    return out as T;
  }
}

function parseField(name: string, number: number, kind: string): Field {
  const repeated = kind.endsWith('[]');
  const nonNullable = kind.endsWith('!');
  const base = kind.replace(/(\[\]|!)$/, '');
  const enumName = base.startsWith('enum ') ? base.slice(5) : undefined;
  const messageName = !enumName && base.includes('.') ? base : undefined;
  const scalar = enumName || messageName ? undefined : (base as Scalar);
  return { name, number, repeated, nonNullable, scalar, enumName, messageName };
}

function completed(field: Field, given: unknown): unknown {
  if (!field.messageName) return given;
  const type = messageType(field.messageName);
  return field.repeated ? (given as AnyMessage[]).map((v) => type.create(v)) : type.create(given as AnyMessage);
}

/** The value of a field that is not set. */
export function zeroOf(field: Field): unknown {
  if (field.repeated) return [];
  if (field.messageName) return field.nonNullable ? messageType(field.messageName).create() : undefined;
  if (field.enumName) return 0;
  switch (field.scalar) {
    case 'string':
      return '';
    case 'bytes':
      return new Uint8Array(0);
    case 'bool':
      return false;
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
    case 'integer':
    case 'decimal':
      return 0n;
    default:
      return 0;
  }
}

const messages = new Map<string, MessageType>();
const enums = new Map<string, EnumType>();

export function define<T>(name: string, table: Record<string, readonly [number, string]>): MessageType<T> {
  const type = new MessageType<T>(name, table);
  messages.set(name, type as unknown as MessageType);
  return type;
}

export function defineEnum<const T extends Record<string, number>>(name: string, values: T): T {
  const entries = Object.entries(values);
  enums.set(name, { name, byName: new Map(entries), byNumber: new Map(entries.map(([k, v]) => [v, k])) });
  return values;
}

/** The table of a message by its full name. @throws when no generated table has that name. */
export function messageType(name: string): MessageType {
  const type = messages.get(name);
  if (!type) throw new Error(`unknown message type ${name}`);
  return type;
}

/** As {@link messageType}, from a type URL (`/greenfield.storage.MsgCreateBucket`); undefined when unknown. */
export function messageTypeByUrl(typeUrl: string): MessageType | undefined {
  return messages.get(typeUrl.replace(/^\//, ''));
}

export function enumType(name: string): EnumType {
  const type = enums.get(name);
  if (!type) throw new Error(`unknown enum ${name}`);
  return type;
}

/** Text of an enum value, or its number as text when the value has no name. */
export function enumText(name: string, value: number): string {
  return enumType(name).byNumber.get(value) ?? String(value);
}
