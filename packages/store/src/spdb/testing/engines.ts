import { after, describe } from 'node:test';
import type { DatabaseAddress, EngineName } from '../../sql/engine.ts';
import { testDatabases } from '../../testing/databases.ts';
import { openSpDb, type SqlSpDb } from '../spdb.ts';

export interface EngineSuite {
  readonly engine: EngineName;
  /** A database that all tests of the suite share: each takes ids of its own. */
  shared(): Promise<SqlSpDb>;
  /** Address of a new database without tables. */
  fresh(): Promise<DatabaseAddress>;
}

/** The suite in each engine. */
export function inEachEngine(title: string, suite: (engine: EngineSuite) => void): void {
  for (const { engine, skip, fresh } of testDatabases()) {
    describe(`${title} (${engine})`, { skip }, () => {
      let opened: Promise<SqlSpDb> | undefined;
      const shared = () => {
        opened ??= fresh().then((address) => openSpDb(address, { now: () => clock.now }));
        return opened;
      };
      after(async () => (await opened)?.close());
      suite({ engine, shared, fresh });
    });
  }
}

/** Of shared databases, unix seconds. */
export const clock = { now: 1_795_230_000 };
