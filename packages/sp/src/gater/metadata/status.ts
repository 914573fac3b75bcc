/** GET /status (`reference/gateway-http.md` §5.10): what runs here. Other providers take a 200 as a sign of health. */
import type { Gateway, Handler } from '../http/handler.ts';
import { send } from '../http/reply.ts';
import { onChain } from '../provider-state.ts';

const NO_HASH = `0x${'0'.repeat(64)}`;

export const getStatus: Handler = async (gateway, _request, response) => {
  // a provider that cannot ask the chain cannot serve either
  await onChain(gateway.dependencies.consensus.currentHeight());
  send(response, 200, 'application/json', JSON.stringify({ status: statusOf(gateway) }));
};

/**
 * Every field that the network's providers answer, 64-bit numbers as text: readers decode it strictly. What has no
 * counterpart here is empty, and the block syncer's place zero, as the network's own gateway has it.
 */
function statusOf({ options, dependencies }: Gateway) {
  return {
    storage_provider_info: {
      sp_code_version: options.version,
      sp_code_commit: '',
      sp_architecture: process.arch,
      sp_go_version: `node ${process.version}`,
      sp_operating_system: process.platform,
      sp_operator_address: options.operatorAddress,
      sp_domain_name: options.domains[0] ?? '',
      sp_monthly_free_quota: '0',
    },
    block_syncer_info: {
      bs_block_height: '0',
      bs_block_hash: NO_HASH,
      bs_update_time: '0',
      bs_mysql_version: '',
      bs_default_character_set_name: '',
      bs_default_collation_name: '',
      bs_modules: [],
      bs_workers: 1,
      bs_enable_dual_db: false,
    },
    chain_info: { chain_id: dependencies.consensus.chainId, chain_address: [] },
    manager_info: { enable_load_task: true, enable_health_checker: false, enable_task_retry_scheduler: true },
    executor_info: {
      listen_seal_retry_timeout: '0',
      bucket_traffic_keep_time_day: '0',
      read_record_keep_time_day: '0',
    },
    gc_info: { enable_gc_zombie: false, enable_gc_meta: false, gc_meta_time_interval: '0' },
  };
}
