/** What a provider says of itself in /status, by the names of `reference/gateway-http.md` §5.10. */
export interface ProviderStatus {
  storage_provider_info: {
    sp_code_version: string;
    sp_code_commit: string;
    sp_architecture: string;
    sp_go_version: string;
    sp_operating_system: string;
    sp_operator_address: string;
    sp_domain_name: string;
    sp_monthly_free_quota: bigint;
  };
  block_syncer_info: {
    bs_block_height: bigint;
    bs_block_hash: string;
    bs_update_time: bigint;
    bs_mysql_version: string;
    bs_default_character_set_name: string;
    bs_default_collation_name: string;
    bs_modules: string[];
    bs_workers: number;
    bs_enable_dual_db: boolean;
  };
  chain_info: { chain_id: string; chain_address: string[] };
  manager_info: { enable_load_task: boolean; enable_health_checker: boolean; enable_task_retry_scheduler: boolean };
  /** Seconds, days, days. */
  executor_info: {
    listen_seal_retry_timeout: bigint;
    bucket_traffic_keep_time_day: bigint;
    read_record_keep_time_day: bigint;
  };
  /** The interval in seconds. */
  gc_info: { enable_gc_zombie: boolean; enable_gc_meta: boolean; gc_meta_time_interval: bigint };
}

/** Rows of objects, removed ones too, in each of the 64 parts of the table. */
export interface ObjectCounts {
  total: readonly bigint[];
  sealed: readonly bigint[];
}

export interface StatusQueries {
  getStatus(): Promise<ProviderStatus>;
  /** undefined for every height but the one that the tables have. */
  getObjectCounts(height: bigint): Promise<ObjectCounts | undefined>;
}
