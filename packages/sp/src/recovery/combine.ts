/** A piece out of others of which some may be wrong. */
import type { ErasureCoder } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import type { Wanted } from './wanted.ts';

/** Sets that are tried with one more piece: 10 of a 4+2 code at most; a very wide code is not searched for ever. */
const MAX_SETS = 256;

/** Whether the piece is the one that was wanted. */
export type Fits = (piece: Uint8Array) => Promise<boolean>;

/**
 * The wanted piece from those that came, out of every set of as many as are needed that has `latest` in it: those
 * without it were tried before. A wrong piece is not known by itself; what is made with it is, by `fits`.
 * undefined when no set gives it.
 */
export async function combine(
  pieces: ReadonlyMap<number, Uint8Array>,
  latest: number,
  wanted: Wanted,
  { coder, fits }: { coder: ErasureCoder; fits: Fits },
): Promise<Uint8Array | undefined> {
  const itself = pieces.get(wanted.index);
  // of the first ones it need not be the last that came; later it was looked at when it came
  const isNew = latest === wanted.index || pieces.size <= wanted.data;
  if (itself && isNew && (await fits(itself))) return itself;
  if (latest === wanted.index) return undefined;
  const others = [...pieces.keys()].filter((index) => index !== latest && index !== wanted.index);
  let tried = 0;
  for (const set of setsOf(others, wanted.data - 1)) {
    if (++tried > MAX_SETS) return undefined;
    const made = await madeOf([...set, latest], pieces, wanted, coder);
    if (await fits(made)) return made;
  }
  return undefined;
}

/**
 * The same without anything to know the piece by: a set counts when what it makes of the segment agrees with one piece
 * more than the set has. With `isAll`, and no piece more, the only set there is counts.
 */
export async function combineAgreeing(
  pieces: ReadonlyMap<number, Uint8Array>,
  wanted: Wanted,
  { coder, isAll }: { coder: ErasureCoder; isAll: boolean },
): Promise<Uint8Array | undefined> {
  const { data, parity, index } = wanted;
  const indexes = [...pieces.keys()];
  if (indexes.length <= data) return isAll ? madeOf(indexes, pieces, wanted, coder) : undefined;
  let tried = 0;
  for (const set of setsOf(indexes, data)) {
    if (++tried > MAX_SETS) return undefined;
    const all = await coder.reconstruct(shardsOf(set, pieces, wanted), data, parity);
    const isAgreed = indexes.some((one) => !set.includes(one) && sameBytes(all[one]!, pieces.get(one)!));
    if (!isAgreed) continue;
    return index === PRIMARY ? coder.decode(all, data, parity, wanted.segmentLength) : all[index]!;
  }
  return undefined;
}

async function madeOf(
  set: readonly number[],
  pieces: ReadonlyMap<number, Uint8Array>,
  wanted: Wanted,
  coder: ErasureCoder,
): Promise<Uint8Array> {
  const { data, parity, index, segmentLength } = wanted;
  const shards = shardsOf(set, pieces, wanted);
  if (index === PRIMARY) return coder.decode(shards, data, parity, segmentLength);
  return (await coder.reconstruct(shards, data, parity))[index]!;
}

function shardsOf(set: readonly number[], pieces: ReadonlyMap<number, Uint8Array>, { data, parity }: Wanted) {
  return Array.from({ length: data + parity }, (_, index) => (set.includes(index) ? pieces.get(index) : undefined));
}

/** Every choice of `size` of the list. */
export function* setsOf(list: readonly number[], size: number): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [at, one] of list.entries()) {
    if (list.length - at < size) return;
    for (const rest of setsOf(list.slice(at + 1), size - 1)) yield [one, ...rest];
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
