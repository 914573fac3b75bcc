/** Events that schedulers follow, `reference/internal-grpc.md` §3.11. */
import { define, type greenfieldStorage, type greenfieldVirtualgroup } from '@prairie/chain';
import type { MigrateBucketEvents, SpExitEvents } from '@prairie/gfsp';

export interface ListMigrateBucketEvents extends MigrateBucketEvents {
  /** Moves that were completed are not listed. */
  complete_event: greenfieldStorage.EventCompleteMigrationBucket | undefined;
}
export const ListMigrateBucketEvents = define<ListMigrateBucketEvents>(
  'modular.metadata.types.ListMigrateBucketEvents',
  {
    event: [1, 'greenfield.storage.EventMigrationBucket!'],
    cancel_event: [2, 'greenfield.storage.EventCancelMigrationBucket'],
    complete_event: [3, 'greenfield.storage.EventCompleteMigrationBucket'],
    reject_event: [4, 'greenfield.storage.EventRejectMigrateBucket'],
  },
);

export interface ListSwapOutEvents {
  events: greenfieldVirtualgroup.EventSwapOut;
  cancel_events: greenfieldVirtualgroup.EventCancelSwapOut | undefined;
  complete_events: greenfieldVirtualgroup.EventCompleteSwapOut | undefined;
}
export const ListSwapOutEvents = define<ListSwapOutEvents>('modular.metadata.types.ListSwapOutEvents', {
  events: [1, 'greenfield.virtualgroup.EventSwapOut!'],
  cancel_events: [2, 'greenfield.virtualgroup.EventCancelSwapOut'],
  complete_events: [3, 'greenfield.virtualgroup.EventCompleteSwapOut'],
});

export const ListSpExitEvents = define<SpExitEvents>('modular.metadata.types.ListSpExitEvents', {
  event: [1, 'greenfield.virtualgroup.EventStorageProviderExit'],
  complete_event: [2, 'greenfield.virtualgroup.EventCompleteStorageProviderExit'],
});

export interface ListMigrateBucketEventsRequest {
  block_id: bigint;
  sp_id: number;
}
export const ListMigrateBucketEventsRequest = define<ListMigrateBucketEventsRequest>(
  'modular.metadata.types.GfSpListMigrateBucketEventsRequest',
  {
    block_id: [1, 'uint64'],
    sp_id: [2, 'uint32'],
  },
);

export interface ListMigrateBucketEventsResponse {
  events: ListMigrateBucketEvents[];
}
export const ListMigrateBucketEventsResponse = define<ListMigrateBucketEventsResponse>(
  'modular.metadata.types.GfSpListMigrateBucketEventsResponse',
  {
    events: [1, 'modular.metadata.types.ListMigrateBucketEvents[]'],
  },
);

export interface ListCompleteMigrationBucketEventsRequest {
  block_id: bigint;
  src_sp_id: number;
}
export const ListCompleteMigrationBucketEventsRequest = define<ListCompleteMigrationBucketEventsRequest>(
  'modular.metadata.types.GfSpListCompleteMigrationBucketEventsRequest',
  {
    block_id: [1, 'uint64'],
    src_sp_id: [2, 'uint32'],
  },
);

export interface ListCompleteMigrationBucketEventsResponse {
  complete_events: greenfieldStorage.EventCompleteMigrationBucket[];
}
export const ListCompleteMigrationBucketEventsResponse = define<ListCompleteMigrationBucketEventsResponse>(
  'modular.metadata.types.GfSpListCompleteMigrationBucketEventsResponse',
  {
    complete_events: [1, 'greenfield.storage.EventCompleteMigrationBucket[]'],
  },
);

export interface ListSwapOutEventsRequest {
  block_id: bigint;
  sp_id: number;
}
export const ListSwapOutEventsRequest = define<ListSwapOutEventsRequest>(
  'modular.metadata.types.GfSpListSwapOutEventsRequest',
  {
    block_id: [1, 'uint64'],
    sp_id: [2, 'uint32'],
  },
);

export interface ListSwapOutEventsResponse {
  events: ListSwapOutEvents[];
}
export const ListSwapOutEventsResponse = define<ListSwapOutEventsResponse>(
  'modular.metadata.types.GfSpListSwapOutEventsResponse',
  {
    events: [1, 'modular.metadata.types.ListSwapOutEvents[]'],
  },
);

export interface ListSpExitEventsRequest {
  block_id: bigint;
  sp_id: number;
}
export const ListSpExitEventsRequest = define<ListSpExitEventsRequest>(
  'modular.metadata.types.GfSpListSpExitEventsRequest',
  {
    block_id: [1, 'uint64'],
    sp_id: [2, 'uint32'],
  },
);

export interface ListSpExitEventsResponse {
  events: SpExitEvents;
}
export const ListSpExitEventsResponse = define<ListSpExitEventsResponse>(
  'modular.metadata.types.GfSpListSpExitEventsResponse',
  {
    events: [1, 'modular.metadata.types.ListSpExitEvents!'],
  },
);

export interface GetSPMigratingBucketNumberRequest {
  sp_id: number;
}
export const GetSPMigratingBucketNumberRequest = define<GetSPMigratingBucketNumberRequest>(
  'modular.metadata.types.GfSpGetSPMigratingBucketNumberRequest',
  {
    sp_id: [1, 'uint32'],
  },
);

export interface GetSPMigratingBucketNumberResponse {
  count: bigint;
}
export const GetSPMigratingBucketNumberResponse = define<GetSPMigratingBucketNumberResponse>(
  'modular.metadata.types.GfSpGetSPMigratingBucketNumberResponse',
  {
    count: [1, 'uint64'],
  },
);
