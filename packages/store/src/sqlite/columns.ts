/**
 * Column types: how a value of the program is written in SQLite. The reference's binary columns are BLOBs, its enum and
 * decimal columns TEXT (`reference/block-syncer-and-db.md` §2, §8).
 */
import { addressBytes, enumType, type greenfieldStorage, toChecksumAddress } from '@prairie/chain';
import type { SqlRow, SqlValue } from './database.ts';

export interface Column<T> {
  readonly sql: string;
  /** What a row holds when nothing was given. */
  readonly zero: T;
  encode(value: T): SqlValue;
  decode(value: Exclude<SqlRow[string], undefined>): T;
}

export type Columns = Record<string, Column<unknown>>;
export type RowOf<C extends Columns> = { [K in keyof C]: C[K] extends Column<infer T> ? T : never };

/** `decode` takes whatever SQLite's type for `sql` is; NULL becomes the zero value. */
function typed<T>(sql: string, zero: T, encode: (v: T) => SqlValue, decode: (v: never) => T): Column<T> {
  return { sql, zero, encode, decode: (v) => (v === null ? zero : decode(v as never)) };
}

const ADDRESS_LENGTH = 20;
const ID_LENGTH = 32;

export const text = typed<string>(
  'TEXT',
  '',
  (v) => v,
  (v: string) => v,
);
export const bool = typed<boolean>(
  'INTEGER',
  false,
  (v) => v,
  (v: bigint) => v !== 0n,
);
/** Up to 32 bits. */
export const int = typed<number>('INTEGER', 0, (v) => v, Number);
export const int64 = typed<bigint>(
  'INTEGER',
  0n,
  (v) => v,
  (v: bigint) => v,
);
/** SQLite's integers are signed: what is above 2⁶³ is kept as a negative number, and sorts before the others. */
export const uint64 = typed<bigint>('INTEGER', 0n, toSqlUint64, fromSqlUint64);
/** Any size, as decimal text. */
export const bigNumber = typed<bigint>('TEXT', 0n, String, (v: string) => BigInt(v));
export const blob = typed<Uint8Array>(
  'BLOB',
  new Uint8Array(0),
  (v) => v,
  (v: Uint8Array) => v,
);
/** 32 bytes. */
export const hash = typed<Uint8Array>(
  'BLOB',
  new Uint8Array(ID_LENGTH),
  (v) => v,
  (v: Uint8Array) => v,
);
/** An id as 32 bytes big-endian, so that bytes sort as numbers do. */
export const id = typed<bigint>('BLOB', 0n, idBytes, (v: Uint8Array) => BigInt(`0x${hex(v)}`));
/** 20 bytes; as text it is checksummed, and the zero address when there is none. */
export const address = typed<string>('BLOB', toChecksumAddress(new Uint8Array(ADDRESS_LENGTH)), addressBlob, (v) =>
  toChecksumAddress(v),
);

/** An enum by its name, as the chain's JSON has it. */
export function enumOf(name: string): Column<number> {
  const type = enumType(name);
  const encode = (value: number) => type.byNumber.get(value) ?? String(value);
  return typed('TEXT', 0, encode, (value: string) => type.byName.get(value) ?? Number(value));
}

/** Ids joined by commas. */
export const ids = typed<number[]>(
  'TEXT',
  [],
  (v) => v.join(','),
  (v: string) => (v === '' ? [] : v.split(',').map(Number)),
);
/** Byte strings as lower-case hex joined by commas. */
export const bytesList = typed<Uint8Array[]>(
  'TEXT',
  [],
  (v) => v.map(hex).join(','),
  (v: string) => (v === '' ? [] : v.split(',').map((digits) => Buffer.from(digits, 'hex'))),
);
/** JSON array of strings. */
export const texts = typed<string[]>(
  'TEXT',
  [],
  (v) => JSON.stringify(v),
  (v: string) => JSON.parse(v) as string[],
);
/** NULL when there are none. */
export const tags = typed<greenfieldStorage.ResourceTags>(
  'TEXT',
  { tags: [] },
  (v) => (v.tags.length === 0 ? null : JSON.stringify({ tags: v.tags })),
  (v: string) => JSON.parse(v) as greenfieldStorage.ResourceTags,
);

export function toSqlUint64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

export function fromSqlUint64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

export function idBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(ID_LENGTH * 2, '0'), 'hex');
}

function addressBlob(value: string): Uint8Array {
  return value === '' ? new Uint8Array(ADDRESS_LENGTH) : addressBytes(value);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
