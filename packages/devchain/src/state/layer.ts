/** Values that lie above the committed ones: the check state, or what the state was at an older height. */
import { OrderedMap } from './ordered-map.ts';

/** A value as it came from disk: decoded when it is first read, so that a start does not decode everything. */
export class Stored {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** In a layer: the key is not there, whatever is below. */
export const removed = Symbol('removed');

export class Layer {
  private readonly maps = new Map<string, OrderedMap<unknown>>();

  /** What the layer has of a table; undefined when nothing, so that reads go to the committed values at once. */
  of(table: string): OrderedMap<unknown> | undefined {
    return this.maps.get(table);
  }

  /** The same, made if need be. */
  mapOf(table: string): OrderedMap<unknown> {
    let map = this.maps.get(table);
    if (!map) {
      map = new OrderedMap<unknown>();
      this.maps.set(table, map);
    }
    return map;
  }

  /** Lays a value over a key that the layer has nothing of yet; undefined means that the key is not there. */
  cover(table: string, key: string, value: Uint8Array | undefined): void {
    const map = this.mapOf(table);
    if (!map.has(key)) map.set(key, value === undefined ? removed : new Stored(value));
  }

  clear(): void {
    this.maps.clear();
  }
}
