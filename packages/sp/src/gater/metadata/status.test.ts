import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ProviderStatus } from '@prairie/gfsp';
import { chainOf, gatewayOf, OPERATOR } from '../testing.ts';

/** Keys of a recorded answer, all sections; readers refuse others. */
const KEYS = {
  storage_provider_info:
    'sp_code_version sp_code_commit sp_architecture sp_go_version sp_operating_system sp_operator_address sp_domain_name sp_monthly_free_quota',
  block_syncer_info:
    'bs_block_height bs_block_hash bs_update_time bs_mysql_version bs_default_character_set_name bs_default_collation_name bs_modules bs_workers bs_enable_dual_db',
  chain_info: 'chain_id chain_address',
  manager_info: 'enable_load_task enable_health_checker enable_task_retry_scheduler',
  executor_info: 'listen_seal_retry_timeout bucket_traffic_keep_time_day read_record_keep_time_day',
  gc_info: 'enable_gc_zombie enable_gc_meta gc_meta_time_interval',
};

/** As the metadata module tells it. */
const STATUS: ProviderStatus = {
  storage_provider_info: {
    sp_code_version: '1',
    sp_code_commit: '',
    sp_architecture: 'x64',
    sp_go_version: 'node',
    sp_operating_system: 'linux',
    sp_operator_address: OPERATOR,
    sp_domain_name: 'sp1.test',
    sp_monthly_free_quota: 2n ** 63n,
  },
  block_syncer_info: {
    bs_block_height: 7n,
    bs_block_hash: `0x${'ab'.repeat(32)}`,
    bs_update_time: 8n,
    bs_mysql_version: '',
    bs_default_character_set_name: '',
    bs_default_collation_name: '',
    bs_modules: ['epoch'],
    bs_workers: 1,
    bs_enable_dual_db: false,
  },
  chain_info: { chain_id: 'greenfield_9000-121', chain_address: [] },
  manager_info: { enable_load_task: true, enable_health_checker: false, enable_task_retry_scheduler: true },
  executor_info: { listen_seal_retry_timeout: 0n, bucket_traffic_keep_time_day: 0n, read_record_keep_time_day: 0n },
  gc_info: { enable_gc_zombie: false, enable_gc_meta: false, gc_meta_time_interval: 0n },
};
const client = { metadata: { getStatus: async () => STATUS } };

it('says what runs, in the fields and types that were recorded', async (t) => {
  const gateway = await gatewayOf(t, client, chainOf());
  const { status, headers, body } = await gateway.send({ path: '/status' });
  assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
  const answer = JSON.parse(body.toString()).status;
  const keys = Object.entries(answer).map(([section, fields]) => [section, Object.keys(fields as object).join(' ')]);
  assert.deepEqual(Object.fromEntries(keys), KEYS);
  assert.equal(answer.storage_provider_info.sp_monthly_free_quota, String(2n ** 63n));
  assert.equal(answer.block_syncer_info.bs_block_height, '7');
  assert.equal(answer.block_syncer_info.bs_workers, 1);
});

it('is no sign of health when the chain does not answer', async (t) => {
  const currentHeight = async () => {
    throw new Error('the node does not answer');
  };
  const gateway = await gatewayOf(t, client, chainOf({ currentHeight }));
  assert.equal((await gateway.send({ path: '/status' })).code, 55001);
});
