/** Buckets and objects for who looks for faults; not served on mainnet (`reference/metadata-api.md` §10). */
import { greenfieldStorage } from '@prairie/chain';
import type { BucketRecord } from '@prairie/gfsp';
import type { Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { requireBucketName } from '../names.ts';
import { bucketRecord, objectDetails, objectMeta, streamRecord } from './metadata-xml.ts';
import { address, capped, cursor, height, int64, pageLimit, uint32, uint64, userAddress } from './params.ts';

const { VISIBILITY_TYPE_PUBLIC_READ } = greenfieldStorage.VisibilityType;

/** The reference's public queries do not see other buckets. */
function visible(bucket: BucketRecord | undefined): BucketRecord | undefined {
  return bucket?.bucket_info.visibility === VISIBILITY_TYPE_PUBLIC_READ ? bucket : undefined;
}

export const getBucketByName: Handler = async (gateway, request, response) => {
  requireBucketName(request.place.bucket);
  const bucket = visible(await gateway.dependencies.client.metadata.getBucketByName(request.place.bucket));
  sendXml(response, 'GfSpGetBucketByBucketNameResponse', { Bucket: bucket && bucketRecord(bucket) });
};

export const getBucketById: Handler = async (gateway, request, response) => {
  const id = int64(request, 'bucket-id');
  const bucket = visible(await gateway.dependencies.client.metadata.getBucketById(id));
  sendXml(response, 'GfSpGetBucketByBucketIDResponse', { Bucket: bucket && bucketRecord(bucket) });
};

export const getPaymentByName: Handler = async (gateway, request, response) => {
  const { bucket } = request.place;
  requireBucketName(bucket);
  const { metadata } = gateway.dependencies.client;
  const found = visible(await metadata.getBucketByName(bucket));
  const record = found && (await metadata.getPaymentByBucketName(bucket));
  sendXml(response, 'GfSpGetPaymentByBucketNameResponse', { StreamRecord: record && streamRecord(record) });
};

export const getPaymentById: Handler = async (gateway, request, response) => {
  const id = int64(request, 'bucket-id');
  const { metadata } = gateway.dependencies.client;
  const found = visible(await metadata.getBucketById(id));
  const record = found && (await metadata.getPaymentByBucketId(id));
  sendXml(response, 'GfSpGetPaymentByBucketIDResponse', { StreamRecord: record && streamRecord(record) });
};

export const listDeletedObjects: Handler = async (gateway, request, response) => {
  // not used, but checked
  address(request, 'sp-operator-address');
  const heights = [height(request, 'start-block-number'), height(request, 'end-block-number')] as const;
  const { objects, end_block_number } = await gateway.dependencies.client.metadata.listDeletedObjects(...heights);
  const body = { Objects: objects.map(objectMeta), EndBlockNumber: end_block_number };
  sendXml(response, 'GfSpListDeletedObjectsByBlockNumberRangeResponse', body);
};

export const countUserBuckets: Handler = async (gateway, request, response) => {
  const count = await gateway.dependencies.client.metadata.getUserBucketsCount(userAddress(request), true);
  sendXml(response, 'GfSpGetUserBucketsCountResponse', { Count: count });
};

export const listExpiredBuckets: Handler = async (gateway, request, response) => {
  const limit = capped(int64(request, 'limit', 1n));
  const createdBefore = int64(request, 'create-at');
  const spId = uint32(request, 'primary-sp-id');
  const buckets = await gateway.dependencies.client.metadata.listExpiredBuckets(createdBefore, spId, limit);
  sendXml(response, 'GfSpListExpiredBucketsBySpResponse', { Buckets: buckets.map(bucketRecord) });
};

export const getBucketSize: Handler = async (gateway, request, response) => {
  const size = await gateway.dependencies.client.metadata.getBucketSize(uint64(request, 'bucket-id'));
  sendXml(response, 'GfSpGetBucketSizeResponse', { BucketSize: size });
};

export const listObjectsInGvg: Handler = async (gateway, request, response) => {
  const page = { gvgId: uint32(request, 'gvg-id'), startAfter: cursor(request), limit: pageLimit(request) };
  const objects = await gateway.dependencies.client.metadata.listObjectsInGvg(page);
  sendXml(response, 'GfSpListObjectsInGVGResponse', { Objects: objects.map(objectDetails) });
};

export const listObjectsInGvgAndBucket: Handler = async (gateway, request, response) => {
  const page = { gvgId: uint32(request, 'gvg-id'), startAfter: cursor(request), limit: pageLimit(request) };
  const bucketId = uint64(request, 'bucket-id');
  const objects = await gateway.dependencies.client.metadata.listObjectsInGvgAndBucket(bucketId, page);
  sendXml(response, 'GfSpListObjectsInGVGAndBucketResponse', { Objects: objects.map(objectDetails) });
};

export const listObjectsForGc: Handler = async (gateway, request, response) => {
  const page = { gvgId: uint32(request, 'gvg-id'), startAfter: cursor(request), limit: pageLimit(request) };
  const bucketId = uint64(request, 'bucket-id');
  const objects = await gateway.dependencies.client.metadata.listObjectsForGc(bucketId, page);
  sendXml(response, 'GfSpListObjectsByGVGAndBucketForGCResponse', { Objects: objects.map(objectDetails) });
};
