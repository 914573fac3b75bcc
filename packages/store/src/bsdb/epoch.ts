/** How far the rows have come, and of which chain they are. */
import type { RowOf } from '../sql/columns.ts';
import type { Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { chainTable, epochTable } from './schema/epoch.ts';

export type Epoch = Omit<RowOf<typeof epochTable.columns>, 'one_row_id'>;

export class EpochRow {
  readonly #epoch: Table<typeof epochTable.columns>;
  readonly #chain: Table<typeof chainTable.columns>;

  readonly #lock: boolean;

  /** `lock`: within a transaction, which nobody else comes in between of once it has read the epoch. */
  constructor(session: Session, { lock }: { lock: boolean }) {
    this.#lock = lock;
    this.#epoch = new Table(session, epochTable);
    this.#chain = new Table(session, chainTable);
  }

  /** undefined before the first block. */
  get(): Promise<Epoch | undefined> {
    return this.#epoch.get({ one_row_id: true }, { lock: this.#lock });
  }

  set(epoch: Epoch): Promise<void> {
    return this.#epoch.put({ ...epoch, one_row_id: true });
  }

  async chainId(): Promise<string | undefined> {
    return (await this.#chain.get({ one_row_id: true }))?.chain_id;
  }

  setChainId(chainId: string): Promise<void> {
    return this.#chain.put({ one_row_id: true, chain_id: chainId });
  }
}
