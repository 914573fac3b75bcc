import type { SqliteDatabase } from '../sqlite/database.ts';

/** Rows of a month are listed by bucket: with a million buckets a table with three years of months is long. */
export function indexTraffic(db: SqliteDatabase): void {
  db.exec('CREATE INDEX IF NOT EXISTS bucket_traffic_by_month ON bucket_traffic (month, bucket_id)');
}
