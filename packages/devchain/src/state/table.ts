/** One table of the chain's state: committed values, the layer that is being looked through, and the journal of both. */
import { type AnyMessage, decode, encode, MessageType } from '@prairie/chain';
import type { Table, ValueCodec } from '../context.ts';
import { type Layer, removed, Stored } from './layer.ts';
import { OrderedMap, type RangeOptions } from './ordered-map.ts';

export interface JournalEntry {
  table: StateTable<unknown>;
  map: OrderedMap<unknown>;
  key: string;
  previous: unknown;
}

export interface Journal {
  entries: JournalEntry[];
  /** What reads and writes go to; undefined: the committed values. */
  layer: Layer | undefined;
  /** Reads and writes so far, weighted: results of transactions carry how many they took. */
  units: number;
}

/** Weights of the store units that results carry; clients do not interpret them. */
const READ_UNITS = 100;
const WRITE_UNITS = 300;

export class StateTable<V> implements Table<V> {
  readonly name: string;
  private readonly codec: ValueCodec<V>;
  private readonly journal: Journal;
  /** Values are `V`, or `Stored` until they are read; in a layer also `removed`. */
  private readonly committed: OrderedMap<unknown>;

  constructor(
    name: string,
    codec: ValueCodec<V> | MessageType<V>,
    journal: Journal,
    stored: Iterable<[string, Uint8Array]>,
  ) {
    this.name = name;
    this.codec = codec instanceof MessageType ? messageCodec(codec) : codec;
    this.journal = journal;
    this.committed = new OrderedMap<unknown>(wrapped(stored));
  }

  get(key: string): V | undefined {
    this.journal.units += READ_UNITS;
    const map = this.mapWith(key);
    const value = map.get(key);
    if (value === removed) return undefined;
    if (!(value instanceof Stored)) return value as V | undefined;
    const decoded = this.codec.decode(value.bytes);
    map.set(key, decoded);
    return decoded;
  }

  has(key: string): boolean {
    this.journal.units += READ_UNITS;
    return this.holds(key);
  }

  set(key: string, value: V): void {
    if (value === undefined) throw new Error(`table ${this.name}: value of ${key} is undefined; use delete`);
    this.write(key, value);
  }

  delete(key: string): void {
    if (!this.has(key)) return;
    if (this.journal.layer) return this.write(key, removed);
    this.record(this.committed, key);
    this.committed.delete(key);
  }

  *range(options?: RangeOptions): IterableIterator<[string, V]> {
    for (const key of this.keys(options)) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  get size(): number {
    const { size } = this.committed;
    const over = this.over;
    if (!over) return size;
    let change = 0;
    for (const key of over.keys()) change += Number(over.get(key) !== removed) - Number(this.committed.has(key));
    return size + change;
  }

  /** The value as it goes to disk; undefined when the key is not there. */
  encoded(key: string): Uint8Array | undefined {
    const value = this.mapWith(key).get(key);
    if (value === undefined || value === removed) return undefined;
    return value instanceof Stored ? value.bytes : this.codec.encode(value as V);
  }

  /** Keys in order, through the layer; some may hold nothing any more. */
  keys(options?: RangeOptions): IterableIterator<string> {
    const { layer } = this.journal;
    return layer ? merged(this.committed, layer.mapOf(this.name), options) : this.committed.keys(options);
  }

  /** Puts a committed value back as it was, past the journal. */
  restore(key: string, value: Uint8Array | undefined): void {
    if (value === undefined) this.committed.delete(key);
    else this.committed.set(key, new Stored(value));
  }

  /** Has these committed values and no others, past the journal. */
  reload(stored: Iterable<[string, Uint8Array]>): void {
    this.committed.clear();
    for (const [key, value] of wrapped(stored)) this.committed.set(key, value);
  }

  /** What the layer that is being looked through has of this table. */
  private get over(): OrderedMap<unknown> | undefined {
    return this.journal.layer?.of(this.name);
  }

  private mapWith(key: string): OrderedMap<unknown> {
    const over = this.over;
    return over?.has(key) ? over : this.committed;
  }

  private holds(key: string): boolean {
    const value = this.mapWith(key).get(key);
    return value !== undefined && value !== removed;
  }

  private write(key: string, value: unknown): void {
    const map = this.journal.layer?.mapOf(this.name) ?? this.committed;
    this.record(map, key);
    map.set(key, value);
  }

  private record(map: OrderedMap<unknown>, key: string): void {
    this.journal.units += WRITE_UNITS;
    this.journal.entries.push({ table: this as StateTable<unknown>, map, key, previous: map.get(key) });
  }
}

/** Keys of both, each once, merged in order. */
function* merged(below: OrderedMap<unknown>, above: OrderedMap<unknown>, options?: RangeOptions) {
  const sources = [below.keys(options), above.keys(options)] as const;
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

function* wrapped(stored: Iterable<[string, Uint8Array]>): IterableIterator<[string, Stored]> {
  for (const [key, bytes] of stored) yield [key, new Stored(bytes)];
}

const messageCodec = <V>(type: MessageType<V>): ValueCodec<V> => ({
  encode: (value) => encode(type, value as AnyMessage),
  decode: (bytes) => decode(type, bytes),
});
