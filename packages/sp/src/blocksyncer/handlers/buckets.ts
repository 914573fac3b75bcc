/** §5.1, and the flow rate limit of §5.6. */
import { greenfieldStorage as storage } from '@prairie/chain';
import { type At, created, type Handler, on, updated, updatedAll } from './handler.ts';

/** Bits of `off_chain_status` (§8). */
const RATE_LIMITED = 1;
const AGENT_DISABLED = 2;

async function setStatus(event: { bucket_id: bigint; status: number }, at: At): Promise<void> {
  await at.db.buckets.update(event.bucket_id, { status: event.status, ...updated(at) });
}

export const bucketHandlers: readonly Handler[] = [
  on(storage.EventCreateBucket, async (e, at) => {
    await at.db.buckets.put({
      bucket_id: e.bucket_id,
      bucket_name: e.bucket_name,
      owner: e.owner,
      payment_address: e.payment_address,
      global_virtual_group_family_id: e.global_virtual_group_family_id,
      operator: e.owner,
      source_type: e.source_type,
      charged_read_quota: e.charged_read_quota,
      visibility: e.visibility,
      status: e.status,
      ...created(at),
      ...updated(at),
      create_time: e.create_at,
    });
  }),
  on(storage.EventDeleteBucket, async (e, at) => {
    await at.db.buckets.update(e.bucket_id, {
      owner: e.owner,
      global_virtual_group_family_id: e.global_virtual_group_family_id,
      removed: true,
      ...updated(at),
    });
  }),
  on(storage.EventDiscontinueBucket, async (e, at) => {
    await at.db.buckets.update(e.bucket_id, {
      delete_reason: e.reason,
      delete_at: e.delete_at,
      status: storage.BucketStatus.BUCKET_STATUS_DISCONTINUED,
      ...updated(at),
    });
  }),
  on(storage.EventUpdateBucketInfo, async (e, at) => {
    await at.db.buckets.update(e.bucket_id, {
      charged_read_quota: e.charged_read_quota,
      payment_address: e.payment_address,
      visibility: e.visibility,
      global_virtual_group_family_id: e.global_virtual_group_family_id,
      ...updated(at),
    });
  }),
  on(storage.EventMigrationBucket, setStatus),
  // comes without a status beside a deletion: that is CREATED, as the zero value says
  on(storage.EventCancelMigrationBucket, setStatus),
  on(storage.EventRejectMigrateBucket, setStatus),
  on(storage.EventCompleteMigrationBucket, async (e, at) => {
    await at.db.buckets.update(e.bucket_id, {
      global_virtual_group_family_id: e.global_virtual_group_family_id,
      status: e.status,
      ...updated(at),
    });
  }),
  on(storage.EventToggleSPAsDelegatedAgent, async (e, at) => {
    const { bucket_name, sp_as_delegated_agent_disabled: isDisabled } = e;
    await at.db.buckets.setOffChainBit(bucket_name, AGENT_DISABLED, isDisabled, updatedAll(at));
  }),
];

/** Of the payment module (§5.6): whether the payer's flow is limited. It comes after the removal of a bucket, too. */
export const flowRateHandler: Handler = on(storage.EventBucketFlowRateLimitStatus, async (e, at) => {
  const { bucket_name, is_limited } = e;
  await at.db.buckets.setOffChainBit(bucket_name, RATE_LIMITED, is_limited, updatedAll(at), { includeRemoved: true });
});
