/** Independent id sequences from 1. Ids given by a message that fails revert with its state. */
import type { State, Table } from '../../context.ts';
import { bigintCodec } from '../../state/index.ts';

export class Sequence {
  private readonly latest: Table<bigint>;

  constructor(state: State, table: string) {
    this.latest = state.table(table, bigintCodec);
  }

  next(name: string): bigint {
    const id = this.last(name) + 1n;
    this.latest.set(name, id);
    return id;
  }

  /** The id given last; 0 when none was. */
  last(name: string): bigint {
    return this.latest.get(name) ?? 0n;
  }
}
