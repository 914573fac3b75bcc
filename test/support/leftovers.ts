/** What providers hold, read from their own disks: piece files, and rows of the tables that an upload writes. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const TABLES = /^(upload_object_progress|piece_hash|integrity_meta_\d\d|shadow_integrity_meta)$/;

/** One line per piece file and row, of all providers below `dataDir`. */
export function holdings(dataDir: string): string[] {
  const lines: string[] = [];
  for (const provider of readdirSync(dataDir).filter((name) => /^sp\d+$/.test(name))) {
    for (const file of readdirSync(join(dataDir, provider, 'pieces'))) lines.push(`${provider} piece ${file}`);
    lines.push(...rows(join(dataDir, provider, 'sp.db')).map((row) => `${provider} ${row}`));
  }
  return lines.sort();
}

function rows(file: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    return tables
      .filter(({ name }) => TABLES.test(name))
      .flatMap(({ name }) =>
        db
          .prepare(`SELECT object_id FROM ${name}`)
          .all()
          .map((row) => `${name} ${row.object_id}`),
      );
  } finally {
    db.close();
  }
}
