/** Events of the chain and providers as XML, fields in the order of their messages (`internal-grpc.md` §3.12). */
import type {
  greenfieldSp as sp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { MigrateBucketEvents, SpExitEvents, SwapOutEvents } from '@prairie/gfsp';
import type { XmlNode } from '../http/xml.ts';

const named = (e: storage.EventCancelMigrationBucket) => ({
  Operator: e.operator,
  BucketName: e.bucket_name,
  BucketId: e.bucket_id,
});
const ended = (e: storage.EventCancelMigrationBucket) => ({ ...named(e), Status: e.status });

export function migrateEvents({ event, cancel_event, reject_event }: MigrateBucketEvents): XmlNode {
  return {
    Event: { ...named(event), DstPrimarySpId: event.dst_primary_sp_id, Status: event.status },
    CancelEvent: cancel_event && ended(cancel_event),
    RejectEvent: reject_event && ended(reject_event),
  };
}

const swap = (e: virtualgroup.EventSwapOut): XmlNode => ({
  StorageProviderId: e.storage_provider_id,
  GlobalVirtualGroupFamilyId: e.global_virtual_group_family_id,
  GlobalVirtualGroupIds: e.global_virtual_group_ids,
  SuccessorSpId: e.successor_sp_id,
});

export function swapOutEvents({ event, cancel_event, complete_event: complete }: SwapOutEvents): XmlNode {
  return {
    Events: swap(event),
    CancelEvents: cancel_event && swap(cancel_event),
    CompleteEvents: complete && {
      StorageProviderId: complete.storage_provider_id,
      SrcStorageProviderId: complete.src_storage_provider_id,
      GlobalVirtualGroupFamilyId: complete.global_virtual_group_family_id,
      GlobalVirtualGroupIds: complete.global_virtual_group_ids,
    },
  };
}

export function spExitEvents({ event, complete_event: complete }: SpExitEvents): XmlNode {
  return {
    Event: event && { StorageProviderId: event.storage_provider_id, OperatorAddress: event.operator_address },
    CompleteEvent: complete && {
      StorageProviderId: complete.storage_provider_id,
      OperatorAddress: complete.operator_address,
      StorageProviderAddress: complete.storage_provider_address,
      TotalDeposit: complete.total_deposit,
      ForcedExit: complete.forced_exit,
    },
  };
}

export function storageProvider(p: sp.StorageProvider): XmlNode {
  const { moniker = '', identity = '', website = '', security_contact = '', details = '' } = p.description ?? {};
  return {
    Id: p.id,
    OperatorAddress: p.operator_address,
    FundingAddress: p.funding_address,
    SealAddress: p.seal_address,
    ApprovalAddress: p.approval_address,
    GcAddress: p.gc_address,
    MaintenanceAddress: p.maintenance_address,
    TotalDeposit: p.total_deposit,
    Status: p.status,
    Endpoint: p.endpoint,
    Description: {
      Moniker: moniker,
      Identity: identity,
      Website: website,
      SecurityContact: security_contact,
      Details: details,
    },
    BlsKey: Buffer.from(p.bls_key).toString('hex'),
  };
}
