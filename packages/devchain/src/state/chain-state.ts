/**
 * The chain's tables in memory, with an undo journal.
 *
 * - A branch that throws takes back exactly what it wrote; branches nest (block, transaction, message).
 * - What changed since the last commit is known, so a commit writes only that.
 * - The check state of `reference/chain-rpc.md` §5 is a layer above the committed values: what transactions in the
 *   mempool have done to accounts. It is read and written only inside {@link ChainState.inCheck}.
 */
import type { MessageType } from '@prairie/chain';
import type { State, Table, ValueCodec } from '../context.ts';
import { type Journal, StateTable } from './table.ts';

export interface Change {
  table: string;
  key: string;
  /** Undefined when the key was removed. */
  value: Uint8Array | undefined;
}

/** Where the committed values come from at start: one table's entries, in any order. */
export type TableSource = (table: string) => Iterable<[string, Uint8Array]>;

export class ChainState implements State {
  private readonly tables = new Map<string, StateTable<unknown>>();
  private readonly journal: Journal = { entries: [], layered: false, units: 0 };
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
    if (this.journal.layered) return work();
    const mark = this.journal.entries.length;
    this.journal.layered = true;
    try {
      return work();
    } finally {
      this.journal.layered = false;
      this.journal.entries.length = mark;
    }
  }

  /** The check state equals the committed state again. */
  resetCheck(): void {
    for (const table of this.tables.values()) table.dropLayer();
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

  private revertTo(mark: number): void {
    const { entries } = this.journal;
    while (entries.length > mark) {
      const { map, key, previous } = entries.pop()!;
      if (previous === undefined) map.delete(key);
      else map.set(key, previous);
    }
  }
}
