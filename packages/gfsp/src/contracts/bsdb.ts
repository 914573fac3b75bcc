/**
 * What the metadata module reads of the BSDB, the block syncer's picture of the chain
 * (`reference/block-syncer-and-db.md` §2–8), a file for each subject. `BsDb` of `@prairie/store` is one; whatever else
 * can answer these questions may stand in its place. Only reads are here: who writes, and how, is the block syncer's own
 * matter.
 *
 * Every read answers from what one block left behind, never from half of one; two reads may answer from two blocks. A
 * row that is not there is undefined, or missing from a list. Whatever is thrown reaches the client as metadata 95202.
 * A read of many things at once costs one statement, or few: ids may come in any number, order and repetition, each is
 * answered once.
 *
 * Addresses are `0x` and 40 hex digits with their checksum. Heights are blocks, times unix seconds, sizes bytes. Enums
 * (visibility, status, …) are the numbers of the chain's own messages. Hashes are 32 bytes, zeros where there is none.
 */
import type { BsdbBuckets } from './bsdb/buckets.ts';
import type { BsdbEvents } from './bsdb/events.ts';
import type { BsdbGroups } from './bsdb/groups.ts';
import type { BsdbObjects, BsdbPrefixTree } from './bsdb/objects.ts';
import type { BsdbPayments } from './bsdb/payments.ts';
import type { BsdbPermissions } from './bsdb/permissions.ts';
import type { BsdbEpochs, BsdbStatistics } from './bsdb/progress.ts';
import type { BsdbStorageProviders, BsdbVirtualGroups } from './bsdb/virtual-groups.ts';

export type * from './bsdb/buckets.ts';
export type * from './bsdb/events.ts';
export type * from './bsdb/groups.ts';
export type * from './bsdb/objects.ts';
export type * from './bsdb/payments.ts';
export type * from './bsdb/permissions.ts';
export type * from './bsdb/progress.ts';
export type * from './bsdb/virtual-groups.ts';

export interface BsDbReader {
  readonly buckets: BsdbBuckets;
  readonly objects: BsdbObjects;
  readonly prefixTree: BsdbPrefixTree;
  readonly groups: BsdbGroups;
  readonly permissions: BsdbPermissions;
  readonly payments: BsdbPayments;
  readonly virtualGroups: BsdbVirtualGroups;
  readonly storageProviders: BsdbStorageProviders;
  readonly events: BsdbEvents;
  readonly epoch: BsdbEpochs;
  readonly statistics: BsdbStatistics;
  /** Called once, when no module reads any more. */
  close(): Promise<void>;
}
