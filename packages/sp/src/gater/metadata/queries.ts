/** Questions about buckets and objects, answered by the metadata module (`reference/gateway-http.md` §5.5, §5.9). */
import { prefixProblem } from '@prairie/chain';
import {
  type BucketMeta,
  type ListObjectsPage,
  type ListObjectsQuery,
  type ObjectMeta,
  sharedMetadataErrors,
} from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, big, flag as flagOf, many, one, optional, TEXT, text } from '../http/shape.ts';
import { requireBucketName, requireObjectName } from '../names.ts';
import { flag, maxKeys, userAddress } from './params.ts';
import { bucketMeta, objectMeta, streamRecord } from './shapes.ts';

const userBuckets = answer<BucketMeta[]>('GfSpGetUserBucketsResponse', { Buckets: many(bucketMeta, (all) => all) });

interface Listing {
  query: ListObjectsQuery;
  page: ListObjectsPage;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const listing = answer<Listing>('GfSpListObjectsByBucketNameResponse', {
  Objects: many(objectMeta, ({ page }) => page.objects),
  KeyCount: big(({ page }) => page.objects.length + page.common_prefixes.length),
  MaxKeys: big(({ query }) => query.max_keys),
  IsTruncated: flagOf(({ page }) => page.is_truncated),
  NextContinuationToken: text(({ page }) => base64(page.next_continuation_token)),
  Name: text(({ query }) => query.bucket_name),
  Prefix: text(({ query }) => query.prefix),
  Delimiter: text(({ query }) => query.delimiter),
  CommonPrefixes: many(TEXT, ({ page }) => page.common_prefixes),
  ContinuationToken: text(({ query }) => base64(query.continuation_token || query.start_after)),
});

const bucketAnswer = answer<BucketMeta>('GfSpGetBucketMetaResponse', {
  Bucket: one(bucketMeta, (bucket) => bucket),
  StreamRecord: optional(streamRecord, (bucket) => bucket.stream_record),
});
const objectAnswer = answer<ObjectMeta>('GfSpGetObjectMetaResponse', { Object: one(objectMeta, (object) => object) });

export const getUserBuckets = answeredAs(userBuckets, async (gateway, request) => {
  const account = userAddress(request);
  return gateway.dependencies.client.metadata.getUserBuckets(account, flag(request, 'include-removed'));
});

export const listObjects = answeredAs(listing, async (gateway, request) => {
  const { bucket } = request.place;
  requireBucketName(bucket);
  const get = (key: string) => request.target.query.get(key) ?? '';
  const query: ListObjectsQuery = {
    bucket_name: bucket,
    max_keys: maxKeys(request),
    start_after: get('start-after'),
    continuation_token: decodeToken(get('continuation-token'), get('prefix')),
    delimiter: requireDelimiter(get('delimiter')),
    prefix: get('prefix'),
    include_removed: flag(request, 'include-removed'),
  };
  if (query.start_after !== '') requireObjectName(query.start_after);
  const problem = prefixProblem(query.prefix);
  if (problem) throw gatewayErrors.invalidQuery(`invalid prefix: ${problem}`);
  return { query, page: await gateway.dependencies.client.metadata.listObjectsByBucket(query) };
});

export const getBucketMeta = answeredAs(bucketAnswer, async (gateway, request) => {
  requireBucketName(request.place.bucket);
  const found = await gateway.dependencies.client.metadata.getBucketMeta(request.place.bucket);
  if (!found) throw sharedMetadataErrors.noSuchBucket();
  return found;
});

export const getObjectMeta = answeredAs(objectAnswer, async (gateway, request) => {
  const { bucket, object } = request.place;
  requireBucketName(bucket);
  requireObjectName(object);
  const found = await gateway.dependencies.client.metadata.getObjectMeta(bucket, object);
  if (!found) throw sharedMetadataErrors.noSuchObject();
  return found;
});

function decodeToken(text: string, prefix: string): string {
  if (text === '') return '';
  const token = Buffer.from(text, 'base64').toString('utf8');
  if (base64(token) !== text || !token.startsWith(prefix)) {
    throw gatewayErrors.invalidQuery('continuation-token: base64 of a name that begins with the prefix is expected');
  }
  // a folder's name may stand here too: it ends in a slash, which names may
  requireObjectName(token);
  return token;
}

function requireDelimiter(text: string): '' | '/' {
  if (text === '' || text === '/') return text;
  throw gatewayErrors.invalidQuery(`delimiter: / or nothing is expected, got ${JSON.stringify(text.slice(0, 40))}`);
}
