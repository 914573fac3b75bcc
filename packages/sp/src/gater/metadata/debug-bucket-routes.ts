/** Routes about buckets and objects for who looks for faults; not served on mainnet. */
import { namedRoutes, query, required } from '../http/route.ts';
import * as buckets from './debug-buckets.ts';
import { BUCKET, BUCKET_ID, GVG_ID, needed, ROOT } from './debug-params.ts';
import { AFTER_ID, LIMIT, USER_ADDRESS } from './params.ts';

export const debugBucketRoutes = namedRoutes({
  GetBucketByBucketName: {
    ...BUCKET,
    keys: ['bucket-name'],
    handle: buckets.getBucketByName,
    doc: {
      summary: 'A bucket that is open to all.',
      answer: 'xml',
      answers: 'GfSpGetBucketByBucketNameResponse with Bucket; without it when there is none',
      errors: [50010, 95202],
    },
  },
  GetPaymentByBucketName: {
    ...BUCKET,
    keys: ['payment-name'],
    handle: buckets.getPaymentByName,
    doc: {
      summary: 'The stream record of who pays for a bucket that is open to all.',
      answer: 'xml',
      answers: 'GfSpGetPaymentByBucketNameResponse with StreamRecord; without it when there is none',
      errors: [50010, 95202],
    },
  },
  GetPaymentByBucketID: {
    ...ROOT,
    keys: ['payment-id'],
    handle: buckets.getPaymentById,
    doc: {
      summary: 'The stream record of who pays for a bucket that is open to all, by id.',
      params: [BUCKET_ID],
      answer: 'xml',
      answers: 'GfSpGetPaymentByBucketIDResponse with StreamRecord; without it when there is none',
      errors: [50010, 95202],
    },
  },
  GetBucketByBucketID: {
    ...ROOT,
    keys: ['bucket-id-query'],
    handle: buckets.getBucketById,
    doc: {
      summary: 'A bucket that is open to all, by id.',
      params: [BUCKET_ID],
      answer: 'xml',
      answers: 'GfSpGetBucketByBucketIDResponse with Bucket; without it when there is none',
      errors: [50010, 95202],
    },
  },
  ListDeletedObjectsByBlockNumberRange: {
    ...ROOT,
    keys: ['deleted-objects'],
    handle: buckets.listDeletedObjects,
    doc: {
      summary: 'Objects that were deleted between two heights, both inclusive, at most 1000.',
      params: [
        required(query('sp-operator-address', 'address', 'Not used.')),
        needed('start-block-number', 'First height.'),
        needed('end-block-number', 'Last height.'),
      ],
      answer: 'xml',
      answers: 'GfSpListDeletedObjectsByBlockNumberRangeResponse with Objects by height, and EndBlockNumber',
      errors: [50010, 95202],
    },
  },
  GetUserBucketsCount: {
    ...ROOT,
    keys: ['buckets-count'],
    handle: buckets.countUserBuckets,
    doc: {
      summary: 'How many buckets an account has, removed ones too.',
      params: [USER_ADDRESS],
      answer: 'xml',
      answers: 'GfSpGetUserBucketsCountResponse with Count',
      errors: [50009, 95202],
    },
  },
  ListExpiredBucketsBySp: {
    ...ROOT,
    keys: ['expired-buckets'],
    handle: buckets.listExpiredBuckets,
    doc: {
      summary: 'Buckets of a primary provider that are older than a time, the oldest first.',
      params: [
        needed('limit', 'Entries at most, from 1; above 1000: 1000.'),
        needed('create-at', 'Unix seconds.'),
        needed('primary-sp-id', 'The provider.'),
      ],
      answer: 'xml',
      answers: 'GfSpListExpiredBucketsBySpResponse with Buckets, of which only BucketInfo is told',
      errors: [50010, 95202],
    },
  },
  ListObjectsInGVGAndBucket: {
    ...ROOT,
    keys: ['objects-gvg-bucket'],
    handle: buckets.listObjectsInGvgAndBucket,
    doc: {
      summary: 'Sealed objects of a bucket in a group.',
      params: [GVG_ID, BUCKET_ID, AFTER_ID, LIMIT],
      answer: 'xml',
      answers: 'GfSpListObjectsInGVGAndBucketResponse with Objects, by id',
      errors: [50010, 95202],
    },
  },
  ListObjectsByGVGAndBucketForGC: {
    ...ROOT,
    keys: ['objects-gvg-gc'],
    handle: buckets.listObjectsForGc,
    doc: {
      summary: 'Of a bucket that has moved: what it had in a group when the last move ended.',
      params: [GVG_ID, BUCKET_ID, AFTER_ID, LIMIT],
      answer: 'xml',
      answers: 'GfSpListObjectsByGVGAndBucketForGCResponse with Objects, by id',
      errors: [50010, 90008, 95202],
    },
  },
  ListObjectsInGVG: {
    ...ROOT,
    keys: ['objects-gvg'],
    handle: buckets.listObjectsInGvg,
    doc: {
      summary: 'Sealed objects in a group, of all buckets.',
      params: [GVG_ID, AFTER_ID, LIMIT],
      answer: 'xml',
      answers: 'GfSpListObjectsInGVGResponse with Objects, by id',
      errors: [50010, 95202],
    },
  },
  GetBucketSize: {
    ...ROOT,
    keys: ['bucket-size'],
    handle: buckets.getBucketSize,
    doc: {
      summary: 'Bytes of the sealed objects of a bucket.',
      params: [BUCKET_ID],
      answer: 'xml',
      answers: 'GfSpGetBucketSizeResponse with BucketSize',
      errors: [50010, 90008, 95202],
    },
  },
});
