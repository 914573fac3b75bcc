/** The recorded databases as an operator has them on MariaDB, read through the contracts. */
import type { VectorReport } from '@prairie/chain/conformance';
import { BsDb, type DatabaseAddress, openSpDb } from '@prairie/store';
import { openRaw } from '@prairie/store/testing';
import { sumReports } from '../report.ts';
import { keyOf, keysOf } from './compare.ts';
import { compareRead, type Databases, READERS } from './contracts.ts';
import { fill } from './operator.ts';
import { isOfSpDb, type RecordedDatabase, unsharded } from './recorded.ts';

export interface Addresses {
  spdb: DatabaseAddress;
  bsdb: DatabaseAddress;
}

/** Makes them, and opens them as this project does. Whoever calls closes both. */
export async function takeOver(addresses: Addresses, recorded: RecordedDatabase): Promise<Databases> {
  const belongs = { spdb: isOfSpDb, bsdb: (table: string) => !isOfSpDb(table) };
  for (const name of ['spdb', 'bsdb'] as const) {
    const raw = await openRaw(addresses[name]);
    await fill(raw, recorded, belongs[name]).finally(() => raw.close());
  }
  return { spdb: await openSpDb(addresses.spdb), bsdb: await BsDb.open(addresses.bsdb) };
}

/** By table, the shards of one together; tables that no contract reads are left out. */
export async function readAll(databases: Databases, recorded: RecordedDatabase): Promise<Map<string, VectorReport>> {
  const reports = new Map<string, VectorReport>();
  for (const table of recorded.rows.keys()) {
    const name = unsharded(table);
    if (!Object.hasOwn(READERS, name)) continue;
    const report = await readTable(databases, table, recorded);
    const before = reports.get(name);
    reports.set(name, before ? sumReports([before, report]) : report);
  }
  return reports;
}

async function readTable(databases: Databases, table: string, recorded: RecordedDatabase): Promise<VectorReport> {
  const schema = recorded.tables.get(table)!;
  const rows = recorded.rows.get(table)!;
  const keys = keysOf(table, schema);
  const mismatches: string[] = [];
  let matched = 0;
  for (const row of rows) {
    const found = await compareRead(databases, unsharded(table), schema.columns, row);
    if (found.length === 0) matched++;
    mismatches.push(...found.map((text) => `${keyOf(row, keys)}${text}`));
  }
  return { matched, total: rows.length, mismatches };
}
