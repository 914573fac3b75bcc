/** Questions about buckets and objects, answered by the metadata module (`reference/gateway-http.md` §5.5, §5.9). */
import { greenfieldPermission, isAddress, prefixProblem, toChecksumAddress } from '@prairie/chain';
import { sharedMetadataErrors } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { type GatewayRequest, type Handler, header } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { requireBucketName, requireObjectName } from '../names.ts';
import { bucketMeta, objectMeta, streamRecord } from './metadata-xml.ts';

const DEFAULT_KEYS = 50n;
const MAX_KEYS = 1000n;
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

export const getUserBuckets: Handler = async (gateway, request, response) => {
  const account = requireUserAddress(request);
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

export const verifyPermission: Handler = async (gateway, request, response) => {
  const { operator = '', action = '' } = request.place.params;
  const object = request.target.query.get('object') ?? '';
  if (!isAddress(operator)) throw gatewayErrors.invalidQuery(`operator: an address is expected, got ${operator}`);
  requireBucketName(request.place.bucket);
  if (object !== '') requireObjectName(object);
  const known = Object.values<number>(greenfieldPermission.ActionType).includes(Number(action || Number.NaN));
  if (!known) throw gatewayErrors.invalidQuery(`action-type: a known number is expected, got ${action}`);
  const { Effect } = greenfieldPermission;
  const { metadata } = gateway.dependencies.client;
  const effect = await metadata.verifyPermission(
    toChecksumAddress(operator),
    request.place.bucket,
    object,
    Number(action),
  );
  // no policy says anything: that is a no
  const answer = effect === Effect.EFFECT_ALLOW ? effect : Effect.EFFECT_DENY;
  sendXml(response, 'QueryVerifyPermissionResponse', { Effect: answer });
};

function requireUserAddress(request: GatewayRequest): string {
  const address = header(request, 'X-Gnfd-User-Address');
  if (!isAddress(address))
    throw gatewayErrors.invalidHeader(`X-Gnfd-User-Address: an address is expected, got ${JSON.stringify(address)}`);
  return toChecksumAddress(address);
}

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

function flag(request: GatewayRequest, key: string): boolean {
  const text = request.target.query.get(key) ?? '';
  if (TRUE.has(text)) return true;
  if (text === '' || FALSE.has(text)) return false;
  throw gatewayErrors.invalidQuery(`${key}: true or false is expected, got ${text}`);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
