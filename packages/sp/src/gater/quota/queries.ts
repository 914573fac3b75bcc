/** Read quota and read records (`reference/gateway-http.md` §5.10). */
import { type greenfieldStorage, sameAddress } from '@prairie/chain';
import type { AuthOperation, BucketReadQuota, BucketReadRecord } from '@prairie/gfsp';
import { atOnce } from '../../common/at-once.ts';
import { authenticate, authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest, Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { VERSION } from '../http/xml.ts';
import { INT64, type IntegerType, requireInteger, UINT32 } from '../integers.ts';
import { onChain } from '../provider-state.ts';

/** Buckets in one page (`reference/metadata-api.md` §7.3). */
const PAGE: IntegerType = { min: 1n, max: 500n };

export const getBucketReadQuota: Handler = async (gateway, request, response) => {
  const bucket = await ownBucket(gateway, request, 'get-bucket-quota');
  const month = request.target.query.get('year-month') ?? '';
  const quota = await gateway.dependencies.client.metadata.getBucketReadQuota(bucket, month);
  const answer = {
    BucketName: bucket.bucket_name,
    BucketID: bucket.id,
    ReadQuotaSize: quota.charged_quota_size,
    SPFreeReadQuotaSize: quota.sp_free_quota_size,
    ReadConsumedSize: quota.consumed_size,
    FreeConsumedSize: quota.free_quota_consume_size,
    MonthlyFreeQuota: quota.sp_monthly_free_quota_size,
    MonthlyQuotaConsumedSize: quota.monthly_free_quota_consume_size,
  };
  sendXml(response, 'GetReadQuotaResult', answer, VERSION);
};

export const listBucketReadRecord: Handler = async (gateway, request, response) => {
  const bucket = await ownBucket(gateway, request, 'list-bucket-read-record');
  const asked = integerOf(request, 'max-records', INT64);
  const most = BigInt(gateway.options.maxReadRecords);
  const records = await gateway.dependencies.client.metadata.listBucketReadRecord({
    bucket_id: bucket.id,
    start_timestamp_us: integerOf(request, 'start-timestamp', INT64),
    end_timestamp_us: integerOf(request, 'end-timestamp', INT64),
    // zero is no limit at the reference: an answer without an end
    max_record_num: Number(asked > 0n && asked < most ? asked : most),
  });
  const last = records.at(-1);
  const answer = {
    NextStartTimestampUs: last ? last.timestamp_us + 1n : 0n,
    ReadRecord: records.map(recordXml),
  };
  sendXml(response, 'GetBucketReadQuotaResult', answer, VERSION);
};

export const listBucketReadQuota: Handler = async (gateway, request, response) => {
  await requireOperator(gateway, request);
  const offset = Number(integerOf(request, 'offset', UINT32));
  const limit = Number(integerOf(request, 'limit', PAGE));
  const month = request.target.query.get('year_month') ?? '';
  const rows = await gateway.dependencies.client.metadata.listBucketReadQuota(month, offset, limit);
  const result = rows.map((row) => ({
    BucketName: row.bucket_name,
    BucketId: row.bucket_id,
    SpFreeQuotaSize: row.sp_free_quota_size,
    ConsumedSize: row.consumed_size,
    FreeQuotaConsumeSize: row.free_quota_consume_size,
    SpMonthlyFreeQuotaSize: row.sp_monthly_free_quota_size,
    MonthlyFreeQuotaConsumeSize: row.monthly_free_quota_consume_size,
    TotalConsumeSize: totalConsumed(row),
  }));
  sendXml(response, 'GetReadQuotaResult', { result }, VERSION);
};

export const getBucketReadQuotaCount: Handler = async (gateway, request, response) => {
  await requireOperator(gateway, request);
  const month = request.target.query.get('year_month') ?? '';
  const count = await gateway.dependencies.client.metadata.getBucketReadQuotaCount(month);
  sendXml(response, 'GetReadQuotaResult', { count }, VERSION);
};

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
    gateway.dependencies.consensus.bucket(request.place.bucket),
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

function recordXml(record: BucketReadRecord) {
  return {
    ObjectName: record.object_name,
    ObjectID: record.object_id,
    ReadAccountAddress: record.account_address,
    ReadTimestampUs: record.timestamp_us,
    ReadSize: record.read_size,
  };
}
