import { collectSoon } from './collect-soon.ts';

/** Free memory of so many bytes is kept by default. */
const KEPT_BYTES = 256 << 20;
/** Memory that nobody has wanted for so long is given back to the system. */
const REST_MS = 30_000;
/** Of WebAssembly, whose memories begin at a page: neither the heap nor shared buffers promise that. */
const PAGE_BYTES = 64 << 10;

const aligned = new WeakSet<ArrayBufferLike>();

/** Whether the bytes begin at a page of the machine, so that a disk can take them without a copy. */
export function isPageAligned(bytes: Uint8Array): boolean {
  return bytes.byteOffset % 4096 === 0 && aligned.has(bytes.buffer);
}

/**
 * Memory for pieces, used again and again: memory that is touched for the first time costs as much CPU as half of its
 * hashing. It is shared with threads, and the engine hardly counts such memory: left to the garbage collector, that of a
 * whole object would pile up before it is freed. Files are written from it around the system's cache.
 */
export class PageMemory {
  /** By size; the one that was wanted last is last. */
  readonly #free = new Map<number, SharedArrayBuffer[]>();
  readonly #keptBytes: number;
  readonly #restMs: number;
  #freeBytes = 0;
  #rest: NodeJS.Timeout | undefined;

  constructor(keptBytes = KEPT_BYTES, restMs = REST_MS) {
    this.#keptBytes = keptBytes;
    this.#restMs = restMs;
  }

  /** `size` bytes with whatever is in them, at the beginning of a buffer of their own. */
  take(size: number): Uint8Array<SharedArrayBuffer> {
    this.#rest?.refresh();
    const capacity = capacityFor(size);
    const same = this.#free.get(capacity) ?? [];
    this.#free.delete(capacity);
    this.#free.set(capacity, same);
    const free = same.pop();
    if (free) this.#freeBytes -= capacity;
    return new Uint8Array(free ?? allocate(capacity), 0, size);
  }

  /** Nobody reads or writes what was taken any more. Called once for it. */
  give({ buffer }: Uint8Array<SharedArrayBuffer>): void {
    const capacity = buffer.byteLength;
    if (!this.#makeRoom(capacity)) return;
    this.#freeBytes += capacity;
    const same = this.#free.get(capacity);
    if (same) same.push(buffer);
    else this.#free.set(capacity, [buffer]);
    // dropped at once it would be taken anew before the collector has seen that it is free
    this.#rest ??= setTimeout(() => this.#drop(), this.#restMs).unref();
  }

  /** Other sizes go, those first that nobody has wanted for longest: else each of this one would be made anew. */
  #makeRoom(capacity: number): boolean {
    const most = this.#keptBytes - capacity;
    if (this.#freeBytes <= most) return true;
    collectSoon();
    if (most < 0) return false;
    for (const [other, buffers] of this.#free) {
      if (other === capacity) continue;
      while (buffers.pop()) {
        this.#freeBytes -= other;
        if (this.#freeBytes <= most) return true;
      }
    }
    return false;
  }

  #drop(): void {
    this.#free.clear();
    this.#freeBytes = 0;
    this.#rest = undefined;
    collectSoon();
  }
}

function allocate(capacity: number): SharedArrayBuffer {
  const pages = capacity / PAGE_BYTES;
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  aligned.add(buffer);
  return buffer as unknown as SharedArrayBuffer;
}

/** A power of two, so that segments that differ a little share. What is not touched of it takes no memory. */
const capacityFor = (size: number): number => Math.max(PAGE_BYTES, 2 ** Math.ceil(Math.log2(size)));
