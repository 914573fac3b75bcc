/** Buckets, objects, and what runs here: routes of every provider. */
import { header, namedRoutes, query, required } from '../http/route.ts';
import { listObjectPolicies, verifyPermission, verifyPermissionById } from './access.ts';
import { listBucketsByIds, listObjectsByIds } from './by-ids.ts';
import { ACTION, AFTER_ID, IDS, LIMIT, USER_ADDRESS } from './params.ts';
import { listBucketsOfPayer, listPaymentAccounts } from './payments.ts';
import { getBucketMeta, getObjectMeta, getUserBuckets, listObjects } from './queries.ts';
import { getBsdbInfo, getStatus } from './status.ts';

const REMOVED = query('include-removed', 'boolean', 'Removed ones, too. Default false.');
const ROOT = { method: 'GET', scope: 'root' } as const;
const OBJECT = { method: 'GET', scope: 'object' } as const;

export const resourceRoutes = namedRoutes({
  VerifyPermission: {
    method: 'GET',
    scope: 'fixed',
    path: /^\/permission\/(?<operator>.+)\/(?<bucket>[^/]*)\/(?<action>.+)$/s,
    shown: '/permission/{operator}/{bucket}/{action-type}',
    auth: 'ignored',
    handle: verifyPermission,
    doc: {
      summary: 'Whether an account may do something with a bucket or object.',
      params: [
        { name: 'operator', in: 'path', kind: 'address', required: true, about: 'The account.' },
        { name: 'bucket', in: 'path', kind: 'name', required: true, about: 'The bucket.' },
        { name: 'action-type', in: 'path', kind: 'integer', required: true, about: 'Number of an ActionType.' },
        query('object', 'name', 'The object; without it the question is about the bucket.'),
      ],
      answer: 'xml',
      answers: 'QueryVerifyPermissionResponse with Effect: 1 allow, 2 deny',
      errors: [50010, 90008, 90010, 95202],
    },
  },
  GetStatus: {
    method: 'GET',
    scope: 'fixed',
    path: '/status',
    auth: 'ignored',
    handle: getStatus,
    doc: {
      summary: 'What runs here: version, place of the block syncer, chain, and what is switched on.',
      answer: 'json',
      answers:
        'one object `status` with storage_provider_info, block_syncer_info, chain_info, manager_info, executor_info ' +
        'and gc_info; 64-bit numbers are texts',
      errors: [55001, 95202],
    },
  },
  GetBucketMeta: {
    method: 'GET',
    scope: 'bucket-any',
    keys: ['bucket-meta'],
    auth: 'none',
    handle: getBucketMeta,
    doc: {
      summary: 'A bucket, its family, and the stream record of its payer.',
      answer: 'xml',
      answers: 'GfSpGetBucketMetaResponse with Bucket and StreamRecord',
      errors: [50010, 90008, 95202],
    },
  },
  GetObjectMeta: {
    ...OBJECT,
    keys: ['object-meta'],
    auth: 'none',
    handle: getObjectMeta,
    doc: {
      summary: 'An object, with the transactions that made it.',
      answer: 'xml',
      answers: 'GfSpGetObjectMetaResponse with Object',
      errors: [50010, 90010, 95202],
    },
  },
  ListObjectPolicies: {
    ...OBJECT,
    keys: ['object-policies'],
    auth: 'ignored',
    handle: listObjectPolicies,
    doc: {
      summary: 'Policies on an object that allow an action.',
      params: [ACTION, AFTER_ID, LIMIT],
      answer: 'xml',
      answers: 'GfSpListObjectPoliciesResponse with Policies, by id',
      errors: [50010, 90010, 95202],
    },
  },
  ListObjectsByBucketName: {
    method: 'GET',
    scope: 'bucket-slash',
    auth: 'none',
    handle: listObjects,
    doc: {
      summary: 'Objects of a bucket by name, a page at a time. A bucket that is not there has none.',
      params: [
        query('max-keys', 'integer', 'Entries at most, from 1. Default 50; above 1000: 1000.'),
        query('start-after', 'name', 'The page begins with this name, inclusive, unless there is a token.'),
        query('continuation-token', 'base64', 'NextContinuationToken of the page before, with the same prefix.'),
        query('delimiter', 'text', '`/`: only what is right below the prefix, folders as CommonPrefixes.'),
        query('prefix', 'text', 'What every name begins with.'),
        REMOVED,
      ],
      answer: 'xml',
      answers:
        'GfSpListObjectsByBucketNameResponse with Objects, KeyCount, MaxKeys, IsTruncated, NextContinuationToken, ' +
        'Name, Prefix, Delimiter, CommonPrefixes and ContinuationToken, by the bytes of names',
      errors: [50010, 95202],
    },
  },
  ListObjectsByIDs: {
    ...ROOT,
    keys: ['objects-query'],
    auth: 'none',
    handle: listObjectsByIds,
    doc: {
      summary: 'Objects by id.',
      params: [IDS],
      answer: 'xml',
      answers: 'GfSpListObjectsByIDsResponse with an ObjectEntry for each id; no Value where there is none',
      errors: [50010, 95202],
    },
  },
  ListBucketsByIDs: {
    ...ROOT,
    keys: ['buckets-query'],
    auth: 'none',
    handle: listBucketsByIds,
    doc: {
      summary: 'Buckets by id.',
      params: [IDS],
      answer: 'xml',
      answers: 'GfSpListBucketsByIDsResponse with a BucketEntry for each id; no Value where there is none',
      errors: [50010, 95202],
    },
  },
  VerifyPermissionByID: {
    ...ROOT,
    keys: ['verify-id'],
    auth: 'ignored',
    handle: verifyPermissionById,
    doc: {
      summary: 'Whether an account may do something with a bucket, object or group, by id.',
      params: [
        required(query('operator', 'address', 'The account.')),
        required(query('resource-id', 'integer', 'Id of the bucket, object or group.')),
        required(query('resource-type', 'integer', '1 bucket, 2 object, 3 group.')),
        ACTION,
      ],
      answer: 'xml',
      answers: 'QueryVerifyPermissionResponse with Effect: 1 allow, 2 deny',
      errors: [50010, 90008, 90009, 90010, 95202],
    },
  },
  ListPaymentAccountStreams: {
    ...ROOT,
    keys: ['payment-buckets'],
    auth: 'ignored',
    handle: listBucketsOfPayer,
    doc: {
      summary: 'Buckets that an account pays for, at most 1000, by id.',
      params: [required(query('payment-account', 'address', 'The account that pays.'))],
      answer: 'xml',
      answers: 'GfSpListPaymentAccountStreamsResponse with Buckets; their size is not told',
      errors: [50010, 95202],
    },
  },
  ListUserPaymentAccounts: {
    ...ROOT,
    keys: ['user-payments'],
    auth: 'ignored',
    handle: listPaymentAccounts,
    doc: {
      summary: 'Payment accounts of an owner, with their stream records.',
      params: [USER_ADDRESS],
      answer: 'xml',
      answers: 'GfSpListUserPaymentAccountsResponse with PaymentAccounts, by address',
      errors: [50009, 95202],
    },
  },
  GetBsDBDataInfo: {
    ...ROOT,
    keys: ['bsdb-info'],
    auth: 'none',
    handle: getBsdbInfo,
    doc: {
      summary: 'Counts of objects in each of the 64 parts of their table, for the height that the tables have.',
      params: [required(query('block_height', 'integer', 'Both counts are empty for every other height.'))],
      answer: 'xml',
      answers: 'GfSpGetBsDBInfoResponse with BlockHeight, ObjectTotalCount and ObjectSealCount',
      errors: [50010, 95202],
    },
  },
  GetUserBuckets: {
    ...ROOT,
    auth: 'none',
    handle: getUserBuckets,
    doc: {
      summary: 'Buckets of an account, the newest first, at most 100.',
      params: [required(header('X-Gnfd-User-Address', 'address', 'The owner.')), REMOVED],
      answer: 'xml',
      answers: 'GfSpGetUserBucketsResponse with Buckets',
      errors: [50009, 50010, 95202],
    },
  },
});
