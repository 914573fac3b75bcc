/**
 * Keccak-256 as Ethereum has it, not SHA3-256. OpenSSL lacks it; WebAssembly is eight times as fast as JavaScript, which
 * takes over where the engine runs without it (`node --jitless`).
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { KECCAK_MODULE } from './generated/keccak-module.ts';

export type Digest = (data: Uint8Array) => Buffer;

/** Bytes that a permutation takes in (FIPS 202: 1600 bits of state less twice 256). */
const RATE = 136;
const DIGEST = 32;
/** Of the module's memory: the state, then as many blocks as are handed over at a time. */
const STATE = 200;
const INPUT = 256;
const MAX_BLOCKS = 240;

interface Exports {
  readonly memory: WebAssembly.Memory;
  /** Takes `blocks` blocks from `input` on into the state. */
  absorb(input: number, blocks: number): void;
}

/** @throws Error when there is no WebAssembly */
export function wasmKeccak256(): Digest {
  const module = new WebAssembly.Module(Buffer.from(KECCAK_MODULE, 'base64'));
  const { memory, absorb } = new WebAssembly.Instance(module).exports as unknown as Exports;
  const bytes = new Uint8Array(memory.buffer);
  return (data) => {
    bytes.fill(0, 0, STATE);
    const whole = data.length - (data.length % RATE);
    for (let start = 0; start < whole; start += MAX_BLOCKS * RATE) {
      const end = Math.min(whole, start + MAX_BLOCKS * RATE);
      bytes.set(data.subarray(start, end), INPUT);
      absorb(INPUT, (end - start) / RATE);
    }
    // what is left, a 1 bit, zeros and a last 1 bit: the padding of Keccak before it became SHA-3
    bytes.fill(0, INPUT, INPUT + RATE);
    bytes.set(data.subarray(whole), INPUT);
    bytes[INPUT + data.length - whole]! ^= 0x01;
    bytes[INPUT + RATE - 1]! ^= 0x80;
    absorb(INPUT, 1);
    return Buffer.from(bytes.subarray(0, DIGEST));
  };
}

export function loadKeccak256(load: () => Digest = wasmKeccak256): Digest {
  try {
    return load();
  } catch {
    return (data) => Buffer.from(keccak_256(data));
  }
}

/** 32 bytes. */
export const keccak256: Digest = loadKeccak256();
