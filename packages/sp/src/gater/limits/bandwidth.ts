import { setTimeout as pause } from 'node:timers/promises';
import { BoundedCache } from '@prairie/chain';
import type { ByteStream } from '@prairie/gfsp';

export interface BandwidthOptions {
  /** Bytes a second of each client address, both ways together. */
  bytesPerSecond: number;
  /** Bytes that may go at once after a pause. Default: those of a second. */
  burst?: number;
}

interface Bucket {
  /** Bytes that may go now; below 0 is owed. */
  tokens: number;
  at: number;
}

/** Addresses that are remembered; one that is forgotten begins with a full bucket. */
const ADDRESSES = 65_536;

/** A token bucket per client address. Who takes more than there is waits until it has come in. */
export class Bandwidth {
  readonly #rate: number;
  readonly #burst: number;
  readonly #buckets = new BoundedCache<string, Bucket>(ADDRESSES);

  constructor({ bytesPerSecond, burst = bytesPerSecond }: BandwidthOptions) {
    this.#rate = bytesPerSecond;
    this.#burst = burst;
  }

  /** The same bytes, no faster than the address may have them. Ends with the signal. */
  async *limit(bytes: ByteStream, address: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      await this.#take(address, chunk.length, signal);
      yield chunk;
    }
  }

  async #take(address: string, size: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const bucket = this.#buckets.get(address) ?? { tokens: this.#burst, at: now };
    const tokens = Math.min(bucket.tokens + ((now - bucket.at) / 1000) * this.#rate, this.#burst) - size;
    this.#buckets.set(address, { tokens, at: now });
    if (tokens < 0) await pause((-tokens / this.#rate) * 1000, undefined, { signal });
  }
}
