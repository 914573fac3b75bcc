/** EIP-712 struct hashing (version 4 arrays). */
import { BoundedCache } from '../bounded-cache.ts';
import { keccak256 } from '../hash.ts';
import type { DerivedTypes, StructValue, TypedValue } from './derive.ts';

/** Hashes of type texts: a chain sees a few dozen shapes. */
const typeHashes = new BoundedCache<string, Buffer>(2048);

/** Hashes of short texts: addresses, denominations, type URLs and the empty text come again all the time. */
const textHashes = new BoundedCache<string, Buffer>(4096);
const SHORT = 96;

export function hashStruct(types: DerivedTypes, name: string, value: StructValue): Buffer {
  const members = types.get(name);
  if (!members) throw new Error(`no typed-data struct ${name}`);
  const parts: Buffer[] = [typeHash(types, name)];
  for (const member of members) parts.push(encodeValue(types, member.type, value[member.name], member.name));
  return keccak256(Buffer.concat(parts));
}

function typeHash(types: DerivedTypes, name: string): Buffer {
  const text = typeText(types, name);
  return typeHashes.getOrMake(text, () => keccak256(Buffer.from(text)));
}

/** `Tx(uint256 a,Fee fee)Coin(…)Fee(…)`: the struct itself, then those it refers to, sorted by name. */
export function typeText(types: DerivedTypes, name: string): string {
  const used = new Set<string>();
  collect(types, name, used);
  used.delete(name);
  return [name, ...[...used].sort()].map((struct) => structText(types, struct)).join('');
}

function collect(types: DerivedTypes, name: string, used: Set<string>): void {
  if (used.has(name)) return;
  used.add(name);
  for (const { type } of types.get(name)!) {
    const base = type.endsWith('[]') ? type.slice(0, -2) : type;
    if (types.has(base)) collect(types, base, used);
  }
}

const structText = (types: DerivedTypes, name: string): string =>
  `${name}(${types
    .get(name)!
    .map((member) => `${member.type} ${member.name}`)
    .join(',')})`;

function encodeValue(types: DerivedTypes, type: string, value: TypedValue, at: string): Buffer {
  if (value === undefined) {
    throw new Error(`cannot sign: ${at} is unset here but set in the first element of its list`);
  }
  if (Array.isArray(value)) {
    const element = type.slice(0, -2);
    return keccak256(Buffer.concat(value.map((item) => encodeValue(types, element, item, at))));
  }
  if (typeof value === 'string') return type === 'string' ? hashText(value) : word(BigInt(value));
  if (value instanceof Uint8Array) return keccak256(value);
  if (typeof value === 'object') return hashStruct(types, type, value);
  return word(BigInt(value));
}

function hashText(text: string): Buffer {
  if (text.length > SHORT) return keccak256(Buffer.from(text));
  return textHashes.getOrMake(text, () => keccak256(Buffer.from(text)));
}

/** 32 bytes big-endian, two's complement. */
function word(value: bigint): Buffer {
  return Buffer.from(BigInt.asUintN(256, value).toString(16).padStart(64, '0'), 'hex');
}
