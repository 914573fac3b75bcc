/**
 * The recorded databases: made again from the recorded blocks in every engine, and taken over as an operator has them on
 * MariaDB.
 */
import type { VectorReport } from '@prairie/chain/conformance';
import { BsDb, type DatabaseAddress } from '@prairie/store';
import { DatabaseServers, openRaw, type TestDatabases } from '@prairie/store/testing';
import { type Recording, readRecording } from '../chain/recording.ts';
import { sumReports } from '../report.ts';
import type { Part } from '../suites.ts';
import { blocksUntil, RecordedSource } from './blocks.ts';
import { compareRows } from './compare.ts';
import { isOfSpDb, type RecordedDatabase, readDatabase, unsharded } from './recorded.ts';
import { sync } from './sync.ts';
import { readAll, takeOver } from './take-over.ts';

/** Whose databases are taken; the chain's tables are the same at all providers. */
const PROVIDER = 'sp0';
/** Answers of the node, kept when configured; they were left out of the recording. */
const NOT_RECORDED = 'block_result';

/** Parts for each table that has rows: of each engine, and of the operator's database, as it is kept and as it is read. */
export async function* db(fixtures: string): AsyncGenerator<Part> {
  const recording = readRecording(fixtures);
  const recorded = readDatabase(fixtures, PROVIDER);
  const servers = new DatabaseServers();
  try {
    for (const databases of servers.engines) {
      if (databases.skip) {
        yield { name: databases.engine, report: { matched: 0, total: 0, mismatches: [databases.skip] } };
        continue;
      }
      yield* replayed(await databases.fresh(), recording, recorded);
      if (databases.engine === 'mysql') yield* takenOver(databases, recorded);
    }
  } finally {
    await servers.close();
  }
}

/** The recorded blocks, up to where the recorded provider was. The provider's own tables do not come of blocks. */
async function* replayed(
  address: DatabaseAddress,
  recording: Recording,
  recorded: RecordedDatabase,
): AsyncGenerator<Part> {
  const height = Number(recorded.rows.get('epoch')![0]!.block_height);
  const db = await BsDb.open(address);
  await sync(db, new RecordedSource(recording, blocksUntil(recording, height))).finally(() => db.close());
  const reports = await compareTables(address, recorded, (table) => !isOfSpDb(table));
  for (const [table, report] of reports) yield { name: `${address.engine} ${table}`, of: table, report };
}

async function* takenOver({ fresh }: TestDatabases, recorded: RecordedDatabase): AsyncGenerator<Part> {
  const addresses = { spdb: await fresh(), bsdb: await fresh() };
  const databases = await takeOver(addresses, recorded);
  try {
    const kept = new Map([
      ...(await compareTables(addresses.spdb, recorded, isOfSpDb)),
      ...(await compareTables(addresses.bsdb, recorded, (table) => !isOfSpDb(table))),
    ]);
    for (const [table, report] of kept) yield { name: `kept ${table}`, report };
    for (const [table, report] of await readAll(databases, recorded)) yield { name: `read ${table}`, report };
  } finally {
    await databases.spdb.close();
    await databases.bsdb.close();
  }
}

/** Tables that `belongs` is true for; the shards of one are taken together. */
async function compareTables(
  address: DatabaseAddress,
  recorded: RecordedDatabase,
  belongs: (table: string) => boolean,
): Promise<Map<string, VectorReport>> {
  const { engine } = address;
  const quote = engine === 'mysql' ? '`' : '"';
  const reports = new Map<string, VectorReport>();
  const raw = await openRaw(address);
  try {
    const made = new Set(await raw.tables());
    for (const [table, schema] of recorded.tables) {
      if (!belongs(table) || table === NOT_RECORDED) continue;
      const rows = recorded.rows.get(table) ?? [];
      const here = made.has(table) ? await raw.rows(`SELECT * FROM ${quote}${table}${quote}`) : undefined;
      const report = here ? compareRows({ table, recorded: rows, here, schema, engine }) : missing(table);
      const before = reports.get(unsharded(table));
      if (report.total > 0) reports.set(unsharded(table), before ? sumReports([before, report]) : report);
    }
  } finally {
    await raw.close();
  }
  return reports;
}

const missing = (table: string): VectorReport => ({ matched: 0, total: 1, mismatches: [`${table} is not here`] });
