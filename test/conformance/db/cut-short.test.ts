/** A Go provider's tables whose adoption was cut short are taken over by the next start. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BsDb, type ServerAddress } from '@prairie/store';
import { openRaw } from '@prairie/store/testing';
import type { LocalServer } from '../../support/local-server.ts';
import { skipWithoutMariaDb, startMariaDb } from '../../support/mariadb.ts';
import { contentsOf, fill } from './operator.ts';
import { isOfSpDb, readDatabase } from './recorded.ts';

const recorded = readDatabase(fileURLToPath(new URL('../../fixtures', import.meta.url)), 'sp0');
/** Of the time that an adoption takes: when the server crashes. */
const MOMENTS = [0.1, 0.3, 0.5, 0.7, 0.9];

describe('an adoption that is cut short', { skip: skipWithoutMariaDb() }, () => {
  let server: LocalServer;
  let whole: { contents: unknown; ms: number };
  before(async () => {
    server = await startMariaDb();
    const address = await filled('whole');
    const started = performance.now();
    await (await BsDb.open(address)).close();
    whole = { ms: performance.now() - started, contents: await contents(address) };
  });
  after(() => server?.remove());

  async function filled(database: string): Promise<ServerAddress> {
    const base = { engine: 'mysql', ...server.login } as const;
    const raw = await openRaw({ ...base, database: 'mysql' });
    await raw.execute(`CREATE DATABASE ${database}`).finally(() => raw.close());
    const own = await openRaw({ ...base, database });
    await fill(own, recorded, (table) => !isOfSpDb(table)).finally(() => own.close());
    return { ...base, database };
  }

  async function contents(address: ServerAddress): Promise<unknown> {
    const raw = await openRaw(address);
    return contentsOf(raw).finally(() => raw.close());
  }

  for (const moment of MOMENTS) {
    test(`is done by the next start (after ${moment * 100} %)`, async (t) => {
      const address = await filled(`cut_${moment * 100}`);
      const opened = BsDb.open(address).then(
        (db) => db.close().then(() => 'it was over'),
        (error: Error) => error.message,
      );
      await sleep(whole.ms * moment);
      await server.crash();
      t.diagnostic(await opened);
      await server.start();
      await (await BsDb.open(address)).close();
      assert.deepEqual(await contents(address), whole.contents);
    });
  }
});
