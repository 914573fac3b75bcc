import { greenfieldStorage } from '@prairie/chain';
import type { ListObjectsQuery, Metadata } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/metadata.ts';
import { defineRpc, type MethodTraits, serve, unary } from '../method.ts';
import { fromBucket, toBucket, toObject } from './metadata-rows.ts';

/** All are reads. */
const READ: MethodTraits = { repeatable: true, deadlineMs: 30_000 };

export const metadataService = defineRpc('modular.metadata.types.GfSpMetadataService', {
  GfSpGetUserBuckets: unary(messages.GetUserBucketsRequest, messages.GetUserBucketsResponse, READ),
  GfSpListObjectsByBucketName: unary(
    messages.ListObjectsByBucketNameRequest,
    messages.ListObjectsByBucketNameResponse,
    READ,
  ),
  GfSpGetUserBucketsCount: unary(messages.GetUserBucketsCountRequest, messages.GetUserBucketsCountResponse, READ),
  GfSpGetObjectMeta: unary(messages.GetObjectMetaRequest, messages.GetObjectMetaResponse, READ),
  GfSpGetBucketMeta: unary(messages.GetBucketMetaRequest, messages.GetBucketMetaResponse, READ),
  GfSpVerifyPermission: unary(
    greenfieldStorage.QueryVerifyPermissionRequest,
    greenfieldStorage.QueryVerifyPermissionResponse,
    READ,
  ),
  GfSpQueryUploadProgress: unary(messages.QueryUploadProgressRequest, messages.QueryUploadProgressResponse, READ),
  GfSpQueryResumableUploadSegment: unary(
    messages.QueryResumableUploadSegmentRequest,
    messages.QueryResumableUploadSegmentResponse,
    READ,
  ),
});

export const serveMetadata = (metadata: Metadata) =>
  serve(metadataService, {
    async GfSpGetUserBuckets({ account_id, include_removed }) {
      const buckets = await metadata.getUserBuckets(account_id, include_removed);
      return { buckets: buckets.map(fromBucket) };
    },
    async GfSpListObjectsByBucketName({ account_id: _, ...request }) {
      const delimiter = request.delimiter === '/' ? '/' : '';
      const query: ListObjectsQuery = { ...request, delimiter, max_keys: Number(request.max_keys) };
      const page = await metadata.listObjectsByBucket(query);
      const key_count = BigInt(page.objects.length + page.common_prefixes.length);
      return { ...page, ...echoed(request), delimiter, key_count };
    },
    async GfSpGetUserBucketsCount({ account_id }) {
      return { count: BigInt(await metadata.getUserBucketsCount(account_id)) };
    },
    async GfSpGetObjectMeta({ bucket_name, object_name }) {
      return { object: await metadata.getObjectMeta(bucket_name, object_name) };
    },
    async GfSpGetBucketMeta({ bucket_name }) {
      const bucket = await metadata.getBucketMeta(bucket_name);
      return { bucket: bucket && fromBucket(bucket), stream_record: bucket?.stream_record };
    },
    async GfSpVerifyPermission({ operator, bucket_name, object_name, action_type }) {
      return { effect: await metadata.verifyPermission(operator, bucket_name, object_name, action_type) };
    },
    async GfSpQueryUploadProgress({ object_id }) {
      const { progress_description, error_description, state } = await metadata.getUploadProgress(object_id);
      return { state, err_description: error_description, prairie_description: progress_description };
    },
    async GfSpQueryResumableUploadSegment({ object_id }) {
      return { segment_count: await metadata.getUploadedSegments(object_id) };
    },
  });

/** What the answer repeats of the question. */
const echoed = (request: Omit<messages.ListObjectsByBucketNameRequest, 'account_id'>) => ({
  name: request.bucket_name,
  prefix: request.prefix,
  max_keys: request.max_keys,
  continuation_token: request.continuation_token,
});

export function callMetadata(caller: Caller): Metadata {
  const methods = metadataService.methods;
  return {
    async getUserBuckets(account_id, include_removed) {
      const { buckets } = await caller.unary(methods.GfSpGetUserBuckets, { account_id, include_removed });
      return buckets.map((bucket) => toBucket(bucket));
    },
    async listObjectsByBucket(query) {
      const request = { ...query, max_keys: BigInt(query.max_keys) };
      const page = await caller.unary(methods.GfSpListObjectsByBucketName, request);
      const { common_prefixes, is_truncated, next_continuation_token } = page;
      return { objects: page.objects.map(toObject), common_prefixes, is_truncated, next_continuation_token };
    },
    async getBucketMeta(bucket_name) {
      const { bucket, stream_record } = await caller.unary(methods.GfSpGetBucketMeta, {
        bucket_name,
        include_private: true,
      });
      return bucket && toBucket(bucket, stream_record);
    },
    async getObjectMeta(bucket_name, object_name) {
      const request = { bucket_name, object_name, include_private: true };
      const { object } = await caller.unary(methods.GfSpGetObjectMeta, request);
      return object && toObject(object);
    },
    async verifyPermission(operator, bucket_name, object_name, action_type) {
      const request = { operator, bucket_name, object_name, action_type };
      return (await caller.unary(methods.GfSpVerifyPermission, request)).effect;
    },
    async getUserBucketsCount(account_id) {
      return Number((await caller.unary(methods.GfSpGetUserBucketsCount, { account_id })).count);
    },
    async getUploadProgress(object_id) {
      const progress = await caller.unary(methods.GfSpQueryUploadProgress, { object_id });
      const { state, err_description: error_description, prairie_description: progress_description } = progress;
      return { progress_description, error_description, state };
    },
    async getUploadedSegments(object_id) {
      return (await caller.unary(methods.GfSpQueryResumableUploadSegment, { object_id })).segment_count;
    },
  };
}
