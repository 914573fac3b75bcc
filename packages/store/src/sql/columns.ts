/**
 * Column types: the type of a column in each engine, and how a value of the program is written in it. Encodings are the
 * reference's (`reference/block-syncer-and-db.md` §2, §8, §10), so that a database of the Go provider is read as it is;
 * SQLite and PostgreSQL differ in what they type by themselves.
 */
import { addressBytes, enumType, type greenfieldStorage, toChecksumAddress } from '@prairie/chain';
import type { EngineName, SqlValue } from './engine.ts';

export interface Column<T> {
  readonly types: Readonly<Record<EngineName, string>>;
  /** What a row holds when nothing was given. */
  readonly zero: T;
  encode(value: T, engine: EngineName): SqlValue;
  /** Of whatever the engine's driver gives; NULL becomes the zero value. */
  decode(value: SqlValue): T;
}

export type Columns = Record<string, Column<unknown>>;
export type RowOf<C extends Columns> = { [K in keyof C]: C[K] extends Column<infer T> ? T : never };

type Types = Readonly<Record<EngineName, string>>;

/** `decode` takes what the drivers give for the types; NULL is the zero value. */
function typed<T>(
  types: Types,
  zero: T,
  encode: (value: T, engine: EngineName) => SqlValue,
  decode: (value: never) => T,
): Column<T> {
  return { types, zero, encode, decode: (v) => (v === null || v === undefined ? zero : decode(v as never)) };
}

const ADDRESS_LENGTH = 20;
const ID_LENGTH = 32;
const same = <T>(value: T) => value;
const buffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const hex = (bytes: Uint8Array) => buffer(bytes).toString('hex');

/** PostgreSQL compares texts by the database's locale unless it is told to compare bytes, as the others do here. */
const POSTGRES_TEXT = 'TEXT COLLATE "C"';
const textTypes = (mysql: string): Types => ({ sqlite: 'TEXT', postgres: POSTGRES_TEXT, mysql });
const bytesTypes = (mysql: string): Types => ({ sqlite: 'BLOB', postgres: 'BYTEA', mysql });

/** By its type in MySQL. */
export function textOf(mysql: string): Column<string> {
  return typed<string>(textTypes(mysql), '', same, (v: string) => v);
}

/** Up to `length` characters. */
export const varchar = (length: number) => textOf(`VARCHAR(${length})`);
/** Any length. */
export const text = textOf('LONGTEXT');
/**
 * A name of up to so many bytes, ordered by them. MySQL keeps the order only in an index of whole values, and has room
 * for one of bytes alone: the reference's VARCHAR becomes VARBINARY there, which reads and compares the same.
 */
export const nameOf = (length: number) =>
  typed<string>(
    textTypes(`VARBINARY(${length})`),
    '',
    (v, engine) => (engine === 'mysql' ? Buffer.from(v) : v),
    (v: string | Uint8Array) => (typeof v === 'string' ? v : buffer(v).toString()),
  );
/** Of an object. */
export const name = nameOf(1024);

export const bool = typed<boolean>(
  { sqlite: 'INTEGER', postgres: 'BOOLEAN', mysql: 'TINYINT(1)' },
  false,
  same,
  (v: bigint | number | boolean) => Boolean(v),
);
/** Signed, 32 bits. */
export const int = typed<number>({ sqlite: 'INTEGER', postgres: 'INTEGER', mysql: 'INT' }, 0, same, Number);
/** Unsigned, 32 bits. */
export const uint = typed<number>({ sqlite: 'INTEGER', postgres: 'BIGINT', mysql: 'INT UNSIGNED' }, 0, same, Number);
/** Signed, 64 bits, within what a number holds: times in seconds. */
export const longNumber = typed<number>({ sqlite: 'INTEGER', postgres: 'BIGINT', mysql: 'BIGINT' }, 0, same, Number);
export const int64 = typed<bigint>({ sqlite: 'INTEGER', postgres: 'BIGINT', mysql: 'BIGINT' }, 0n, same, integer);
/** SQLite's integers are signed: what is above 2⁶³ is kept as a negative number, and sorts before the others. */
export const uint64 = typed<bigint>(
  { sqlite: 'INTEGER', postgres: 'NUMERIC(20, 0)', mysql: 'BIGINT UNSIGNED' },
  0n,
  (v, engine) => (engine === 'sqlite' ? BigInt.asIntN(64, v) : v),
  (v: bigint | number | string) => BigInt.asUintN(64, integer(v as never)),
);
/** Any size, with arithmetic in servers (`+`); decimal text in SQLite. */
export const decimal = typed<bigint>(
  { sqlite: 'TEXT', postgres: 'NUMERIC(65, 0)', mysql: 'DECIMAL(65,0)' },
  0n,
  (v, engine) => (engine === 'sqlite' ? String(v) : v),
  integer,
);
/** Any size. In MySQL the reference's: a byte for the sign (2, negative 3), then the magnitude. */
export const bigNumber = typed<bigint>(
  { sqlite: 'TEXT', postgres: 'NUMERIC', mysql: 'LONGBLOB' },
  0n,
  (v, engine) => (engine === 'mysql' ? signedBytes(v) : String(v)),
  (v: string | Uint8Array) => (typeof v === 'string' ? BigInt(v) : signedNumber(v)),
);
/** Any size, as decimal text in all engines. */
export const decimalText = typed<bigint>(textTypes('LONGTEXT'), 0n, String, (v: string) => BigInt(v));

/** 32 bytes. */
export const hash = typed<Uint8Array>(
  bytesTypes('BINARY(32)'),
  new Uint8Array(ID_LENGTH),
  buffer,
  (v: Uint8Array) => v,
);
/** An id as 32 bytes big-endian, so that bytes sort as numbers do. */
export const id = typed<bigint>(bytesTypes('BINARY(32)'), 0n, idBytes, (v: Uint8Array) => BigInt(`0x${hex(v)}`));
/** 20 bytes; as text it is checksummed, and the zero address when there is none. */
export const address = typed<string>(
  bytesTypes('BINARY(20)'),
  toChecksumAddress(new Uint8Array(ADDRESS_LENGTH)),
  (v) => (v === '' ? Buffer.alloc(ADDRESS_LENGTH) : buffer(addressBytes(v))),
  (v: Uint8Array) => toChecksumAddress(v),
);
/** Bytes as lower-case hex. */
export const hexText = typed<Uint8Array>(textTypes('LONGTEXT'), new Uint8Array(0), hex, (v: string) =>
  Buffer.from(v, 'hex'),
);

/** An enum by its name, as the chain's JSON has it. */
export function enumOf(enumName: string, mysql = 'VARCHAR(50)'): Column<number> {
  const type = enumType(enumName);
  const encode = (value: number) => type.byNumber.get(value) ?? String(value);
  return typed(textTypes(mysql), 0, encode, (value: string) => type.byName.get(value) ?? Number(value));
}

/** Ids joined by commas; NULL when there are none. */
export const ids = typed<number[]>(
  textTypes('MEDIUMTEXT'),
  [],
  (v) => (v.length === 0 ? null : v.join(',')),
  (v: string) => (v === '' ? [] : v.split(',').map(Number)),
);
/** The same of any length; empty when there are none. */
export const commaIds = typed<number[]>(
  textTypes('LONGTEXT'),
  [],
  (v) => v.join(','),
  (v: string) => (v === '' ? [] : v.split(',').map(Number)),
);
/** Texts joined by commas, which must not have any. */
export const commaTexts = typed<string[]>(
  textTypes('LONGTEXT'),
  [],
  (v) => v.join(','),
  (v: string) => (v === '' ? [] : v.split(',')),
);
/** Byte strings as lower-case hex joined by commas. */
export const hexList = typed<Uint8Array[]>(
  textTypes('LONGTEXT'),
  [],
  (v) => v.map(hex).join(','),
  (v: string) => (v === '' ? [] : v.split(',').map((digits) => Buffer.from(digits, 'hex'))),
);
/** Byte strings as a PostgreSQL array literal, `{"\\x<hex>",…}` (§8, text encodings). */
export const bytesArray = typed<Uint8Array[]>(
  textTypes('TEXT'),
  [],
  (v) => `{${v.map((bytes) => `"\\\\x${hex(bytes)}"`).join(',')}}`,
  byteStrings,
);
/** Texts as a PostgreSQL array literal, `{"…",…}`; NULL when there are none. */
export const textArray = typed<string[]>(
  textTypes('TEXT'),
  [],
  (v) => (v.length === 0 ? null : `{${v.map((one) => `"${one.replace(/["\\]/g, '\\$&')}"`).join(',')}}`),
  (v: string) => Array.from(v.matchAll(TEXT_IN_LITERAL), ([, one]) => one!.replace(/\\(.)/gs, '$1')),
);
/** NULL when there are none. */
export const tags = typed<greenfieldStorage.ResourceTags>(
  textTypes('JSON'),
  { tags: [] },
  (v) => (v.tags.length === 0 ? null : jsonOfGo({ tags: v.tags })),
  (v: string) => JSON.parse(v) as greenfieldStorage.ResourceTags,
);
/** Unix milliseconds; a date of zeros, as MySQL may have it, is 0. */
export const time = typed<bigint>(
  { sqlite: 'INTEGER', postgres: 'TIMESTAMPTZ(3)', mysql: 'DATETIME(3)' },
  0n,
  (v, engine) => (engine === 'sqlite' ? v : new Date(Number(v))),
  (v: bigint | Date) => (v instanceof Date ? BigInt(v.getTime() || 0) : v),
);

export function idBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(ID_LENGTH * 2, '0'), 'hex');
}

function integer(value: bigint | number | string): bigint {
  return typeof value === 'bigint' ? value : BigInt(value);
}

/** JSON byte for byte as Go writes it: safe within HTML. */
function jsonOfGo(value: unknown): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[&<>\u2028\u2029]/g, escaped);
}

const POSITIVE = 2;
const NEGATIVE = 3;

function signedBytes(value: bigint): Buffer {
  const magnitude = (value < 0n ? -value : value).toString(16);
  const digits = value === 0n ? '' : magnitude.padStart(magnitude.length + (magnitude.length % 2), '0');
  return Buffer.from(`0${value < 0n ? NEGATIVE : POSITIVE}${digits}`, 'hex');
}

function signedNumber(bytes: Uint8Array): bigint {
  const magnitude = BigInt(`0x0${hex(bytes.subarray(1))}`);
  return bytes[0] === NEGATIVE ? -magnitude : magnitude;
}

/** Between quotes, where a backslash keeps what follows it. */
const TEXT_IN_LITERAL = /"((?:[^"\\]|\\.)*)"/gs;
const BEFORE_HEX = '"\\\\x';

function byteStrings(literal: string): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = literal.indexOf(BEFORE_HEX); at >= 0; ) {
    const end = literal.indexOf('"', at + BEFORE_HEX.length);
    found.push(Buffer.from(literal.slice(at + BEFORE_HEX.length, end), 'hex'));
    at = literal.indexOf(BEFORE_HEX, end + 1);
  }
  return found;
}
