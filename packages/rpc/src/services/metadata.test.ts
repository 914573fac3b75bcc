/** Every query of the metadata module, over a socket. */
import { describe } from 'node:test';
import { greenfieldPayment, greenfieldSp, greenfieldStorage, greenfieldVirtualgroup } from '@prairie/chain';
import fc from 'fast-check';
import * as rows from '../messages/metadata.ts';
import * as events from '../messages/metadata-events.ts';
import { GetStatusResponse } from '../messages/metadata-status.ts';
import { anyMessage } from '../testing/arbitrary.ts';
import { type Case, testRoundTrips } from '../testing/round-trip.ts';

const text = fc.string({ unit: 'grapheme' });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int64 = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const action = fc.nat({ max: 14 });
const effect = fc.nat({ max: 2 });

const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 2 });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const ids = fc.tuple(fc.array(uint64, { minLength: 1, maxLength: 3 }));
const found = <T>(one: fc.Arbitrary<T>) =>
  fc.uniqueArray(fc.tuple(uint64, one), { selector: ([id]) => id, maxLength: 3 }).map((pairs) => new Map(pairs));

const size = maybe(uint64);
const streamRecord = anyMessage(greenfieldPayment.StreamRecord);
const bucket = fc
  .tuple(anyMessage(rows.VGFInfoBucket), size, streamRecord)
  .map(([{ prairie_stream_record: _, ...row }, storage_size, stream_record]) => ({
    ...row,
    storage_size,
    stream_record,
  }));
const bucketRecord = fc
  .tuple(anyMessage(rows.MetadataBucket), size)
  .map(([row, storage_size]) => ({ ...row, storage_size }));
const object = anyMessage(rows.MetadataObject);
const gvg = anyMessage(greenfieldVirtualgroup.GlobalVirtualGroup);
const family = anyMessage(greenfieldVirtualgroup.GlobalVirtualGroupFamily);
const details = fc.record({ object, bucket: maybe(bucketRecord), gvg: maybe(gvg) });
const group = anyMessage(rows.MetadataGroup);
const member = anyMessage(rows.MetadataGroupMember);
const page = fc.record({ gvgId: uint32, startAfter: uint64, limit: uint32 });
const incomes = fc.record({
  current_timestamp: int64,
  details: few(fc.record({ id: uint32, stream_record: streamRecord, income: fc.bigInt() })),
});
const migrateEvents = anyMessage(events.ListMigrateBucketEvents).map(({ complete_event: _, ...rest }) => rest);
const swapOutEvents = anyMessage(events.ListSwapOutEvents).map((one) => ({
  event: one.events,
  cancel_event: one.cancel_events,
  complete_event: one.complete_events,
}));
const counts = fc.array(uint64, { minLength: 64, maxLength: 64 });

const listing = fc.record({
  bucket_name: text,
  max_keys: fc.nat(),
  start_after: text,
  continuation_token: text,
  delimiter: fc.constantFrom('', '/'),
  prefix: text,
  include_removed: fc.boolean(),
});
const listed = fc.record({
  objects: few(object),
  common_prefixes: fc.array(text),
  is_truncated: fc.boolean(),
  next_continuation_token: text,
});
const search = fc.record({
  name: text,
  prefix: text,
  source_type: maybe(fc.nat({ max: 3 })),
  limit: fc.nat(),
  offset: fc.nat(),
});
const policyPage = fc.record({ bucket_name: text, object_name: text, action, start_after: uint64, limit: uint32 });

type Row = [method: string, args: fc.Arbitrary<unknown[]>, result: fc.Arbitrary<unknown>];

const BUCKETS: readonly Row[] = [
  ['getUserBuckets', fc.tuple(text, fc.boolean()), few(bucket)],
  ['getUserBucketsCount', fc.tuple(text, fc.boolean()), fc.nat()],
  ['getBucketMeta', fc.tuple(text), maybe(bucket)],
  ['getBucketByName', fc.tuple(text), maybe(bucketRecord)],
  ['getBucketById', fc.tuple(int64), maybe(bucketRecord)],
  ['getBucketInfo', fc.tuple(text), maybe(bucketRecord)],
  ['listBucketsByIds', ids, found(bucketRecord)],
  ['listExpiredBuckets', fc.tuple(int64, uint32, uint32), few(bucketRecord)],
  ['getBucketSize', fc.tuple(uint64), uint64],
];
const OBJECTS: readonly Row[] = [
  ['listObjectsByBucket', fc.tuple(listing), listed],
  ['getObjectMeta', fc.tuple(text, text), maybe(object)],
  ['listObjectsByIds', ids, found(object)],
  ['listDeletedObjects', fc.tuple(uint64, uint64), fc.record({ objects: few(object), end_block_number: uint64 })],
  ['getLatestObjectId', fc.constant([]), uint64],
  ['listObjectsInGvg', fc.tuple(page), few(details)],
  ['listObjectsInGvgAndBucket', fc.tuple(uint64, page), few(details)],
  ['listObjectsForGc', fc.tuple(uint64, page), few(details)],
  [
    'getUploadProgress',
    fc.tuple(uint64),
    fc.record({ progress_description: text, error_description: text, state: fc.integer() }),
  ],
  ['getUploadedSegments', fc.tuple(uint64, int64), uint32],
];
const GROUPS: readonly Row[] = [
  ['listGroups', fc.tuple(search), fc.record({ groups: few(group), count: fc.nat() })],
  ['listGroupsByIds', ids, found(group)],
  ['getUserGroups', fc.tuple(text, uint64, uint32), few(member)],
  ['getOwnedGroups', fc.tuple(text, uint64, uint32), few(member)],
  ['getGroupMembers', fc.tuple(uint64, text, uint32), few(member)],
];
const ACCESS: readonly Row[] = [
  ['verifyPermission', fc.tuple(text, text, text, action), effect],
  ['verifyPermissionById', fc.tuple(text, fc.nat({ max: 3 }), uint64, action), effect],
  ['listObjectPolicies', fc.tuple(policyPage), few(anyMessage(rows.MetadataPolicy))],
  ['verifyMigrateGvgPermission', fc.tuple(uint64, uint32, uint32), effect],
];
const PAYMENTS: readonly Row[] = [
  ['getPaymentByBucketName', fc.tuple(text), maybe(streamRecord)],
  ['getPaymentByBucketId', fc.tuple(int64), maybe(streamRecord)],
  ['listBucketsOfPayer', fc.tuple(text), few(bucketRecord)],
  ['listUserPaymentAccounts', fc.tuple(text), few(anyMessage(rows.MetadataPaymentAccountMeta))],
  ['getPrimaryIncome', fc.tuple(uint32), incomes],
  ['getSecondaryIncome', fc.tuple(uint32), incomes],
];
const VIRTUAL_GROUPS: readonly Row[] = [
  ['listFamiliesOfSp', fc.tuple(uint32), few(family)],
  ['getFamily', fc.tuple(uint32), maybe(family)],
  ['getGvg', fc.tuple(uint32), maybe(gvg)],
  ['getGvgOfLvg', fc.tuple(uint64, uint32), maybe(gvg)],
  ['listGvgsOfSecondary', fc.tuple(uint32), few(gvg)],
  ['listGvgsOfBucket', fc.tuple(uint64), few(gvg)],
  ['getSp', fc.tuple(text), anyMessage(greenfieldSp.StorageProvider)],
  ['getEndpointBySpId', fc.tuple(uint32), text],
];
const EVENTS: readonly Row[] = [
  ['listMigrateBucketEvents', fc.tuple(uint32, uint64), few(migrateEvents)],
  [
    'listCompleteMigrationEvents',
    fc.tuple(uint32, uint64),
    few(anyMessage(greenfieldStorage.EventCompleteMigrationBucket)),
  ],
  ['listSwapOutEvents', fc.tuple(uint32, uint64), few(swapOutEvents)],
  ['getSpExitEvents', fc.tuple(uint32, uint64), anyMessage(events.ListSpExitEvents)],
  ['countMigratingBuckets', fc.tuple(uint32), fc.nat()],
];
const STATUS: readonly Row[] = [
  ['getStatus', fc.constant([]), anyMessage(GetStatusResponse, 4).map(({ status }) => status)],
  ['getObjectCounts', fc.tuple(uint64), maybe(fc.record({ total: counts, sealed: counts }))],
];

const all = [BUCKETS, OBJECTS, GROUPS, ACCESS, PAYMENTS, VIRTUAL_GROUPS, EVENTS, STATUS].flat();

describe('queries of the metadata module', () =>
  testRoundTrips(all.map(([method, args, result]): Case => ({ call: `metadata.${method}`, args, result }))));
