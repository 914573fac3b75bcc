/** Questions about buckets and objects, answered by the metadata module (`reference/gateway-http.md` §5.5, §5.9). */
import { prefixProblem } from '@prairie/chain';
import { sharedMetadataErrors } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import type { Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { requireBucketName, requireObjectName } from '../names.ts';
import { bucketMeta, objectMeta, streamRecord } from './metadata-xml.ts';
import { flag, userAddress } from './params.ts';

const DEFAULT_KEYS = 50n;
const MAX_KEYS = 1000n;

export const getUserBuckets: Handler = async (gateway, request, response) => {
  const account = userAddress(request);
  const buckets = await gateway.dependencies.client.metadata.getUserBuckets(account, flag(request, 'include-removed'));
  sendXml(response, 'GfSpGetUserBucketsResponse', { Buckets: buckets.map(bucketMeta) });
};

export const listObjects: Handler = async (gateway, request, response) => {
  const { bucket } = request.place;
  requireBucketName(bucket);
  const get = (key: string) => request.target.query.get(key) ?? '';
  const query = {
    bucket_name: bucket,
    max_keys: maxKeys(get('max-keys')),
    start_after: get('start-after'),
    continuation_token: decodeToken(get('continuation-token'), get('prefix')),
    delimiter: requireDelimiter(get('delimiter')),
    prefix: get('prefix'),
    include_removed: flag(request, 'include-removed'),
  };
  if (query.start_after !== '') requireObjectName(query.start_after);
  const problem = prefixProblem(query.prefix);
  if (problem) throw gatewayErrors.invalidQuery(`invalid prefix: ${problem}`);
  const page = await gateway.dependencies.client.metadata.listObjectsByBucket(query);
  sendXml(response, 'GfSpListObjectsByBucketNameResponse', {
    Objects: page.objects.map(objectMeta),
    KeyCount: page.objects.length + page.common_prefixes.length,
    MaxKeys: query.max_keys,
    IsTruncated: page.is_truncated,
    NextContinuationToken: base64(page.next_continuation_token),
    Name: bucket,
    Prefix: query.prefix,
    Delimiter: query.delimiter,
    CommonPrefixes: page.common_prefixes,
    ContinuationToken: base64(query.continuation_token || query.start_after),
  });
};

export const getBucketMeta: Handler = async (gateway, request, response) => {
  requireBucketName(request.place.bucket);
  const found = await gateway.dependencies.client.metadata.getBucketMeta(request.place.bucket);
  if (!found) throw sharedMetadataErrors.noSuchBucket();
  sendXml(response, 'GfSpGetBucketMetaResponse', {
    Bucket: bucketMeta(found),
    StreamRecord: found.stream_record && streamRecord(found.stream_record),
  });
};

export const getObjectMeta: Handler = async (gateway, request, response) => {
  const { bucket, object } = request.place;
  requireBucketName(bucket);
  requireObjectName(object);
  const found = await gateway.dependencies.client.metadata.getObjectMeta(bucket, object);
  if (!found) throw sharedMetadataErrors.noSuchObject();
  sendXml(response, 'GfSpGetObjectMetaResponse', { Object: objectMeta(found) });
};

function maxKeys(text: string): number {
  if (text === '') return Number(DEFAULT_KEYS);
  if (!/^\d{1,20}$/.test(text) || BigInt(text) === 0n) {
    throw gatewayErrors.invalidQuery(`max-keys: a number from 1 is expected, got ${text}`);
  }
  const keys = BigInt(text);
  return Number(keys > MAX_KEYS ? MAX_KEYS : keys);
}

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
  throw gatewayErrors.invalidQuery(`delimiter: / or nothing is expected, got ${text}`);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
