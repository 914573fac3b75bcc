/** `dev_status`: where the chain stands, and what its developer has done to it. */
import { timeText } from '../chain/block-types.ts';
import type { MethodTable } from '../rpc/methods.ts';
import type { PowerDeps } from './index.ts';

export const statusMethods = ({ chain, schedule, impersonations, dataDir }: PowerDeps): MethodTable => ({
  dev_status: {
    params: [],
    handle: () => {
      const { clock, lastTime, mempool } = chain;
      const planned = clock.planned(lastTime);
      return {
        chain_id: chain.chainId,
        height: String(chain.height),
        time: timeText(lastTime),
        app_hash: chain.appHash,
        clock: { time: timeText(clock.now), offset_ms: clock.setting.offset },
        next_block_time: planned ? timeText(planned) : null,
        paused: schedule.paused,
        block_time_ms: schedule.blockTimeMs,
        mempool: { txs: mempool.count, bytes: mempool.bytes },
        impersonated: impersonations.addresses.length,
        snapshots: chain.snapshots.length,
        oldest_state: String(chain.store.oldestState),
        data_dir: dataDir ?? null,
      };
    },
  },
});
