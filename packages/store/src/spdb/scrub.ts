/** How far the scrubbing of pieces is, in one row. */
import type { ScrubProgress } from '@prairie/gfsp';
import { Table } from '../sql/table.ts';
import type { Ground } from './ground.ts';
import { scrubProgressTable } from './schema/scrub.ts';

const KEY = { scrub_name: 'pieces' };

export class ScrubRows {
  readonly #ground: Ground;
  readonly #table: Table<typeof scrubProgressTable.columns>;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#table = new Table(ground.relaxed, scrubProgressTable);
  }

  async get(): Promise<ScrubProgress | undefined> {
    const row = await this.#table.get(KEY, this.#ground);
    if (!row) return undefined;
    const { scrub_name, ...progress } = row;
    return progress;
  }

  set(progress: ScrubProgress): Promise<void> {
    return this.#table.put({ ...KEY, ...progress });
  }
}
