/** Damage to bytes: what a bad disk, a bad client or a bad person does to a valid message. */
import type { Rng } from '../random/rng.ts';

type Damage = (rng: Rng, bytes: Buffer) => Buffer;

/** Lengths and values at the edges of what a varint holds. */
const VARINTS = [
  '00',
  '7f',
  '8001',
  'ffff03',
  'ffffffff07',
  'ffffffffffffffff7f',
  'ffffffffffffffffff01',
  '808080808000',
];
/** A byte of each wire type for a field number that no message has, and what does not end. */
const STRAY = [
  'f83f01',
  'fa3f00',
  'fa3fffffffff07',
  'f93f0000000000000000',
  'fd3f00000000',
  'fb3f',
  'fc3f',
  'ff3f',
  '00',
];

const at = (rng: Rng, bytes: Buffer): number => rng.below(bytes.length + 1);

const join = (bytes: Buffer, from: number, to: number, middle: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);

const DAMAGES: readonly Damage[] = [
  function flipBit(rng, bytes) {
    const out = Buffer.from(bytes);
    if (out.length > 0) out[rng.below(out.length)]! ^= 1 << rng.below(8);
    return out;
  },
  function setByte(rng, bytes) {
    const out = Buffer.from(bytes);
    if (out.length > 0) out[rng.below(out.length)] = rng.one([0, 1, 0x7f, 0x80, 0xff, rng.below(256)]);
    return out;
  },
  function insert(rng, bytes) {
    const where = at(rng, bytes);
    return join(bytes, where, where, rng.bytes(rng.between(1, 12)));
  },
  function remove(rng, bytes) {
    const where = at(rng, bytes);
    return join(bytes, where, where + rng.between(1, 16), Buffer.alloc(0));
  },
  function truncate(rng, bytes) {
    return Buffer.from(bytes.subarray(0, at(rng, bytes)));
  },
  function splice(rng, bytes) {
    const from = at(rng, bytes);
    const piece = bytes.subarray(from, from + rng.between(1, 80));
    const where = at(rng, bytes);
    return join(bytes, where, where + rng.below(40), piece);
  },
  function repeat(rng, bytes) {
    return Buffer.concat(Array.from({ length: rng.between(2, 40) }, () => bytes)).subarray(0, 40_000);
  },
  /** Mostly hits something else, sometimes the length of a field. */
  function corruptLength(rng, bytes) {
    const where = at(rng, bytes);
    return join(bytes, where, where + 1, Buffer.from(rng.one(VARINTS), 'hex'));
  },
  function addField(rng, bytes) {
    return Buffer.concat([bytes, Buffer.from(rng.one(STRAY), 'hex')]);
  },
  function junk(rng) {
    return rng.bytes(rng.below(300));
  },
  function zeros(rng, bytes) {
    const where = at(rng, bytes);
    return join(bytes, where, where + 8, Buffer.alloc(rng.between(1, 64)));
  },
];

/** One damage, sometimes several on top of one another. */
export function damaged(rng: Rng, bytes: Buffer): Buffer {
  let out = bytes;
  do out = rng.one(DAMAGES)(rng, out);
  while (rng.chance(0.25));
  return out;
}
