/** The schema's history: only forward, one transaction, never twice. */
import type { SqliteDatabase } from './database.ts';

/** Takes the schema from version n to n + 1, where n is its place in the list. Never changed once released. */
export type Migration = (db: SqliteDatabase) => void;

/**
 * Applies what is missing.
 * @throws Error when the file is newer than the list: an older program must not write to it
 */
export function migrate(db: SqliteDatabase, migrations: readonly Migration[]): void {
  if (schemaVersion(db) === migrations.length) return;
  db.transaction(() => {
    db.exec(`CREATE TABLE IF NOT EXISTS schema_version (
      one_row_id INTEGER PRIMARY KEY CHECK (one_row_id = 1),
      version INTEGER NOT NULL
    )`);
    // read again: another process may have been faster
    const version = schemaVersion(db);
    if (version > migrations.length) {
      throw new Error(
        `${db.path} has schema version ${version}, this program knows up to ${migrations.length}: ` +
          'it was written by a newer release. Start that release, or use another data directory',
      );
    }
    for (const apply of migrations.slice(version)) apply(db);
    db.run('INSERT OR REPLACE INTO schema_version (one_row_id, version) VALUES (1, ?)', [migrations.length]);
  });
}

/** 0 for an empty file. */
export function schemaVersion(db: SqliteDatabase): number {
  const known = db.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'");
  return known ? Number(db.get('SELECT version FROM schema_version')?.version ?? 0) : 0;
}
