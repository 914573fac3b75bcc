/** Where a job writes what it makes: one piece of memory, an output at each of its places. */
export interface Output {
  /** Memory of the caller; undefined lets the job allocate. */
  into: Uint8Array | undefined;
  places: readonly Place[];
}

/** Bytes `start` to `end`, exclusive. */
export interface Place {
  start: number;
  end: number;
}

/** `count` places of `size` bytes, one after the other; places past `limit` are cut. */
export function placesOf(count: number, size: number, limit = count * size): Place[] {
  return Array.from({ length: count }, (_, at) => ({
    start: Math.min(limit, at * size),
    end: Math.min(limit, (at + 1) * size),
  }));
}

/** What a job with an output results in. */
export interface Made {
  /** The memory that the job allocated; undefined when it wrote to the caller's. */
  fresh: Uint8Array | undefined;
}

/** Memory for the output, unless the caller gave some, and the parts to write to. */
export function openOutput({ into, places }: Output): Made & { parts: Uint8Array[] } {
  const fresh = into ? undefined : new Uint8Array(places.reduce((end, place) => Math.max(end, place.end), 0));
  return { fresh, parts: partsOf(into ?? fresh!, places) };
}

export function partsOf(memory: Uint8Array, places: readonly Place[]): Uint8Array[] {
  return places.map(({ start, end }) => memory.subarray(start, end));
}

/** @throws RangeError when the caller's memory has no room for the places */
export function requireRoom({ into, places }: Output): void {
  const needed = places.reduce((end, place) => Math.max(end, place.end), 0);
  if (into && into.length < needed) {
    throw new RangeError(`memory of ${into.length} bytes is too small: ${needed} bytes are written to it`);
  }
}
