/** The metadata service's methods about quota and read records. */
import { greenfieldStorage } from '@prairie/chain';
import { type BucketReadQuota, type BucketReadQuotaRow, type QuotaQueries, sharedMetadataErrors } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { required } from '../errors.ts';
import * as messages from '../messages/metadata-quota.ts';
import { type Handlers, type MethodTraits, unary } from '../method.ts';

const READ: MethodTraits = { repeatable: true, deadlineMs: 30_000 };

export const quotaMethods = {
  GfSpGetBucketReadQuota: unary(messages.GetBucketReadQuotaRequest, messages.GetBucketReadQuotaResponse, READ),
  GfSpListBucketReadQuota: unary(messages.ListBucketReadQuotaRequest, messages.ListBucketReadQuotaResponse, READ),
  GfSpGetBucketReadQuotaCount: unary(
    messages.GetBucketReadQuotaCountRequest,
    messages.GetBucketReadQuotaCountResponse,
    READ,
  ),
  GfSpGetLatestBucketReadQuota: unary(
    messages.GetLatestBucketReadQuotaRequest,
    messages.GetLatestBucketReadQuotaResponse,
    READ,
  ),
  GfSpListBucketReadRecord: unary(messages.ListBucketReadRecordRequest, messages.ListBucketReadRecordResponse, READ),
};

type QuotaMethods = typeof quotaMethods;

export const quotaHandlers = (quota: QuotaQueries): Handlers<QuotaMethods> => ({
  async GfSpGetBucketReadQuota({ bucket_info, year_month }) {
    const found = await quota.getBucketReadQuota(asked(bucket_info), year_month);
    const { charged_quota_size, sp_free_quota_size, sp_monthly_free_quota_size, consumed_size } = found;
    // the charged quota may have become less than was read of it
    const charged = charged_quota_size > consumed_size ? charged_quota_size - consumed_size : 0n;
    const remain_quota_size = sp_free_quota_size + sp_monthly_free_quota_size + charged;
    return { ...found, total_consume_size: totalConsumed(found), remain_quota_size };
  },
  async GfSpListBucketReadQuota({ year_month, offset, limit }) {
    const rows = await quota.listBucketReadQuota(year_month, offset, limit);
    const result = rows.map(({ charged_quota_size, ...row }) => ({
      ...row,
      total_consume_size: totalConsumed(row),
      prairie_charged_quota_size: charged_quota_size,
    }));
    return { result };
  },
  async GfSpGetBucketReadQuotaCount({ year_month }) {
    return { count: BigInt(await quota.getBucketReadQuotaCount(year_month)) };
  },
  async GfSpGetLatestBucketReadQuota({ bucket_id }) {
    return { quota: await quota.getLatestBucketReadQuota(bucket_id) };
  },
  async GfSpListBucketReadRecord({ bucket_info, max_record_num, ...window }) {
    const query = { ...window, bucket_id: asked(bucket_info).id, max_record_num: Number(max_record_num) };
    const read_records = await quota.listBucketReadRecord(query);
    const last = read_records.at(-1)?.timestamp_us;
    return { read_records, next_start_timestamp_us: last === undefined ? 0n : last + 1n };
  },
});

export const callQuota = (caller: Caller, methods: QuotaMethods): QuotaQueries => ({
  async getBucketReadQuota(bucket_info, year_month) {
    const answer = await caller.unary(methods.GfSpGetBucketReadQuota, { bucket_info, year_month });
    const { err: _, total_consume_size: __, remain_quota_size: ___, ...quota } = answer;
    return quota;
  },
  async listBucketReadQuota(year_month, offset, limit) {
    const { result } = await caller.unary(methods.GfSpListBucketReadQuota, { year_month, offset, limit });
    return result.map(({ total_consume_size: _, prairie_charged_quota_size, ...row }): BucketReadQuotaRow => {
      return { ...row, charged_quota_size: prairie_charged_quota_size };
    });
  },
  async getBucketReadQuotaCount(year_month) {
    return Number((await caller.unary(methods.GfSpGetBucketReadQuotaCount, { year_month })).count);
  },
  async getLatestBucketReadQuota(bucket_id) {
    const { quota } = await caller.unary(methods.GfSpGetLatestBucketReadQuota, { bucket_id });
    return required(quota, 'a quota');
  },
  async listBucketReadRecord({ bucket_id, max_record_num, ...window }) {
    const bucket_info = greenfieldStorage.BucketInfo.create({ id: bucket_id });
    const request = { ...window, bucket_info, max_record_num: BigInt(max_record_num) };
    return (await caller.unary(methods.GfSpListBucketReadRecord, request)).read_records;
  },
});

function totalConsumed(quota: Omit<BucketReadQuota, 'charged_quota_size'>): bigint {
  return quota.consumed_size + quota.free_quota_consume_size + quota.monthly_free_quota_consume_size;
}

function asked(bucket: greenfieldStorage.BucketInfo | undefined): greenfieldStorage.BucketInfo {
  if (!bucket) throw sharedMetadataErrors.requestLost('request lost: a bucket was expected');
  return bucket;
}
