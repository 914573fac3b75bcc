/** The metadata service's methods about objects and their uploads. */
import type { GvgPage, ListObjectsQuery, ObjectQueries } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/metadata-objects.ts';
import * as uploads from '../messages/metadata-uploads.ts';
import { type Handlers, unary } from '../method.ts';
import { fromDetails, fromFound, READ, toDetails, toFound, toObject } from './metadata-rows.ts';

export const objectMethods = {
  GfSpListObjectsByBucketName: unary(
    messages.ListObjectsByBucketNameRequest,
    messages.ListObjectsByBucketNameResponse,
    READ,
  ),
  GfSpGetObjectMeta: unary(messages.GetObjectMetaRequest, messages.GetObjectMetaResponse, READ),
  GfSpListObjectsByIDs: unary(messages.ListObjectsByIDsRequest, messages.ListObjectsByIDsResponse, READ),
  GfSpListDeletedObjectsByBlockNumberRange: unary(
    messages.ListDeletedObjectsByBlockNumberRangeRequest,
    messages.ListDeletedObjectsByBlockNumberRangeResponse,
    READ,
  ),
  GfSpGetLatestObjectID: unary(messages.GetLatestObjectIDRequest, messages.GetLatestObjectIDResponse, READ),
  GfSpListObjectsInGVG: unary(messages.ListObjectsInGVGRequest, messages.ListObjectsInGVGResponse, READ),
  GfSpListObjectsInGVGAndBucket: unary(
    messages.ListObjectsInGVGAndBucketRequest,
    messages.ListObjectsInGVGAndBucketResponse,
    READ,
  ),
  GfSpListObjectsByGVGAndBucketForGC: unary(
    messages.ListObjectsByGVGAndBucketForGCRequest,
    messages.ListObjectsByGVGAndBucketForGCResponse,
    READ,
  ),
  GfSpQueryUploadProgress: unary(uploads.QueryUploadProgressRequest, uploads.QueryUploadProgressResponse, READ),
  GfSpQueryResumableUploadSegment: unary(
    uploads.QueryResumableUploadSegmentRequest,
    uploads.QueryResumableUploadSegmentResponse,
    READ,
  ),
};

type ObjectMethods = typeof objectMethods;

export const objectHandlers = (metadata: ObjectQueries): Handlers<ObjectMethods> => ({
  async GfSpListObjectsByBucketName({ account_id: _, ...request }) {
    const delimiter = request.delimiter === '/' ? '/' : '';
    const query: ListObjectsQuery = { ...request, delimiter, max_keys: Number(request.max_keys) };
    const page = await metadata.listObjectsByBucket(query);
    const key_count = BigInt(page.objects.length + page.common_prefixes.length);
    return { ...page, ...echoed(request), delimiter, key_count };
  },
  async GfSpGetObjectMeta({ bucket_name, object_name }) {
    return { object: await metadata.getObjectMeta(bucket_name, object_name) };
  },
  async GfSpListObjectsByIDs({ object_ids }) {
    return { objects: fromFound(await metadata.listObjectsByIds(object_ids), (object) => object) };
  },
  GfSpListDeletedObjectsByBlockNumberRange: ({ start_block_number, end_block_number }) =>
    metadata.listDeletedObjects(start_block_number, end_block_number),
  async GfSpGetLatestObjectID() {
    return { object_id: await metadata.getLatestObjectId() };
  },
  async GfSpListObjectsInGVG({ gvg_id, ...page }) {
    const objects = await metadata.listObjectsInGvg(pageOf(gvg_id, page));
    return { objects: objects.map(fromDetails) };
  },
  async GfSpListObjectsInGVGAndBucket({ gvg_id, bucket_id, ...page }) {
    const objects = await metadata.listObjectsInGvgAndBucket(bucket_id, pageOf(gvg_id, page));
    return { objects: objects.map(fromDetails) };
  },
  async GfSpListObjectsByGVGAndBucketForGC({ dst_gvg_id, bucket_id, ...page }) {
    const objects = await metadata.listObjectsForGc(bucket_id, pageOf(dst_gvg_id, page));
    return { objects: objects.map(fromDetails) };
  },
  async GfSpQueryUploadProgress({ object_id }) {
    const { progress_description, error_description, state } = await metadata.getUploadProgress(object_id);
    return { state, err_description: error_description, prairie_description: progress_description };
  },
  async GfSpQueryResumableUploadSegment({ object_id, prairie_updated_at }) {
    return { segment_count: await metadata.getUploadedSegments(object_id, prairie_updated_at) };
  },
});

/** What the answer repeats of the question. */
const echoed = (request: Omit<messages.ListObjectsByBucketNameRequest, 'account_id'>) => ({
  name: request.bucket_name,
  prefix: request.prefix,
  max_keys: request.max_keys,
  continuation_token: request.continuation_token,
});

const pageOf = (gvgId: number, page: { start_after: bigint; limit: number }): GvgPage => ({
  gvgId,
  startAfter: page.start_after,
  limit: page.limit,
});
const asked = ({ startAfter, limit }: GvgPage) => ({ start_after: startAfter, limit });

export const callObjects = (caller: Caller, methods: ObjectMethods): ObjectQueries => ({
  async listObjectsByBucket(query) {
    const request = { ...query, max_keys: BigInt(query.max_keys) };
    const page = await caller.unary(methods.GfSpListObjectsByBucketName, request);
    const { common_prefixes, is_truncated, next_continuation_token } = page;
    return { objects: page.objects.map(toObject), common_prefixes, is_truncated, next_continuation_token };
  },
  async getObjectMeta(bucket_name, object_name) {
    const request = { bucket_name, object_name, include_private: true };
    const { object } = await caller.unary(methods.GfSpGetObjectMeta, request);
    return object && toObject(object);
  },
  async listObjectsByIds(object_ids) {
    const { objects } = await caller.unary(methods.GfSpListObjectsByIDs, { object_ids: [...object_ids] });
    return toFound(objects, toObject);
  },
  async listDeletedObjects(start_block_number, end_block_number) {
    const request = { start_block_number, end_block_number, include_private: true };
    const answer = await caller.unary(methods.GfSpListDeletedObjectsByBlockNumberRange, request);
    return { objects: answer.objects.map(toObject), end_block_number: answer.end_block_number };
  },
  async getLatestObjectId() {
    return (await caller.unary(methods.GfSpGetLatestObjectID, {})).object_id;
  },
  async listObjectsInGvg(page) {
    const request = { gvg_id: page.gvgId, ...asked(page) };
    return (await caller.unary(methods.GfSpListObjectsInGVG, request)).objects.map(toDetails);
  },
  async listObjectsInGvgAndBucket(bucket_id, page) {
    const request = { gvg_id: page.gvgId, bucket_id, ...asked(page) };
    return (await caller.unary(methods.GfSpListObjectsInGVGAndBucket, request)).objects.map(toDetails);
  },
  async listObjectsForGc(bucket_id, page) {
    const request = { dst_gvg_id: page.gvgId, bucket_id, ...asked(page) };
    return (await caller.unary(methods.GfSpListObjectsByGVGAndBucketForGC, request)).objects.map(toDetails);
  },
  async getUploadProgress(object_id) {
    const progress = await caller.unary(methods.GfSpQueryUploadProgress, { object_id });
    const { state, err_description: error_description, prairie_description: progress_description } = progress;
    return { progress_description, error_description, state };
  },
  async getUploadedSegments(object_id, prairie_updated_at) {
    const request = { object_id, prairie_updated_at };
    return (await caller.unary(methods.GfSpQueryResumableUploadSegment, request)).segment_count;
  },
});
