/**
 * The chain's tables in memory, with an undo journal.
 *
 * - A branch that throws takes back exactly what it wrote; branches nest (block, transaction, message).
 * - What changed since the last commit is known, so a commit writes only that.
 * - Layers lie above the committed values. One is the check state of `reference/chain-rpc.md` §5: what transactions in
 *   the mempool have done to accounts. Others are the state at older heights.
 */
import type { MessageType } from '@prairie/chain';
import type { State, Table, ValueCodec } from '../context.ts';
import { Layer } from './layer.ts';
import { type Journal, StateTable } from './table.ts';

export interface Change {
  table: string;
  key: string;
  /** Undefined when the key is not there. */
  value: Uint8Array | undefined;
}

/** Where the committed values come from at start: one table's entries, in any order. */
export type TableSource = (table: string) => Iterable<[string, Uint8Array]>;

export class ChainState implements State {
  private readonly tables = new Map<string, StateTable<unknown>>();
  private readonly journal: Journal = { entries: [], layer: undefined, units: 0 };
  private readonly check = new Layer();
  private readonly source: TableSource;

  constructor(source: TableSource = () => []) {
    this.source = source;
  }

  table<V>(name: string, codec: ValueCodec<V> | MessageType<V>): Table<V> {
    if (this.tables.has(name)) throw new Error(`table ${name} is already in use: ask for a table once, and share it`);
    const table = new StateTable<V>(name, codec, this.journal, this.source(name));
    this.tables.set(name, table as StateTable<unknown>);
    return table;
  }

  /** Weighted reads and writes since the start; differences of it are what results carry as extra data. */
  get units(): number {
    return this.journal.units;
  }

  /** Runs `work`; when it throws, everything it wrote is taken back. */
  branch<T>(work: () => T): T {
    const mark = this.journal.entries.length;
    try {
      return work();
    } catch (error) {
      this.revertTo(mark);
      throw error;
    }
  }

  /** Runs `work` and takes back everything it wrote. */
  scratch<T>(work: () => T): T {
    const mark = this.journal.entries.length;
    try {
      return work();
    } finally {
      this.revertTo(mark);
    }
  }

  /** Runs `work` on the check state. What it writes stays there until {@link resetCheck}. */
  inCheck<T>(work: () => T): T {
    return this.inLayer(this.check, work);
  }

  /** The check state equals the committed state again. */
  resetCheck(): void {
    this.check.clear();
  }

  /** Runs `work` on a layer above the committed state. What it writes stays in the layer. */
  inLayer<T>(layer: Layer, work: () => T): T {
    const outer = this.journal.layer;
    if (outer === layer) return work();
    const mark = this.journal.entries.length;
    this.journal.layer = layer;
    try {
      return work();
    } finally {
      this.journal.layer = outer;
      this.journal.entries.length = mark;
    }
  }

  /** Lays what keys held, oldest first, over what the layer has nothing of yet. */
  cover(layer: Layer, changes: Iterable<Change>): void {
    for (const { table, key, value } of changes) layer.cover(table, key, value);
  }

  /** What changed since the last call, each key once. From here on it cannot be reverted. */
  takeChanges(): Change[] {
    const seen = new Map<StateTable<unknown>, Set<string>>();
    const changes: Change[] = [];
    for (const { table, key } of this.journal.entries) {
      const keys = seen.get(table) ?? new Set<string>();
      if (keys.has(key)) continue;
      seen.set(table, keys.add(key));
      changes.push({ table: table.name, key, value: table.encoded(key) });
    }
    this.journal.entries = [];
    return changes;
  }

  /** Puts committed values back as they were; nothing may be uncommitted. The check state is reset. */
  restore(changes: Iterable<Change>): void {
    for (const { table, key, value } of changes) this.tables.get(table)?.restore(key, value);
    this.resetCheck();
  }

  /** Takes all committed values from the source again. The check state is reset. */
  reload(): void {
    for (const [name, table] of this.tables) table.reload(this.source(name));
    this.resetCheck();
  }

  /** All entries as they are on disk, by table name and key, behind `after`; through the layer, if in one. */
  *entries(after?: { table: string; key: string }): IterableIterator<Change & { value: Uint8Array }> {
    for (const name of [...this.tables.keys()].sort()) {
      if (after && name < after.table) continue;
      const table = this.tables.get(name)!;
      const from = after?.table === name ? after.key : undefined;
      for (const key of table.keys(from === undefined ? {} : { from })) {
        const value = key === from ? undefined : table.encoded(key);
        if (value) yield { table: name, key, value };
      }
    }
  }

  private revertTo(mark: number): void {
    const { entries } = this.journal;
    while (entries.length > mark) {
      const { map, key, previous } = entries.pop()!;
      if (previous === undefined) map.delete(key);
      else map.set(key, previous);
    }
  }
}
