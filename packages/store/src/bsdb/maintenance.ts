/** Rows about the tables themselves (`reference/block-syncer-and-db.md` §4). */
import type { RowOf } from '../sql/columns.ts';
import type { Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { blockResultTable, dataMigrationTable, dataStatTable, masterTable } from './schema/maintenance.ts';

export type DataStatRow = Omit<RowOf<typeof dataStatTable.columns>, 'one_row_id'>;

export class Maintenance {
  readonly #master: Table<typeof masterTable.columns>;
  readonly #migrations: Table<typeof dataMigrationTable.columns>;
  readonly #stat: Table<typeof dataStatTable.columns>;
  readonly #results: Table<typeof blockResultTable.columns>;
  readonly #lock: boolean;

  /** `lock`: within a transaction, which is alone with what it reads by {@link isMaster}. */
  constructor(session: Session, { lock }: { lock: boolean }) {
    this.#lock = lock;
    this.#master = new Table(session, masterTable);
    this.#migrations = new Table(session, dataMigrationTable);
    this.#stat = new Table(session, dataStatTable);
    this.#results = new Table(session, blockResultTable);
  }

  /** Whether this database, of the two, is the one that is written and read; undefined when it was never said. */
  async isMaster(): Promise<boolean | undefined> {
    return (await this.#master.get({ one_row_id: true }, { lock: this.#lock }))?.is_master;
  }

  setMaster(isMaster: boolean): Promise<void> {
    return this.#master.put({ one_row_id: true, is_master: isMaster });
  }

  /** undefined for one that was never heard of. */
  async isMigrated(key: string): Promise<boolean | undefined> {
    return (await this.#migrations.get({ process_key: key }))?.is_completed;
  }

  setMigrated(key: string, done: boolean): Promise<void> {
    return this.#migrations.put({ process_key: key, is_completed: done });
  }

  dataStat(): Promise<DataStatRow | undefined> {
    return this.#stat.get({ one_row_id: true });
  }

  putDataStat(row: DataStatRow): Promise<void> {
    return this.#stat.put({ ...row, one_row_id: true });
  }

  /** `result` is the JSON of the chain's `block_results`. */
  putBlockResult(height: bigint, result: string): Promise<void> {
    return this.#results.put({ block_height: height, result });
  }

  async blockResult(height: bigint): Promise<string | undefined> {
    return (await this.#results.get({ block_height: height }))?.result;
  }

  async deleteBlockResultsUpTo(height: bigint): Promise<void> {
    const { session, name, marks } = this.#results;
    await session.changes(
      'delete block results',
      (builder) => builder.deleteFrom(name).where('block_height', '<=', marks.of('block_height')),
      { block_height: height },
    );
  }
}
