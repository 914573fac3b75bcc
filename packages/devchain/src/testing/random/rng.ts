/** Random choices that follow from a seed: the same seed makes the same run on every machine. */

const ROTATIONS = { first: 7, second: 11 } as const;

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** xoshiro128**: 128 bits of state, filled from the seed by splitmix32. */
export class Rng {
  private readonly state = new Uint32Array(4);

  constructor(seed: number) {
    let at = seed >>> 0;
    for (let i = 0; i < this.state.length; i++) {
      at = (at + 0x9e3779b9) >>> 0;
      let word = Math.imul(at ^ (at >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      this.state[i] = word ^ (word >>> 15);
    }
  }

  /** 32 random bits. */
  word(): number {
    const s = this.state;
    const out = Math.imul(rotated(Math.imul(s[1]!, 5), ROTATIONS.first), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotated(s[3]!, ROTATIONS.second);
    return out;
  }

  /** 0 ≤ x < 1. */
  fraction(): number {
    return this.word() / 2 ** 32;
  }

  /** A whole number, 0 ≤ n < `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** A whole number, both ends included. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  /** Of a list that is not empty. */
  one<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to choose from');
    return list[this.below(list.length)]!;
  }

  /** One of a list that is not empty, each as often as its weight says. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T {
    let left = this.fraction() * list.reduce((sum, { weight }) => sum + weight, 0);
    for (const item of list) {
      left -= item.weight;
      if (left < 0) return item;
    }
    return list[0]!;
  }

  /** `count` different ones in random order; all of them when there are fewer. */
  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    const chosen: T[] = [];
    while (chosen.length < count && rest.length > 0) chosen.push(...rest.splice(this.below(rest.length), 1));
    return chosen;
  }

  bytes(length: number): Buffer {
    const out = Buffer.alloc(length);
    for (let at = 0; at < length; at++) out[at] = this.word() & 0xff;
    return out;
  }

  /** Small numbers as often as large ones: 1 ≤ n < 2^`bits`. */
  magnitude(bits: number): bigint {
    const width = this.between(1, bits);
    let value = 1n;
    for (let bit = 1; bit < width; bit++) value = (value << 1n) | BigInt(this.word() & 1);
    return value;
  }
}
