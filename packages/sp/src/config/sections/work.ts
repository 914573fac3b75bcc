/** Work in the background: executor, tasks, queues, garbage collection, manager (§3.8, §3.10–§3.12, §3.16). */
import { decimal, flag, listOf, milliseconds, seconds, whole } from '../kinds.ts';
import { key, RecordKind } from '../record.ts';
import { NO_MIGRATION, NO_P2P, ONE_QUEUE, PUSHED } from './common.ts';

export const executor = new RecordKind({
  maxExecuteNumber: key('MaxExecuteNumber', whole({ max: 65_536 }), 64, 'Tasks at a time.'),
  askTaskInterval: key('AskTaskInterval', seconds(), 1, 'Seconds between questions for tasks.', { idle: PUSHED }),
  askReplicateApprovalTimeout: key('AskReplicateApprovalTimeout', seconds(), 4, 'Seconds to wait for approvals.', {
    idle: NO_P2P,
  }),
  askReplicateApprovalExFactor: key(
    'AskReplicateApprovalExFactor',
    decimal({ raisedTo: 1 }),
    1,
    'How many more providers are asked than are needed.',
    { idle: NO_P2P },
  ),
  listenSealTimeoutHeight: key('ListenSealTimeoutHeight', whole(), 10, 'Blocks to wait for a seal.', { idle: PUSHED }),
  listenSealRetryTimeout: key('ListenSealRetryTimeout', seconds(), 2, 'Seconds between looks.', { idle: PUSHED }),
  maxListenSealRetry: key('MaxListenSealRetry', whole(), 3, 'Looks at most.', { idle: PUSHED }),
  maxObjectMigrationRetry: key('MaxObjectMigrationRetry', whole(), 5, 'Tries to migrate an object.', {
    idle: NO_MIGRATION,
  }),
  objectMigrationRetryTimeout: key('ObjectMigrationRetryTimeout', seconds(), 2, 'Seconds between these tries.', {
    idle: NO_MIGRATION,
  }),
  enableSkipFailedToMigrateObject: key(
    'EnableSkipFailedToMigrateObject',
    flag,
    false,
    'Objects that cannot be migrated are left out.',
    { idle: NO_MIGRATION },
  ),
  bucketTrafficKeepTimeDay: key(
    'BucketTrafficKeepTimeDay',
    whole({ raisedTo: 90 }),
    90,
    'Days that traffic rows are kept.',
  ),
  readRecordKeepTimeDay: key('ReadRecordKeepTimeDay', whole(), 30, 'Days that read records are kept.'),
  readRecordDeleteLimit: key('ReadRecordDeleteLimit', whole({ max: 10_000 }), 100, 'Rows deleted at a time.'),
});

const gcKey = (name: string, standard: number, effect: string) => key(name, whole(), standard, effect);
/** The reference collects only when it is told to; here it is safe, so that it is on unless it is told not to. */
const gcFlag = (name: string, effect: string) => key(name, flag, true, effect);
const period = (name: string, standard: number, effect: string) =>
  key(name, seconds({ min: 1 }), standard, `Seconds between ${effect}.`);

export const gc = new RecordKind({
  gcObjectTimeInterval: period('GCObjectTimeInterval', 60, 'collections of deleted objects'),
  gcObjectBlockInterval: gcKey('GCObjectBlockInterval', 1000, 'Blocks that one such task covers.'),
  gcObjectSafeBlockDistance: gcKey('GCObjectSafeBlockDistance', 1000, 'Newest blocks that are left alone.'),
  enableGcZombie: gcFlag('EnableGCZombie', 'Pieces of no object are deleted.'),
  gcZombiePieceTimeInterval: period('GCZombiePieceTimeInterval', 600, 'searches for them'),
  // the reference's 100 would take two months for a million objects
  gcZombiePieceObjectIdInterval: gcKey(
    'GCZombiePieceObjectIDInterval',
    10_000,
    'Object ids that one such task covers.',
  ),
  gcZombieSafeObjectIdDistance: gcKey('GCZombieSafeObjectIDDistance', 1000, 'Newest ids that are left alone.'),
  enableGcMeta: gcFlag('EnableGCMeta', 'Old read records and traffic rows are deleted.'),
  gcMetaTimeInterval: period('GCMetaTimeInterval', 600, 'these'),
  enableGcStaleVersionObject: gcFlag('EnableGCStaleVersionObject', 'Older versions of updated objects are deleted.'),
  gcStaleVersionTimeInterval: period('GCStaleVersionTimeInterval', 60, 'these'),
  enableGcExpiredOffChainAuthKeys: gcFlag('EnableGCExpiredOffChainAuthKeys', 'Expired off-chain keys are deleted.'),
  gcExpiredOffChainAuthKeysTimeInterval: period('GCExpiredOffChainAuthKeysTimeInterval', 86_400, 'these'),
});

/** Tasks of a kind at most; `0` in the reference's file means the default here too. */
const limit = (name: string, standard: number, effect: string, idle?: string) =>
  key(name, whole({ max: 10_000_000 }), standard, `${effect} at most.`, idle ? { idle } : {});

export const parallel = new RecordKind({
  globalCreateBucketApprovalParallel: limit(
    'GlobalCreateBucketApprovalParallel',
    10_240,
    'Approvals of buckets in work or kept, as many of migrations,',
  ),
  globalCreateObjectApprovalParallel: limit(
    'GlobalCreateObjectApprovalParallel',
    10_240,
    'Approvals of objects in work or kept',
  ),
  globalMaxUploadingParallel: limit('GlobalMaxUploadingParallel', 40_960, 'Uploads, replications and seals in work'),
  globalUploadObjectParallel: limit('GlobalUploadObjectParallel', 10_240, 'Uploads known to the manager'),
  globalReplicatePieceParallel: limit('GlobalReplicatePieceParallel', 10_240, 'Queued replications'),
  globalSealObjectParallel: limit('GlobalSealObjectParallel', 10_240, 'Queued seals'),
  globalReceiveObjectParallel: limit('GlobalReceiveObjectParallel', 102_400, 'Received objects to be confirmed'),
  globalRecoveryPieceParallel: limit('GlobalRecoveryPieceParallel', 100, 'Queued recoveries'),
  globalMigrateGvgParallel: limit('GlobalMigrateGVGParallel', 200, 'Queued migrations'),
  globalBackupTaskParallel: limit('GlobalBackupTaskParallel', 1_024_000, 'Tasks set aside', ONE_QUEUE),
  globalDownloadObjectTaskCacheSize: limit('GlobalDownloadObjectTaskCacheSize', 4096, 'Downloads kept', ONE_QUEUE),
  globalChallengePieceTaskCacheSize: limit('GlobalChallengePieceTaskCacheSize', 4096, 'Challenges kept', ONE_QUEUE),
  globalSyncConsensusInfoInterval: key(
    'GlobalSyncConsensusInfoInterval',
    seconds(),
    600,
    "Seconds between looks at the chain's list of providers; 0: at the start alone.",
  ),
  globalGcObjectParallel: limit('GlobalGCObjectParallel', 4, 'Queued collections of objects'),
  globalGcBucketMigrationParallel: limit('GlobalGCBucketMigrationParallel', 1, 'Queued collections after migrations'),
  globalGcZombieParallel: limit('GlobalGCZombieParallel', 1, 'Queued searches for pieces of no object'),
  globalGcMetaParallel: limit('GlobalGCMetaParallel', 1, 'Queued collections of rows'),
  globalGcStaleVersionObjectParallel: limit('GlobalGCStaleVersionObjectParallel', 10, 'Queued collections of versions'),
  uploadObjectParallelPerNode: limit('UploadObjectParallelPerNode', 10_240, 'Uploads in this process'),
  receivePieceParallelPerNode: limit('ReceivePieceParallelPerNode', 10_240, 'Pieces received at a time'),
  downloadObjectParallelPerNode: limit('DownloadObjectParallelPerNode', 10_240, 'Downloads in this process'),
  challengePieceParallelPerNode: limit('ChallengePieceParallelPerNode', 10_240, 'Challenges at a time'),
  askReplicateApprovalParallelPerNode: limit(
    'AskReplicateApprovalParallelPerNode',
    10_240,
    'Approvals asked of others at a time',
    NO_P2P,
  ),
  querySpParallelPerNode: limit('QuerySPParallelPerNode', 10_240, 'Queries of read quota and records at a time'),
  discontinueBucketEnabled: key(
    'DiscontinueBucketEnabled',
    flag,
    false,
    'Buckets of this provider that are older than the days below are discontinued: for networks that are to be cleaned.',
  ),
  discontinueBucketTimeInterval: period('DiscontinueBucketTimeInterval', 180, 'looks for such buckets'),
  discontinueBucketKeepAliveDays: gcKey('DiscontinueBucketKeepAliveDays', 7, 'Days that such a bucket is left alone.'),
  loadReplicateTimeout: key('LoadReplicateTimeout', seconds(), 60, 'Age of replications that a start takes up.', {
    idle: 'a start takes up every upload that was acknowledged',
  }),
  loadSealTimeout: key('LoadSealTimeout', seconds(), 180, 'Age of seals that a start takes up.', {
    idle: 'a start takes up every upload that was acknowledged',
  }),
});

const speed = (name: string, effect: string, idle?: string) =>
  key(name, whole(), 0, `Divides the time that ${effect} may take.`, idle ? { idle } : {});
const timeout = (name: string, effect: string) =>
  key(name, seconds(), 0, `Seconds that ${effect} may take; kept between the bounds of its kind.`);
const retry = (name: string, effect: string) =>
  key(name, whole(), 0, `How often ${effect} is tried; kept between the bounds of its kind.`);

/** Named as the framework names them (`TaskSettings` of `@prairie/gfsp`). */
export const task = new RecordKind({
  uploadTaskSpeed: speed('UploadTaskSpeed', 'an upload of a size'),
  downloadTaskSpeed: speed('DownloadTaskSpeed', 'a download or a challenge'),
  replicateTaskSpeed: speed('ReplicateTaskSpeed', 'a replication or a received piece'),
  receiveTaskSpeed: speed('ReceiveTaskSpeed', 'nothing', 'the reference reads it and uses ReplicateTaskSpeed'),
  sealObjectTaskTimeout: timeout('SealObjectTaskTimeout', 'a seal'),
  gcObjectTaskTimeout: timeout('GcObjectTaskTimeout', 'a collection of objects'),
  gcZombieTaskTimeout: timeout('GcZombieTaskTimeout', 'a search for pieces of no object'),
  gcMetaTaskTimeout: timeout('GcMetaTaskTimeout', 'a collection of rows'),
  sealObjectTaskRetry: retry('SealObjectTaskRetry', 'a seal'),
  replicateTaskRetry: retry('ReplicateTaskRetry', 'a replication'),
  receiveConfirmTaskRetry: retry('ReceiveConfirmTaskRetry', 'the confirmation of a received object'),
  gcObjectTaskRetry: retry('GcObjectTaskRetry', 'a collection of objects'),
  gcZombieTaskRetry: retry('GcZombieTaskRetry', 'a search for pieces of no object'),
  gcMetaTaskRetry: retry('GcMetaTaskRetry', 'a collection of rows'),
});

const events = (name: string, effect: string) =>
  key(name, milliseconds(), 2000, `Milliseconds between looks for ${effect}.`, { idle: NO_MIGRATION });

export const manager = new RecordKind({
  enableLoadTask: key('EnableLoadTask', flag, false, 'A start takes up unfinished tasks.', {
    idle: 'a start always does',
  }),
  enableHealthyChecker: key(
    'EnableHealthyChecker',
    flag,
    false,
    'Providers are asked for their /status, the ill ones avoided.',
  ),
  subscribeSpExitEventIntervalMillisecond: events('SubscribeSPExitEventIntervalMillisecond', 'exits of providers'),
  subscribeSwapOutExitEventIntervalMillisecond: events('SubscribeSwapOutExitEventIntervalMillisecond', 'swaps out'),
  subscribeBucketMigrateEventIntervalMillisecond: events(
    'SubscribeBucketMigrateEventIntervalMillisecond',
    'migrations of buckets',
  ),
  gvgPreferSpList: key('GVGPreferSPList', listOf(whole({ max: 2 ** 32 - 1 })), [], 'Ids of preferred secondaries.'),
  spBlackList: key('SPBlackList', listOf(whole({ max: 2 ** 32 - 1 })), [], 'Ids of providers that are avoided.'),
  enableTaskRetryScheduler: key(
    'EnableTaskRetryScheduler',
    flag,
    false,
    'Objects that could not be sealed are rejected in the end.',
  ),
  rejectUnsealThresholdSecond: key(
    'RejectUnsealThresholdSecond',
    whole(),
    86_400,
    'Seconds after which they are, when the key above is on.',
  ),
  enableBucketMigrateCache: key('EnableBucketMigrateCache', flag, false, 'Buckets are remembered in migrations.', {
    idle: NO_MIGRATION,
  }),
});
