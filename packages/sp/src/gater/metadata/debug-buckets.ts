/** Buckets and objects for who looks for faults; not served on mainnet (`reference/metadata-api.md` §10). */
import { type greenfieldPayment, greenfieldStorage } from '@prairie/chain';
import type { BucketRecord, DeletedObjects, ObjectDetails } from '@prairie/gfsp';
import type { GatewayRequest } from '../http/handler.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, big, many, optional, text } from '../http/shape.ts';
import { requireBucketName } from '../names.ts';
import { address, capped, cursor, height, int64, pageLimit, uint32, uint64, userAddress } from './params.ts';
import { bucketRecord, objectDetails, objectMeta, streamRecord } from './shapes.ts';

const { VISIBILITY_TYPE_PUBLIC_READ } = greenfieldStorage.VisibilityType;

/** The reference's public queries do not see other buckets. */
function visible(bucket: BucketRecord | undefined): BucketRecord | undefined {
  return bucket?.bucket_info.visibility === VISIBILITY_TYPE_PUBLIC_READ ? bucket : undefined;
}

const bucketAnswer = (name: string) =>
  answer<BucketRecord | undefined>(name, { Bucket: optional(bucketRecord, (bucket) => bucket) });
const paymentAnswer = (name: string) =>
  answer<greenfieldPayment.StreamRecord | undefined>(name, {
    StreamRecord: optional(streamRecord, (record) => record),
  });
const detailsAnswer = (name: string) => answer<ObjectDetails[]>(name, { Objects: many(objectDetails, (all) => all) });

export const getBucketByName = answeredAs(
  bucketAnswer('GfSpGetBucketByBucketNameResponse'),
  async (gateway, { place: { bucket } }) => {
    requireBucketName(bucket);
    return visible(await gateway.dependencies.client.metadata.getBucketByName(bucket));
  },
);

export const getBucketById = answeredAs(bucketAnswer('GfSpGetBucketByBucketIDResponse'), async (gateway, request) =>
  visible(await gateway.dependencies.client.metadata.getBucketById(int64(request, 'bucket-id'))),
);

export const getPaymentByName = answeredAs(
  paymentAnswer('GfSpGetPaymentByBucketNameResponse'),
  async (gateway, { place: { bucket } }) => {
    requireBucketName(bucket);
    const { metadata } = gateway.dependencies.client;
    const found = visible(await metadata.getBucketByName(bucket));
    return found && metadata.getPaymentByBucketName(bucket);
  },
);

export const getPaymentById = answeredAs(
  paymentAnswer('GfSpGetPaymentByBucketIDResponse'),
  async (gateway, request) => {
    const id = int64(request, 'bucket-id');
    const { metadata } = gateway.dependencies.client;
    const found = visible(await metadata.getBucketById(id));
    return found && metadata.getPaymentByBucketId(id);
  },
);

const deleted = answer<DeletedObjects>('GfSpListDeletedObjectsByBlockNumberRangeResponse', {
  Objects: many(objectMeta, ({ objects }) => objects),
  EndBlockNumber: big(({ end_block_number }) => end_block_number),
});
const bucketCount = answer<number>('GfSpGetUserBucketsCountResponse', { Count: big((count) => count) });
const expired = answer<BucketRecord[]>('GfSpListExpiredBucketsBySpResponse', {
  Buckets: many(bucketRecord, (all) => all),
});
const bucketSize = answer<bigint>('GfSpGetBucketSizeResponse', { BucketSize: text((size) => String(size)) });

export const listDeletedObjects = answeredAs(deleted, async (gateway, request) => {
  // not used, but checked
  address(request, 'sp-operator-address');
  const heights = [height(request, 'start-block-number'), height(request, 'end-block-number')] as const;
  return gateway.dependencies.client.metadata.listDeletedObjects(...heights);
});

export const countUserBuckets = answeredAs(bucketCount, async (gateway, request) =>
  gateway.dependencies.client.metadata.getUserBucketsCount(userAddress(request), true),
);

export const listExpiredBuckets = answeredAs(expired, async (gateway, request) => {
  const limit = capped(int64(request, 'limit', 1n));
  const createdBefore = int64(request, 'create-at');
  const spId = uint32(request, 'primary-sp-id');
  return gateway.dependencies.client.metadata.listExpiredBuckets(createdBefore, spId, limit);
});

export const getBucketSize = answeredAs(bucketSize, async (gateway, request) =>
  gateway.dependencies.client.metadata.getBucketSize(uint64(request, 'bucket-id')),
);

const gvgPage = (request: GatewayRequest) => ({
  gvgId: uint32(request, 'gvg-id'),
  startAfter: cursor(request),
  limit: pageLimit(request),
});

export const listObjectsInGvg = answeredAs(detailsAnswer('GfSpListObjectsInGVGResponse'), async (gateway, request) =>
  gateway.dependencies.client.metadata.listObjectsInGvg(gvgPage(request)),
);

export const listObjectsInGvgAndBucket = answeredAs(
  detailsAnswer('GfSpListObjectsInGVGAndBucketResponse'),
  async (gateway, request) => {
    const [page, bucketId] = [gvgPage(request), uint64(request, 'bucket-id')];
    return gateway.dependencies.client.metadata.listObjectsInGvgAndBucket(bucketId, page);
  },
);

export const listObjectsForGc = answeredAs(
  detailsAnswer('GfSpListObjectsByGVGAndBucketForGCResponse'),
  async (gateway, request) => {
    const [page, bucketId] = [gvgPage(request), uint64(request, 'bucket-id')];
    return gateway.dependencies.client.metadata.listObjectsForGc(bucketId, page);
  },
);
