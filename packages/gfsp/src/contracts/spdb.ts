import type { AuthKeyTables } from './spdb/auth-keys.ts';
import type { IntegrityTables } from './spdb/integrity.ts';
import type { MigrationTables } from './spdb/migration.ts';
import type { TrafficTables } from './spdb/traffic.ts';
import type { UploadTables } from './spdb/uploads.ts';

export type * from './spdb/auth-keys.ts';
export type * from './spdb/integrity.ts';
export * from './spdb/migration.ts';
export type * from './spdb/traffic.ts';
export * from './spdb/uploads.ts';

/**
 * The provider's own tables (`reference/block-syncer-and-db.md` §10–13). Every call survives the end of the process;
 * integrity rows and what is done in `transaction` survive loss of power too, so whatever is acknowledged to others
 * goes there.
 *
 * Calls are synchronous, so that a module decides and writes without anybody in between. Rows are the caller's own
 * copies. Modules of several processes may stand on the same tables. What is thrown has no code: the module gives it
 * its own (uploader 115001, receiver 85201, manager 65201, metadata 95202).
 */
export interface SpDb extends AuthKeyTables, UploadTables, IntegrityTables, TrafficTables, MigrationTables {
  /** Several writes as one: all of them, or none when `work` throws, which is thrown on. `work` is synchronous. */
  transaction<T>(work: () => T): T;
  /** Called once, when no module uses the tables any more. */
  close(): void;
}
