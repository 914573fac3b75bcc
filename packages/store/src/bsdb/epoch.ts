/** How far the rows have come, and of which chain they are. */
import type { RowOf } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { Table } from '../sqlite/table.ts';
import { chainTable, epochTable } from './schema/epoch.ts';

export type Epoch = Omit<RowOf<typeof epochTable.columns>, 'one_row_id'>;

export class EpochRow {
  private readonly epoch: Table<typeof epochTable.columns>;
  private readonly chain: Table<typeof chainTable.columns>;

  constructor(db: SqliteDatabase) {
    this.epoch = new Table(db, epochTable);
    this.chain = new Table(db, chainTable);
  }

  /** undefined before the first block. */
  get(): Epoch | undefined {
    return this.epoch.get({ one_row_id: true });
  }

  set(epoch: Epoch): void {
    this.epoch.replace({ ...epoch, one_row_id: true });
  }

  chainId(): string | undefined {
    return this.chain.get({ one_row_id: true })?.chain_id;
  }

  setChainId(chainId: string): void {
    this.chain.replace({ one_row_id: true, chain_id: chainId });
  }
}
