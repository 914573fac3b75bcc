/** The metadata service's methods about buckets. */
import type { BucketQueries } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/metadata-buckets.ts';
import { type Handlers, unary } from '../method.ts';
import { fromBucket, fromBucketRecord, fromFound, READ, toBucket, toBucketRecord, toFound } from './metadata-rows.ts';

export const bucketMethods = {
  GfSpGetUserBuckets: unary(messages.GetUserBucketsRequest, messages.GetUserBucketsResponse, READ),
  GfSpGetUserBucketsCount: unary(messages.GetUserBucketsCountRequest, messages.GetUserBucketsCountResponse, READ),
  GfSpGetBucketMeta: unary(messages.GetBucketMetaRequest, messages.GetBucketMetaResponse, READ),
  GfSpGetBucketByBucketName: unary(messages.GetBucketByBucketNameRequest, messages.GetBucketByBucketNameResponse, READ),
  GfSpGetBucketByBucketID: unary(messages.GetBucketByBucketIDRequest, messages.GetBucketByBucketIDResponse, READ),
  GfSpGetBucketInfoByBucketName: unary(
    messages.GetBucketInfoByBucketNameRequest,
    messages.GetBucketInfoByBucketNameResponse,
    READ,
  ),
  GfSpListBucketsByIDs: unary(messages.ListBucketsByIDsRequest, messages.ListBucketsByIDsResponse, READ),
  GfSpListExpiredBucketsBySp: unary(
    messages.ListExpiredBucketsBySpRequest,
    messages.ListExpiredBucketsBySpResponse,
    READ,
  ),
  GfSpGetBucketSize: unary(messages.GetBucketSizeRequest, messages.GetBucketSizeResponse, READ),
};

type BucketMethods = typeof bucketMethods;

export const bucketHandlers = (metadata: BucketQueries): Handlers<BucketMethods> => ({
  async GfSpGetUserBuckets({ account_id, include_removed }) {
    const buckets = await metadata.getUserBuckets(account_id, include_removed);
    return { buckets: buckets.map(fromBucket) };
  },
  async GfSpGetUserBucketsCount({ account_id, include_removed }) {
    return { count: BigInt(await metadata.getUserBucketsCount(account_id, include_removed)) };
  },
  async GfSpGetBucketMeta({ bucket_name }) {
    const bucket = await metadata.getBucketMeta(bucket_name);
    return { bucket: bucket && fromBucket(bucket), stream_record: bucket?.stream_record };
  },
  async GfSpGetBucketByBucketName({ bucket_name }) {
    const bucket = await metadata.getBucketByName(bucket_name);
    return { bucket: bucket && fromBucketRecord(bucket) };
  },
  async GfSpGetBucketByBucketID({ bucket_id }) {
    const bucket = await metadata.getBucketById(bucket_id);
    return { bucket: bucket && fromBucketRecord(bucket) };
  },
  async GfSpGetBucketInfoByBucketName({ bucket_name }) {
    const bucket = await metadata.getBucketInfo(bucket_name);
    return { bucket: bucket && fromBucketRecord(bucket) };
  },
  async GfSpListBucketsByIDs({ bucket_ids }) {
    return { buckets: fromFound(await metadata.listBucketsByIds(bucket_ids), fromBucketRecord) };
  },
  async GfSpListExpiredBucketsBySp({ create_at, primary_sp_id, limit }) {
    const buckets = await metadata.listExpiredBuckets(create_at, primary_sp_id, Number(limit));
    return { buckets: buckets.map(fromBucketRecord) };
  },
  async GfSpGetBucketSize({ bucket_id }) {
    return { bucket_size: String(await metadata.getBucketSize(bucket_id)) };
  },
});

export const callBuckets = (caller: Caller, methods: BucketMethods): BucketQueries => ({
  async getUserBuckets(account_id, include_removed) {
    const { buckets } = await caller.unary(methods.GfSpGetUserBuckets, { account_id, include_removed });
    return buckets.map((bucket) => toBucket(bucket));
  },
  async getUserBucketsCount(account_id, include_removed = false) {
    return Number((await caller.unary(methods.GfSpGetUserBucketsCount, { account_id, include_removed })).count);
  },
  async getBucketMeta(bucket_name) {
    const asked = { bucket_name, include_private: true };
    const { bucket, stream_record } = await caller.unary(methods.GfSpGetBucketMeta, asked);
    return bucket && toBucket(bucket, stream_record);
  },
  async getBucketByName(bucket_name) {
    const asked = { bucket_name, include_private: true };
    const { bucket } = await caller.unary(methods.GfSpGetBucketByBucketName, asked);
    return bucket && toBucketRecord(bucket);
  },
  async getBucketById(bucket_id) {
    const { bucket } = await caller.unary(methods.GfSpGetBucketByBucketID, { bucket_id, include_private: true });
    return bucket && toBucketRecord(bucket);
  },
  async getBucketInfo(bucket_name) {
    const { bucket } = await caller.unary(methods.GfSpGetBucketInfoByBucketName, { bucket_name });
    return bucket && toBucketRecord(bucket);
  },
  async listBucketsByIds(bucket_ids) {
    const { buckets } = await caller.unary(methods.GfSpListBucketsByIDs, { bucket_ids: [...bucket_ids] });
    return toFound(buckets, toBucketRecord);
  },
  async listExpiredBuckets(create_at, primary_sp_id, limit) {
    const asked = { create_at, primary_sp_id, limit: BigInt(limit) };
    const { buckets } = await caller.unary(methods.GfSpListExpiredBucketsBySp, asked);
    return buckets.map(toBucketRecord);
  },
  async getBucketSize(bucket_id) {
    return BigInt((await caller.unary(methods.GfSpGetBucketSize, { bucket_id })).bucket_size);
  },
});
