/** One table of the chain's state: committed values, the check layer above them, and the journal of both. */
import { type AnyMessage, decode, encode, MessageType } from '@prairie/chain';
import type { Table, ValueCodec } from '../context.ts';
import { OrderedMap, type RangeOptions } from './ordered-map.ts';

export interface JournalEntry {
  table: StateTable<unknown>;
  map: OrderedMap<unknown>;
  key: string;
  previous: unknown;
}

export interface Journal {
  entries: JournalEntry[];
  /** Whether reads and writes go to the check layer. */
  layered: boolean;
  /** Reads and writes so far, weighted: results of transactions carry how many they took. */
  units: number;
}

/** Weights of the store units that results carry; clients do not interpret them. */
const READ_UNITS = 100;
const WRITE_UNITS = 300;

/** A value as it came from disk: decoded when it is first read, so that a start does not decode everything. */
class Stored {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** In the check layer: the key is not there any more. */
const removed = Symbol('removed');

export class StateTable<V> implements Table<V> {
  readonly name: string;
  private readonly codec: ValueCodec<V>;
  private readonly journal: Journal;
  private readonly committed: OrderedMap<V | Stored>;
  private readonly layer = new OrderedMap<V | typeof removed>();

  constructor(
    name: string,
    codec: ValueCodec<V> | MessageType<V>,
    journal: Journal,
    stored: Iterable<[string, Uint8Array]>,
  ) {
    this.name = name;
    this.codec = codec instanceof MessageType ? messageCodec(codec) : codec;
    this.journal = journal;
    this.committed = new OrderedMap<V | Stored>(wrapped(stored));
  }

  get(key: string): V | undefined {
    this.journal.units += READ_UNITS;
    if (this.journal.layered) {
      const value = this.layer.get(key);
      if (value !== undefined) return value === removed ? undefined : (value as V);
    }
    return this.committedValue(key);
  }

  has(key: string): boolean {
    this.journal.units += READ_UNITS;
    if (this.journal.layered) {
      const value = this.layer.get(key);
      if (value !== undefined) return value !== removed;
    }
    return this.committed.has(key);
  }

  set(key: string, value: V): void {
    if (value === undefined) throw new Error(`table ${this.name}: value of ${key} is undefined; use delete`);
    if (this.journal.layered) this.write(this.layer, key, value);
    else this.write(this.committed, key, value);
  }

  delete(key: string): void {
    if (!this.has(key)) return;
    if (this.journal.layered) return this.write(this.layer, key, removed);
    this.record(this.committed, key);
    this.committed.delete(key);
  }

  *range(options?: RangeOptions): IterableIterator<[string, V]> {
    for (const key of this.journal.layered ? this.layeredKeys(options) : this.committed.keys(options)) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  get size(): number {
    if (!this.journal.layered) return this.committed.size;
    let size = this.committed.size;
    for (const key of this.layer.keys()) size += Number(this.has(key)) - Number(this.committed.has(key));
    return size;
  }

  /** The committed value as it goes to disk. */
  encoded(key: string): Uint8Array | undefined {
    const value = this.committedValue(key);
    return value === undefined ? undefined : this.codec.encode(value);
  }

  dropLayer(): void {
    if (this.layer.size > 0) this.layer.clear();
  }

  private committedValue(key: string): V | undefined {
    const value = this.committed.get(key);
    if (!(value instanceof Stored)) return value;
    const decoded = this.codec.decode(value.bytes);
    this.committed.set(key, decoded);
    return decoded;
  }

  private write<T>(map: OrderedMap<T>, key: string, value: T): void {
    this.record(map, key);
    map.set(key, value);
  }

  private record<T>(map: OrderedMap<T>, key: string): void {
    this.journal.units += WRITE_UNITS;
    const entry = { table: this as StateTable<unknown>, map: map as OrderedMap<unknown>, key, previous: map.get(key) };
    this.journal.entries.push(entry);
  }

  /** Keys of both, each once, merged in order. */
  private *layeredKeys(options?: RangeOptions): IterableIterator<string> {
    const sources = [this.committed.keys(options), this.layer.keys(options)] as const;
    const heads = sources.map((source) => source.next());
    const ahead = (a: string, b: string) => (options?.reverse ? a > b : a < b);
    for (;;) {
      const [a, b] = heads.map((head) => (head.done ? undefined : head.value));
      if (a === undefined && b === undefined) return;
      const key = b === undefined || (a !== undefined && ahead(a, b)) ? a! : b;
      yield key;
      if (a === key) heads[0] = sources[0].next();
      if (b === key) heads[1] = sources[1].next();
    }
  }
}

function* wrapped<V>(stored: Iterable<[string, Uint8Array]>): IterableIterator<[string, V | Stored]> {
  for (const [key, bytes] of stored) yield [key, new Stored(bytes)];
}

const messageCodec = <V>(type: MessageType<V>): ValueCodec<V> => ({
  encode: (value) => encode(type, value as AnyMessage),
  decode: (bytes) => decode(type, bytes),
});
