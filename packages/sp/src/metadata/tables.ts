import { type BsDbReader, GfSpError } from '@prairie/gfsp';
import { metadataErrors } from './errors.ts';
import type { Freshness } from './freshness.ts';

/** What queries ask of the tables: how fresh an answer is, and what becomes of a failure. All throw metadata 95202. */
export class Tables {
  readonly #db: BsDbReader;
  readonly #freshness: Freshness;

  constructor(dependencies: { db: BsDbReader; freshness: Freshness }) {
    this.#db = dependencies.db;
    this.#freshness = dependencies.freshness;
  }

  /** Latest block that is in the tables: what is read afterwards is of that one, or of a later one. */
  get height(): bigint {
    return this.#freshness.height;
  }

  /** As the tables are now. */
  read<T>(work: (db: BsDbReader) => Promise<T>): Promise<T> {
    return guarded(() => work(this.#db));
  }

  /** As the chain is now, which the tables are waited for. For lists: what is missing cannot be told. */
  async fresh<T>(work: (db: BsDbReader) => Promise<T>): Promise<T> {
    await this.#freshness.catchUp();
    return this.read(work);
  }

  /** What is there is answered at once; the tables are waited for when they do not have it, or not yet. */
  known<T>(find: (db: BsDbReader) => Promise<T | undefined>): Promise<T | undefined> {
    return this.until(find, (row) => row !== undefined);
  }

  /** The same, with another sign of an answer that no later block will change. */
  until<T>(work: (db: BsDbReader) => Promise<T>, isFinal: (answer: T) => boolean): Promise<T> {
    return this.#freshness.answer(() => this.read(work), isFinal);
  }
}

/** `work` on tables of this provider. @throws metadata 95202 for whatever goes wrong in them */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GfSpError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw metadataErrors.database(`failed to read the database: ${text}`, error);
  }
}
