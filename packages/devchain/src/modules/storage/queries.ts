/** Queries about parameters, buckets, objects and prices (§13). */
import { type AnyMessage, type MessageType, greenfieldStorage as storage } from '@prairie/chain';
import { type QueryHandler, query, StatusError } from '../../context.ts';
import { idKey } from '../../keys.ts';
import { lockFee, totalRate } from './billing.ts';
import { quotaTimeOf } from './buckets.ts';
import { storageErrors as errors } from './errors.ts';
import { checkAddress } from './names.ts';
import { traitsOf } from './nft.ts';
import { pageOf } from './paging.ts';
import type { Services } from './services.ts';

const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;

const PREFIX = '/greenfield.storage.Query/';
export const queryPath = (method: string): string => PREFIX + method;

/** A decimal id of a request. @throws StatusError InvalidArgument */
export function parseId(text: string, what: string): bigint {
  if (/^\d{1,78}$/.test(text)) return BigInt(text);
  throw new StatusError('InvalidArgument', `invalid ${what} ${JSON.stringify(text)}, a decimal number expected`);
}

/** 0 asks for what holds now: a look-up sees what is strictly older. */
const lookupTime = (timestamp: bigint, now: bigint): bigint => (timestamp === 0n ? now + 1n : timestamp);

export function storageQueries(services: Services): Record<string, QueryHandler> {
  return { ...paramQueries(services), ...bucketQueries(services), ...objectQueries(services), ...feeQueries(services) };
}

function paramQueries({ parameters }: Services): Record<string, QueryHandler> {
  return {
    [queryPath('Params')]: query({
      request: storage.QueryParamsRequest,
      response: storage.QueryParamsResponse,
      handle: () => ({ params: parameters.get() }),
    }),
    [queryPath('QueryParamsByTimestamp')]: query({
      request: storage.QueryParamsByTimestampRequest,
      response: storage.QueryParamsByTimestampResponse,
      handle(ctx, { timestamp }) {
        const versioned_params = parameters.versionedAt(lookupTime(timestamp, ctx.now));
        return { params: { ...parameters.get(), versioned_params } };
      },
    }),
  };
}

function bucketQueries(services: Services): Record<string, QueryHandler> {
  const { store } = services;
  return {
    [queryPath('HeadBucket')]: query({
      request: storage.QueryHeadBucketRequest,
      response: storage.QueryHeadBucketResponse,
      handle(_ctx, { bucket_name }) {
        const bucket = store.bucket(bucket_name);
        return { bucket_info: bucket, extra_info: extraOf(services, bucket) };
      },
    }),
    [queryPath('HeadBucketById')]: query({
      request: storage.QueryHeadBucketByIdRequest,
      response: storage.QueryHeadBucketResponse,
      handle: (_ctx, { bucket_id }) => ({ bucket_info: bucketById(services, bucket_id) }),
    }),
    [queryPath('HeadBucketExtra')]: query({
      request: storage.QueryHeadBucketExtraRequest,
      response: storage.QueryHeadBucketExtraResponse,
      handle: (_ctx, { bucket_name }) => ({ extra_info: store.internal(store.bucket(bucket_name).id) }),
    }),
    [queryPath('ListBuckets')]: query({
      request: storage.QueryListBucketsRequest,
      response: storage.QueryListBucketsResponse,
      handle(_ctx, { pagination }) {
        const page = pageOf(pagination, (from, reverse) => store.buckets.range({ reverse, ...(from && { from }) }));
        return { bucket_infos: page.items, pagination: page.pagination };
      },
    }),
    [queryPath('QueryQuotaUpdateTime')]: query({
      request: storage.QueryQuoteUpdateTimeRequest,
      response: storage.QueryQuoteUpdateTimeResponse,
      handle: (_ctx, { bucket_name }) => ({ update_at: quotaTimeOf(services, store.bucket(bucket_name)) }),
    }),
    [queryPath('QueryPaymentAccountBucketFlowRateLimit')]: query({
      request: storage.QueryPaymentAccountBucketFlowRateLimitRequest,
      response: storage.QueryPaymentAccountBucketFlowRateLimitResponse,
      handle(_ctx, { payment_account, bucket_owner, bucket_name }) {
        checkAddress(payment_account, 'payment');
        checkAddress(bucket_owner, 'bucket owner');
        const limit = services.limits.get(payment_account, bucket_owner, bucket_name);
        return { is_set: limit !== undefined, flow_rate_limit: limit ?? 0n };
      },
    }),
    [queryPath('HeadBucketNFT')]: tokenQuery(storage.QueryBucketNFTResponse, (id) => {
      const bucket = bucketById(services, id);
      return { bucket_name: bucket.bucket_name, attributes: traitsOf(storage.BucketInfo.fields, bucket) };
    }),
  };
}

function bucketById({ store }: Services, text: string): storage.BucketInfo {
  const found = store.buckets.get(idKey(parseId(text, 'bucket id')));
  if (!found) throw errors.noSuchBucket();
  return found;
}

function extraOf({ store, limits, charges }: Services, bucket: storage.BucketInfo): storage.BucketExtraInfo {
  const internal = store.internal(bucket.id);
  return {
    is_rate_limited: limits.isLimited(bucket.id),
    flow_rate_limit: limits.get(bucket.payment_address, bucket.owner, bucket.bucket_name) ?? -1n,
    current_flow_rate: totalRate(charges.billOf(bucket, internal, internal.price_time)),
  };
}

/** Answers for one token id; `meta_data` has the other fields empty. */
export const tokenQuery = <R>(response: MessageType<R>, metaData: (id: string) => AnyMessage): QueryHandler =>
  query<storage.QueryNFTRequest, AnyMessage>({
    request: storage.QueryNFTRequest,
    response: response as MessageType,
    handle: (_ctx, { token_id }) => ({ meta_data: metaData(token_id) }),
  });

function objectQueries(services: Services): Record<string, QueryHandler> {
  const { store } = services;
  return {
    [queryPath('HeadObject')]: query({
      request: storage.QueryHeadObjectRequest,
      response: storage.QueryHeadObjectResponse,
      handle: (_ctx, { bucket_name, object_name }) =>
        objectAnswer(services, findObject(services, bucket_name, object_name)),
    }),
    [queryPath('HeadObjectById')]: query({
      request: storage.QueryHeadObjectByIdRequest,
      response: storage.QueryHeadObjectResponse,
      handle: (_ctx, { object_id }) => objectAnswer(services, objectById(services, object_id)),
    }),
    [queryPath('HeadShadowObject')]: query({
      request: storage.QueryHeadShadowObjectRequest,
      response: storage.QueryHeadShadowObjectResponse,
      handle: (_ctx, { bucket_name, object_name }) => ({
        object_info: store.shadow(findObject(services, bucket_name, object_name)),
      }),
    }),
    [queryPath('ListObjects')]: query({
      request: storage.QueryListObjectsRequest,
      response: storage.QueryListObjectsResponse,
      handle: (_ctx, { bucket_name, pagination }) => listObjects(services, store.bucket(bucket_name), pagination),
    }),
    [queryPath('ListObjectsByBucketId')]: query({
      request: storage.QueryListObjectsByBucketIdRequest,
      response: storage.QueryListObjectsResponse,
      handle: (_ctx, { bucket_id, pagination }) => listObjects(services, bucketById(services, bucket_id), pagination),
    }),
    [queryPath('HeadObjectNFT')]: tokenQuery(storage.QueryObjectNFTResponse, (id) => {
      const object = objectById(services, id);
      return { object_name: object.object_name, attributes: traitsOf(storage.ObjectInfo.fields, object) };
    }),
  };
}

/** The object decides the error: a missing bucket is reported as a missing object. */
function findObject({ store }: Services, bucketName: string, objectName: string): storage.ObjectInfo {
  const bucket = store.findBucket(bucketName);
  const object = bucket && store.findObject(bucket, objectName);
  if (!object) throw errors.noSuchObject();
  return object;
}

function objectById({ store }: Services, text: string): storage.ObjectInfo {
  const found = store.objectById(parseId(text, 'object id'));
  if (!found) throw errors.noSuchObject();
  return found;
}

function objectAnswer({ store, localGroups }: Services, object: storage.ObjectInfo) {
  if (object.object_status !== OBJECT_STATUS_SEALED) return { object_info: object };
  const bucket = store.bucket(object.bucket_name);
  return { object_info: object, global_virtual_group: localGroups.gvgOf(bucket, object) };
}

function listObjects(
  { store }: Services,
  bucket: storage.BucketInfo,
  pagination: storage.QueryListObjectsRequest['pagination'],
) {
  const page = pageOf(pagination, (from, reverse) => store.objectsOf(bucket.id, from, reverse));
  return { object_infos: page.items, pagination: page.pagination };
}

function feeQueries(services: Services): Record<string, QueryHandler> {
  const { store, charges, providers } = services;
  return {
    [queryPath('QueryLockFee')]: query({
      request: storage.QueryLockFeeRequest,
      response: storage.QueryLockFeeResponse,
      handle(ctx, { primary_sp_address, create_at, payload_size }) {
        checkAddress(primary_sp_address, 'primary sp');
        providers.byOperator(primary_sp_address);
        return { amount: lockFee(payload_size, charges.termsAt(create_at === 0n ? ctx.now : create_at)) };
      },
    }),
    [queryPath('QueryIsPriceChanged')]: query({
      request: storage.QueryIsPriceChangedRequest,
      response: storage.QueryIsPriceChangedResponse,
      handle(ctx, { bucket_name }) {
        const bucket = store.bucket(bucket_name);
        const old = charges.termsAt(store.internal(bucket.id).price_time);
        return priceComparison(old, charges.termsAt(ctx.now));
      },
    }),
  };
}

type Terms = ReturnType<Services['charges']['termsAt']>;

const priceComparison = (old: Terms, current: Terms): storage.QueryIsPriceChangedResponse => ({
  changed:
    old.readPrice !== current.readPrice ||
    old.primaryPrice !== current.primaryPrice ||
    old.secondaryPrice !== current.secondaryPrice ||
    old.taxRate !== current.taxRate,
  current_read_price: old.readPrice,
  current_primary_store_price: old.primaryPrice,
  current_secondary_store_price: old.secondaryPrice,
  current_validator_tax_rate: old.taxRate,
  new_read_price: current.readPrice,
  new_primary_store_price: current.primaryPrice,
  new_secondary_store_price: current.secondaryPrice,
  new_validator_tax_rate: current.taxRate,
});
