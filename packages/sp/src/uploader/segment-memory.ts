/** Free memory of so many bytes is kept: four segments. */
const KEPT_BYTES = 64 << 20;
const SMALLEST = 64 << 10;

/**
 * Memory for segments, used again and again. It is shared with threads, and the engine hardly counts such memory: left
 * to the garbage collector, that of a whole object would pile up before it is freed.
 */
export class SegmentMemory {
  readonly #free = new Map<number, SharedArrayBuffer[]>();
  readonly #keptBytes: number;
  #freeBytes = 0;

  constructor(keptBytes = KEPT_BYTES) {
    this.#keptBytes = keptBytes;
  }

  /** `size` bytes with whatever is in them. */
  take(size: number): Uint8Array<SharedArrayBuffer> {
    const capacity = capacityFor(size);
    const free = this.#free.get(capacity)?.pop();
    if (free) this.#freeBytes -= capacity;
    return new Uint8Array(free ?? new SharedArrayBuffer(capacity), 0, size);
  }

  /** Nobody reads or writes what was taken any more. Called once for it. */
  give({ buffer }: Uint8Array<SharedArrayBuffer>): void {
    const capacity = buffer.byteLength;
    if (this.#freeBytes + capacity > this.#keptBytes) return;
    this.#freeBytes += capacity;
    const same = this.#free.get(capacity);
    if (same) same.push(buffer);
    else this.#free.set(capacity, [buffer]);
  }
}

/** A power of two, so that segments that differ a little share. What is not touched of it takes no memory. */
const capacityFor = (size: number): number => Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(size)));
