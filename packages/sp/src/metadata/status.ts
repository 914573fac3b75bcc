import type { BsdbServer, ProviderStatus, StatusQueries } from '@prairie/gfsp';
import { hashText } from './records.ts';
import type { Tables } from './tables.ts';

/** What a process knows of its own provider; the block syncer's place comes from the tables. */
export interface ProviderFacts {
  version?: string;
  /** Of the gateway. */
  domain?: string;
  /** Bytes of each bucket. */
  monthlyFreeQuota?: bigint;
  chainId?: string;
  /** Nodes of the chain; only their hosts are told, because an address may carry a key. */
  rpcUrls?: readonly string[];
  /** Kinds of events that the block syncer follows, by the reference's names. */
  syncModules?: readonly string[];
  /** Blocks that it fetches at a time. */
  syncWorkers?: number;
  /** Its tables can be built anew beside those that serve. */
  hasStandby?: boolean;
  /** The manager asks other providers how they are. */
  checksHealth?: boolean;
  /** The manager takes up what was left. */
  retriesTasks?: boolean;
  /** What the manager lets be collected, how often, and what is kept for how long. */
  gc?: { zombies: boolean; meta: boolean; metaSeconds: number; trafficDays: number; recordDays: number };
}

const NO_HASH = new Uint8Array(32);

export function statusQueries(tables: Tables, facts: ProviderFacts & { operatorAddress: string }): StatusQueries {
  let asked: Promise<BsdbServer> | undefined;
  // it stays what it is as long as the process runs
  const server = () => {
    asked ??= tables
      .read((db) => db.statistics.server())
      .catch((error) => {
        asked = undefined;
        throw error;
      });
    return asked;
  };
  return {
    async getStatus() {
      const epoch = await tables.read((db) => db.epoch.get());
      const { version, characterSet, collation } = await server();
      const { storage_provider_info, ...others } = providerStatus(facts);
      return {
        storage_provider_info,
        block_syncer_info: {
          bs_block_height: epoch?.block_height ?? 0n,
          bs_block_hash: hashText(epoch?.block_hash ?? NO_HASH),
          bs_update_time: epoch?.update_time ?? 0n,
          bs_mysql_version: version,
          bs_default_character_set_name: characterSet,
          bs_default_collation_name: collation,
          bs_modules: [...(facts.syncModules ?? [])],
          bs_workers: facts.syncWorkers ?? 0,
          bs_enable_dual_db: facts.hasStandby ?? false,
        },
        ...others,
      };
    },
    async getObjectCounts(height) {
      if (height !== tables.height) return undefined;
      return tables.read(async (db) => {
        const counts = await db.statistics.objectCounts();
        const epoch = await db.epoch.get();
        // a block that came meanwhile may be counted already
        return epoch && epoch.block_height > height ? undefined : counts;
      });
    },
  };
}

function hostOnly(address: string): string {
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}

/** What has no counterpart here is empty. */
function providerStatus(facts: ProviderFacts & { operatorAddress: string }): Omit<ProviderStatus, 'block_syncer_info'> {
  const { trafficDays = 0, recordDays = 0, zombies = false, meta = false, metaSeconds = 0 } = facts.gc ?? {};
  const { version = '', domain = '', monthlyFreeQuota = 0n, chainId = '', rpcUrls = [], operatorAddress } = facts;
  return {
    storage_provider_info: {
      sp_code_version: version,
      sp_code_commit: '',
      sp_architecture: process.arch,
      sp_go_version: `node ${process.version}`,
      sp_operating_system: process.platform,
      sp_operator_address: operatorAddress,
      sp_domain_name: domain,
      sp_monthly_free_quota: monthlyFreeQuota,
    },
    chain_info: { chain_id: chainId, chain_address: rpcUrls.map(hostOnly) },
    manager_info: {
      enable_load_task: true,
      enable_health_checker: facts.checksHealth ?? false,
      enable_task_retry_scheduler: facts.retriesTasks ?? false,
    },
    executor_info: {
      listen_seal_retry_timeout: 0n,
      bucket_traffic_keep_time_day: BigInt(trafficDays),
      read_record_keep_time_day: BigInt(recordDays),
    },
    gc_info: { enable_gc_zombie: zombies, enable_gc_meta: meta, gc_meta_time_interval: BigInt(metaSeconds) },
  };
}
