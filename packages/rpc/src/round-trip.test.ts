import { describe } from 'node:test';
import * as chain from '@prairie/chain';
import { greenfieldStorage } from '@prairie/chain';
import * as gfsp from '@prairie/gfsp';
import fc from 'fast-check';
import { StatsMessage } from './messages/manager.ts';
import { ReadRecord } from './messages/metadata-quota.ts';
import { SignRequest } from './messages/signer.ts';
import { anyMessage } from './testing/arbitrary.ts';
import { type Case, testRoundTrips } from './testing/round-trip.ts';

const text = fc.string({ unit: 'grapheme' });
const nothing = fc.constant(undefined);
const bytes = fc.uint8Array();
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const signal = fc.constant(new AbortController().signal);
const key = fc.string({ unit: 'grapheme', minLength: 1 });

const receiveTask = anyMessage(gfsp.ReceivePieceTask);
const uploadTask = anyMessage(gfsp.UploadObjectTask);
const partTask = anyMessage(gfsp.ResumableUploadObjectTask);

const kinds: Record<gfsp.ExecutorTaskKind, chain.MessageType<never>> = {
  replicate: gfsp.ReplicatePieceTask,
  seal: gfsp.SealObjectTask,
  receive: gfsp.ReceivePieceTask,
  recover: gfsp.RecoverPieceTask,
  'gc-object': gfsp.GCObjectTask,
  'gc-zombie': gfsp.GCZombiePieceTask,
  'gc-meta': gfsp.GCMetaTask,
  'gc-bucket-migration': gfsp.GCBucketMigrationTask,
  'gc-stale-version': gfsp.GCStaleVersionObjectTask,
  'migrate-gvg': gfsp.MigrateGVGTask,
} as never;
const executorTask = fc.oneof(
  ...Object.entries(kinds).map(([kind, type]) => fc.record({ kind: fc.constant(kind), key, value: anyMessage(type) })),
);

const operations: gfsp.AuthOperation[] = [
  'ask-create-bucket-approval',
  'ask-migrate-bucket-approval',
  'ask-create-object-approval',
  'put-object',
  'get-uploading-state',
  'get-object',
  'get-bucket-quota',
  'list-bucket-read-record',
  'get-challenge-piece-info',
  'get-recovery-piece',
  'query-bucket-migration-progress',
  'agent-put-object',
  'agent-update-object',
];
const scope = fc.record({ account: text, domain: text });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** What gets a signature; the other fields of the request go to the chain, but for one that the server does not take. */
const SIGNED = /^(create_(bucket|object)_info|migrate_bucket_info|sign_.*|ping_msg|pong_msg|gfsp_.*)$/;
const signing = SignRequest.fields.filter(({ name }) => name !== 'gfsp_migrate_piece_task');
const messageOf = (fields: readonly chain.Field[]) =>
  fc.constantFrom(...fields).chain((field) => {
    const message = anyMessage(chain.messageType(field.messageName!));
    return fc.tuple(fc.constant(field.name), message) as fc.Arbitrary<unknown[]>;
  });

const quotaFields = {
  charged_quota_size: uint64,
  sp_free_quota_size: uint64,
  consumed_size: uint64,
  free_quota_consume_size: uint64,
  sp_monthly_free_quota_size: uint64,
  monthly_free_quota_consume_size: uint64,
};
const microseconds = fc.bigInt({ min: 0n, max: 2n ** 62n });
const quotaCases: readonly Case[] = [
  { call: 'downloader.downloadPiece', args: fc.tuple(anyMessage(gfsp.DownloadPieceTask)), result: bytes },
  {
    call: 'downloader.getChallengeInfo',
    args: fc.tuple(anyMessage(gfsp.ChallengePieceTask)),
    result: fc.record({ integrity_hash: bytes, checksums: fc.array(bytes), data: bytes }),
  },
  { call: 'downloader.reimburseQuota', args: fc.tuple(uint64, uint64, text), result: nothing },
  { call: 'downloader.deductQuotaForBucketMigrate', args: fc.tuple(uint64, uint64, text), result: nothing },
  {
    call: 'metadata.getBucketReadQuota',
    args: fc.tuple(anyMessage(greenfieldStorage.BucketInfo), text),
    result: fc.record(quotaFields),
  },
  {
    call: 'metadata.listBucketReadQuota',
    args: fc.tuple(text, uint32, uint32),
    result: fc.array(fc.record({ ...quotaFields, bucket_id: uint64, bucket_name: text }), { maxLength: 3 }),
  },
  { call: 'metadata.getBucketReadQuotaCount', args: fc.tuple(text), result: fc.nat() },
  { call: 'metadata.getLatestBucketReadQuota', args: fc.tuple(uint64), result: anyMessage(gfsp.BucketQuotaInfo) },
  {
    call: 'metadata.listBucketReadRecord',
    args: fc.tuple(
      fc.record({
        bucket_id: uint64,
        start_timestamp_us: microseconds,
        end_timestamp_us: microseconds,
        max_record_num: fc.nat(),
      }),
    ),
    result: fc.array(anyMessage(ReadRecord), { maxLength: 3 }),
  },
];

const approvals = [
  ['createBucketApproval', gfsp.CreateBucketApprovalTask],
  ['createObjectApproval', gfsp.CreateObjectApprovalTask],
  ['migrateBucketApproval', gfsp.MigrateBucketApprovalTask],
] as unknown as readonly [string, chain.MessageType<never>][];

const migrationProgress = fc.record({
  ...{ bucket_id: uint64, migration_state: uint32, total_gvg_num: uint32, migrated_finished_gvg_num: uint32 },
  ...{ gc_finished_gvg_num: uint32, pre_deducted_quota: uint64, recoup_quota: uint64, last_gc_object_id: uint64 },
  ...{ last_gc_gvg_id: uint64, migrated_bytes: uint64, deducted_month: text, dest_sp_id: uint32 },
});
const quota = anyMessage(gfsp.BucketQuotaInfo);
/** Without an id the one beside it counts. */
const migrationInfo = anyMessage(gfsp.BucketMigrationInfo).filter(({ bucket_id }) => bucket_id !== 0n);

const CASES: readonly Case[] = [
  {
    call: 'authenticator.authorize',
    args: fc.tuple(fc.constantFrom(...operations), text, text, text),
    result: nothing,
  },
  {
    call: 'authenticator.getAuthNonce',
    args: fc.tuple(scope),
    result: fc.record({ current_nonce: int32, next_nonce: int32, current_public_key: text, expiry_date: int64 }),
  },
  { call: 'authenticator.updateUserPublicKey', args: fc.tuple(scope, text, int32, int64), result: fc.boolean() },
  { call: 'authenticator.verifyGnfd1Eddsa', args: fc.tuple(scope, text, bytes), result: nothing },
  { call: 'authenticator.getAuthKeyV2', args: fc.tuple(scope, text), result: int64 },
  { call: 'authenticator.updateUserPublicKeyV2', args: fc.tuple(scope, text, int64), result: nothing },
  { call: 'authenticator.listAuthKeysV2', args: fc.tuple(scope), result: fc.array(text) },
  { call: 'authenticator.deleteAuthKeysV2', args: fc.tuple(scope, fc.array(text)), result: nothing },
  { call: 'authenticator.verifyGnfd2Eddsa', args: fc.tuple(scope, text, text, bytes), result: nothing },
  ...approvals.map(
    ([method, type]): Case => ({
      call: `approver.${method}`,
      args: fc.tuple(anyMessage(type)),
      result: anyMessage(type),
    }),
  ),
  {
    call: 'approver.delegateCreateObjectApproval',
    args: fc.tuple(anyMessage(gfsp.DelegateCreateObjectApprovalTask)),
    result: nothing,
  },
  { call: 'approver.queryTasks', args: fc.tuple(text), result: fc.array(text) },
  {
    call: 'receiver.replicatePiece',
    args: fc.tuple(receiveTask, fc.uint8Array({ maxLength: 70_000 })),
    result: nothing,
  },
  {
    call: 'receiver.doneReplicatePiece',
    args: fc.tuple(receiveTask),
    result: fc.record({ integrity_hash: bytes, signature: bytes }),
  },
  {
    call: 'manager.beginUpload',
    args: fc.tuple(uploadTask),
    result: fc.option(anyMessage(gfsp.Delivery), { nil: undefined }),
  },
  { call: 'manager.doneUpload', args: fc.tuple(uploadTask), result: nothing },
  {
    call: 'manager.beginResumableUpload',
    args: fc.tuple(partTask),
    result: fc.option(anyMessage(gfsp.Delivery), { nil: undefined }),
  },
  { call: 'manager.doneResumableUpload', args: fc.tuple(partTask), result: nothing },
  {
    call: 'manager.askTask',
    args: fc.tuple(fc.record({ member: text, limit: anyMessage(gfsp.Limit) }, { requiredKeys: ['member'] }), signal),
    result: fc.option(executorTask, { nil: undefined }),
  },
  { call: 'manager.attend', args: fc.tuple(text, signal), result: nothing },
  { call: 'manager.reportTask', args: fc.tuple(executorTask), result: nothing },
  { call: 'manager.noteState', args: fc.tuple(text, fc.integer({ min: 0, max: 16 })), result: nothing },
  { call: 'manager.cancelTask', args: fc.tuple(text), result: fc.boolean() },
  { call: 'manager.pickVirtualGroupFamily', args: fc.constant([]), result: uint32 },
  { call: 'manager.queryTasks', args: fc.tuple(text), result: fc.array(text) },
  {
    call: 'manager.notifyMigrateSwapOut',
    args: fc.tuple(anyMessage(chain.greenfieldVirtualgroup.MsgSwapOut)),
    result: nothing,
  },
  {
    call: 'manager.notifyPreMigrateBucket',
    args: fc.tuple(uint64, uint32),
    result: fc.option(quota, { nil: undefined }),
  },
  { call: 'manager.notifyPostMigrateBucket', args: fc.tuple(migrationInfo), result: quota },
  { call: 'manager.queryBucketMigrationProgress', args: fc.tuple(uint64), result: migrationProgress },
  { call: 'manager.queryTasksStats', args: fc.constant([]), result: anyMessage(StatsMessage) },
  { call: 'signer.sign', args: messageOf(signing.filter(({ name }) => SIGNED.test(name))), result: bytes },
  { call: 'signer.broadcast', args: messageOf(signing.filter(({ name }) => !SIGNED.test(name))), result: text },
  ...quotaCases,
  {
    call: 'p2p.askSecondaryReplicatePieceApproval',
    args: fc.tuple(
      anyMessage(gfsp.ReplicatePieceApprovalTask),
      fc.record({ min: fc.nat(), max: fc.nat(), timeoutMs: fc.integer({ min: 1, max: 300 }).map((s) => s * 1000) }),
    ),
    result: fc.array(anyMessage(gfsp.ReplicatePieceApprovalTask), { maxLength: 2 }),
  },
  { call: 'p2p.queryBootstrap', args: fc.constant([]), result: fc.array(text) },
];

describe('contract methods over a socket', () => testRoundTrips(CASES));
