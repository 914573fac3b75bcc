/** The chain's providers (`reference/block-syncer-and-db.md` §11.3, §13.5). */
import { isDeepStrictEqual } from 'node:util';
import type { SpInfo } from '@prairie/gfsp';
import { Table } from '../sql/table.ts';
import type { Ground } from './ground.ts';
import { spInfoTable } from './schema/providers.ts';

export class ProviderRows {
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Reads first: the list is asked for again and again, and hardly ever changes. */
  set(rows: readonly SpInfo[]): Promise<number> {
    return this.#ground.transaction(async (session) => {
      const table = new Table(session, spInfoTable);
      const before = new Map((await all(table)).map((row) => [keyOf(row), row]));
      let changes = 0;
      for (const row of rows) {
        const known = before.get(keyOf(row));
        before.delete(keyOf(row));
        if (isDeepStrictEqual(known, row)) continue;
        await table.put(row);
        changes++;
      }
      for (const { operator_address, is_own } of before.values()) {
        changes += await table.delete({ operator_address, is_own });
      }
      return changes;
    });
  }

  list(): Promise<SpInfo[]> {
    return all(new Table(this.#ground.session, spInfoTable));
  }
}

function all(table: Table<typeof spInfoTable.columns>): Promise<SpInfo[]> {
  return table.select('all', (query) => query.orderBy('operator_address').orderBy('is_own'));
}

const keyOf = ({ operator_address, is_own }: SpInfo) => `${operator_address} ${is_own}`;
