/** One database in each engine for all tests of a file: making its tables costs more than most tests. */
import { after, before, describe } from 'node:test';
import type { EngineName } from '../../sql/engine.ts';
import { testDatabases } from '../../testing/databases.ts';
import { BsDb } from '../bsdb.ts';

/** `suite` is called with what gives the open database within a test. */
export function inEveryEngine(name: string, suite: (db: () => BsDb, engine: EngineName) => void): void {
  for (const { engine, skip, fresh } of testDatabases()) {
    describe(`${name} (${engine})`, { skip }, () => {
      let db: BsDb;
      before(async () => {
        db = await BsDb.open(await fresh());
      });
      after(() => db.close());
      suite(() => db, engine);
    });
  }
}
