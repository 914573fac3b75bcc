import type { AuthKeyTables } from './spdb/auth-keys.ts';
import type { EventLogTables } from './spdb/event-logs.ts';
import type { GcTables } from './spdb/gc.ts';
import type { IntegrityTables } from './spdb/integrity.ts';
import type { MigrationTables } from './spdb/migration.ts';
import type { ProviderTables } from './spdb/providers.ts';
import type { RecoveryTables } from './spdb/recovery.ts';
import type { ScrubTables } from './spdb/scrub.ts';
import type { TrafficTables } from './spdb/traffic.ts';
import type { UploadTables } from './spdb/uploads.ts';

export type * from './spdb/auth-keys.ts';
export * from './spdb/event-logs.ts';
export type * from './spdb/gc.ts';
export * from './spdb/integrity.ts';
export * from './spdb/migration.ts';
export type * from './spdb/providers.ts';
export * from './spdb/recovery.ts';
export type * from './spdb/scrub.ts';
export type * from './spdb/traffic.ts';
export * from './spdb/uploads.ts';

/**
 * The provider's own tables (`reference/block-syncer-and-db.md` §10–13). What a call wrote survives the end of the
 * process once it has resolved; integrity rows and what is done in `transaction` survive loss of power too, so whatever
 * is acknowledged to others goes there.
 *
 * Rows are the caller's own copies. Modules of several processes may stand on the same tables: who reads to decide what
 * to write does both in one `transaction`. What is thrown has no code: the module gives it its own (uploader 115001,
 * receiver 85201, manager 65201, metadata 95202).
 */
export interface SpDbTables
  extends AuthKeyTables,
    EventLogTables,
    GcTables,
    IntegrityTables,
    MigrationTables,
    ProviderTables,
    RecoveryTables,
    ScrubTables,
    TrafficTables,
    UploadTables {}

export interface SpDbTransactionOptions {
  /**
   * false: survives the end of the process, but loss of power may undo the newest. For steps that were acknowledged to
   * nobody, and are found and done again. Default true.
   */
  durable?: boolean;
}

export interface SpDb extends SpDbTables {
  /**
   * Several reads and writes as one: all of them, or none when `work` rejects, which is passed on. Rows that it has
   * read by their key are not written by others until it ends; a row that was not there may be, so who inserts does so
   * first (`insert…` leaves a row that is there alone) and reads then. `work` uses the tables it is given, waits for
   * nothing else, and may be called again when the database asks for it.
   */
  transaction<T>(work: (tables: SpDbTables) => Promise<T>, options?: SpDbTransactionOptions): Promise<T>;
  /** Called once, when no module uses the tables any more. */
  close(): Promise<void>;
}
