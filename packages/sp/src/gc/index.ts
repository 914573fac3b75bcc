export { collectDeletedObjects, type DeletedObjectsCounts, type DeletedObjectsRange } from './deleted-objects.ts';
export { collectMeta, type MetaKeeping } from './meta.ts';
export { collectMigratedBucket, type MigratedBucket, type MigratedBucketRun } from './migrated-bucket.ts';
export { collectOrphans } from './orphans.ts';
export type { GcCounts, GcMetadata, GcProgress, GcRun, GcTools } from './ports.ts';
export { collectStaleOf, collectStaleVersions } from './stale-versions.ts';
export { leaveNote } from './store-owners.ts';
export { collectZombies, type ObjectIdRange } from './zombies.ts';
