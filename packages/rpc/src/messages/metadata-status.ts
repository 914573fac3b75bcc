/** What /status tells, `reference/internal-grpc.md` §3.11. */
import { define } from '@prairie/chain';
import type { ProviderStatus } from '@prairie/gfsp';

define<ProviderStatus['storage_provider_info']>('modular.metadata.types.StorageProviderInfo', {
  sp_code_version: [1, 'string'],
  sp_code_commit: [2, 'string'],
  sp_architecture: [3, 'string'],
  sp_go_version: [4, 'string'],
  sp_operating_system: [5, 'string'],
  sp_operator_address: [6, 'string'],
  sp_domain_name: [7, 'string'],
  sp_monthly_free_quota: [8, 'uint64'],
});

define<ProviderStatus['block_syncer_info']>('modular.metadata.types.BlockSyncerInfo', {
  bs_block_height: [1, 'int64'],
  bs_block_hash: [2, 'string'],
  bs_update_time: [3, 'int64'],
  bs_mysql_version: [4, 'string'],
  bs_default_character_set_name: [5, 'string'],
  bs_default_collation_name: [6, 'string'],
  bs_modules: [7, 'string[]'],
  bs_workers: [8, 'uint32'],
  bs_enable_dual_db: [9, 'bool'],
});

define<ProviderStatus['chain_info']>('modular.metadata.types.ChainInfo', {
  chain_id: [1, 'string'],
  chain_address: [2, 'string[]'],
});

define<ProviderStatus['manager_info']>('modular.metadata.types.ManagerInfo', {
  enable_load_task: [1, 'bool'],
  enable_health_checker: [2, 'bool'],
  enable_task_retry_scheduler: [3, 'bool'],
});

define<ProviderStatus['executor_info']>('modular.metadata.types.ExecutorInfo', {
  listen_seal_retry_timeout: [1, 'int64'],
  bucket_traffic_keep_time_day: [2, 'int64'],
  read_record_keep_time_day: [3, 'int64'],
});

define<ProviderStatus['gc_info']>('modular.metadata.types.GCInfo', {
  enable_gc_zombie: [1, 'bool'],
  enable_gc_meta: [2, 'bool'],
  gc_meta_time_interval: [3, 'int64'],
});

define<ProviderStatus>('modular.metadata.types.Status', {
  storage_provider_info: [1, 'modular.metadata.types.StorageProviderInfo!'],
  block_syncer_info: [2, 'modular.metadata.types.BlockSyncerInfo!'],
  chain_info: [3, 'modular.metadata.types.ChainInfo!'],
  manager_info: [4, 'modular.metadata.types.ManagerInfo!'],
  executor_info: [5, 'modular.metadata.types.ExecutorInfo!'],
  gc_info: [6, 'modular.metadata.types.GCInfo!'],
});

export const GetStatusRequest = define<Record<never, never>>('modular.metadata.types.GfSpGetStatusRequest', {});

export interface GetStatusResponse {
  status: ProviderStatus;
}
export const GetStatusResponse = define<GetStatusResponse>('modular.metadata.types.GfSpGetStatusResponse', {
  status: [1, 'modular.metadata.types.Status!'],
});

export interface GetBsDBInfoRequest {
  block_height: bigint;
}
export const GetBsDBInfoRequest = define<GetBsDBInfoRequest>('modular.metadata.types.GfSpGetBsDBInfoRequest', {
  block_height: [1, 'uint64'],
});

export interface GetBsDBInfoResponse {
  block_height: bigint;
  /** JSON arrays of 64 numbers; empty for a height that the tables do not have. */
  object_total_count: string;
  object_seal_count: string;
}
export const GetBsDBInfoResponse = define<GetBsDBInfoResponse>('modular.metadata.types.GfSpGetBsDBInfoResponse', {
  block_height: [1, 'uint64'],
  object_total_count: [2, 'string'],
  object_seal_count: [3, 'string'],
});
