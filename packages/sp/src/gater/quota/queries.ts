/** Read quota and read records (`reference/gateway-http.md` §5.10). */
import { type greenfieldStorage, sameAddress } from '@prairie/chain';
import type { AuthOperation, BucketReadQuota, BucketReadQuotaRow, BucketReadRecord } from '@prairie/gfsp';
import { atOnce } from '../../common/at-once.ts';
import { authenticate, authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest } from '../http/handler.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, big, many, message, text, VERSION } from '../http/shape.ts';
import { INT64, type IntegerType, requireInteger, UINT32 } from '../integers.ts';
import { onChain } from '../provider-state.ts';

/** Buckets in one page (`reference/metadata-api.md` §7.3). */
const PAGE: IntegerType = { ...UINT32, min: 1n, max: 500n };

interface BucketQuota {
  bucket: greenfieldStorage.BucketInfo;
  quota: BucketReadQuota;
}

const bucketQuota = answer<BucketQuota>(
  'GetReadQuotaResult',
  {
    BucketName: text(({ bucket }) => bucket.bucket_name),
    BucketID: big(({ bucket }) => bucket.id),
    ReadQuotaSize: big(({ quota }) => quota.charged_quota_size),
    SPFreeReadQuotaSize: big(({ quota }) => quota.sp_free_quota_size),
    ReadConsumedSize: big(({ quota }) => quota.consumed_size),
    FreeConsumedSize: big(({ quota }) => quota.free_quota_consume_size),
    MonthlyFreeQuota: big(({ quota }) => quota.sp_monthly_free_quota_size),
    MonthlyQuotaConsumedSize: big(({ quota }) => quota.monthly_free_quota_consume_size),
  },
  VERSION,
);

const readRecord = message<BucketReadRecord>('ReadRecord', {
  ObjectName: text((record) => record.object_name),
  ObjectID: big((record) => record.object_id),
  ReadAccountAddress: text((record) => record.account_address),
  ReadTimestampUs: big((record) => record.timestamp_us),
  ReadSize: big((record) => record.read_size),
});
const readRecords = answer<BucketReadRecord[]>(
  'GetBucketReadQuotaResult',
  {
    NextStartTimestampUs: big((records) => (records.at(-1)?.timestamp_us ?? -1n) + 1n),
    ReadRecord: many(readRecord, (records) => records),
  },
  VERSION,
);

const quotaRow = message<BucketReadQuotaRow>('BucketReadQuotaRecord', {
  BucketName: text((row) => row.bucket_name),
  BucketId: big((row) => row.bucket_id),
  SpFreeQuotaSize: big((row) => row.sp_free_quota_size),
  ConsumedSize: big((row) => row.consumed_size),
  FreeQuotaConsumeSize: big((row) => row.free_quota_consume_size),
  SpMonthlyFreeQuotaSize: big((row) => row.sp_monthly_free_quota_size),
  MonthlyFreeQuotaConsumeSize: big((row) => row.monthly_free_quota_consume_size),
  TotalConsumeSize: big(totalConsumed),
});
const quotaRows = answer<BucketReadQuotaRow[]>(
  'GetReadQuotaResult',
  { result: many(quotaRow, (rows) => rows) },
  VERSION,
);
const quotaCount = answer<number>('GetReadQuotaResult', { count: big((count) => count) }, VERSION);

export const getBucketReadQuota = answeredAs(bucketQuota, async (gateway, request) => {
  const bucket = await ownBucket(gateway, request, 'get-bucket-quota');
  const month = request.target.query.get('year-month') ?? '';
  return { bucket, quota: await gateway.dependencies.client.metadata.getBucketReadQuota(bucket, month) };
});

export const listBucketReadRecord = answeredAs(readRecords, async (gateway, request) => {
  const bucket = await ownBucket(gateway, request, 'list-bucket-read-record');
  const asked = integerOf(request, 'max-records', INT64);
  const most = BigInt(gateway.options.maxReadRecords);
  return gateway.dependencies.client.metadata.listBucketReadRecord({
    bucket_id: bucket.id,
    start_timestamp_us: integerOf(request, 'start-timestamp', INT64),
    end_timestamp_us: integerOf(request, 'end-timestamp', INT64),
    // zero is no limit at the reference: an answer without an end
    max_record_num: Number(asked > 0n && asked < most ? asked : most),
  });
});

export const listBucketReadQuota = answeredAs(quotaRows, async (gateway, request) => {
  await requireOperator(gateway, request);
  const offset = Number(integerOf(request, 'offset', UINT32));
  const limit = Number(integerOf(request, 'limit', PAGE));
  const month = request.target.query.get('year_month') ?? '';
  return gateway.dependencies.client.metadata.listBucketReadQuota(month, offset, limit);
});

export const getBucketReadQuotaCount = answeredAs(quotaCount, async (gateway, request) => {
  await requireOperator(gateway, request);
  const month = request.target.query.get('year_month') ?? '';
  return gateway.dependencies.client.metadata.getBucketReadQuotaCount(month);
});

/**
 * The bucket, of which this provider is the primary, for who may know what is read of it; for anyone where queries are
 * open. @throws gateway 50004, 50014, 55001; what authentication says
 */
async function ownBucket(
  gateway: Gateway,
  request: GatewayRequest,
  operation: AuthOperation,
): Promise<greenfieldStorage.BucketInfo> {
  const signers = gateway.options.openQueries ? [''] : await authenticate(gateway, request);
  const [found, authorized] = atOnce(
    gateway.dependencies.recent.bucket(request.place.bucket),
    authorizedSigner(gateway, { ...request, signers }, operation),
  );
  await authorized;
  const bucket = await onChain(found);
  if (!bucket) throw gatewayErrors.chain(`No such bucket: ${request.place.bucket}`);
  return bucket.bucket_info;
}

/** What all buckets read is for this provider alone. @throws gateway 50004; what authentication says */
async function requireOperator(gateway: Gateway, request: GatewayRequest): Promise<void> {
  if (gateway.options.openQueries) return;
  const signers = await authenticate(gateway, request);
  if (signers.some((signer) => sameAddress(signer, gateway.options.operatorAddress))) return;
  throw gatewayErrors.noPermission("no permission: the traffic of all buckets is for this provider's operator");
}

function integerOf(request: GatewayRequest, name: string, type: IntegerType): bigint {
  return requireInteger(name, request.target.query.get(name) ?? '', type, gatewayErrors.invalidQuery);
}

function totalConsumed(quota: BucketReadQuota): bigint {
  return quota.consumed_size + quota.free_quota_consume_size + quota.monthly_free_quota_consume_size;
}
