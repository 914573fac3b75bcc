/** What the block syncer tells of itself. */
import type { Metrics } from './metrics.ts';

/** Blocks that were written together. */
export interface SyncFacts {
  blocks: number;
  /** Of the last of them. */
  height: bigint;
  /** The chain's. */
  chainHeight: bigint;
  /** That changed the tables. */
  events: number;
  /** From the time in the last block's header to its rows being seen, seconds. */
  lagSeconds: number;
  /** Waited for the blocks. */
  fetchSeconds: number;
  writeSeconds: number;
}

/** The newest facts are in gauges, as the reference has them. */
export function observeSync(metrics: Metrics): (facts: SyncFacts) => void {
  return ({ chainHeight, events, lagSeconds, fetchSeconds, writeSeconds }) => {
    metrics.set('chain_latest_height', {}, Number(chainHeight));
    metrics.set('block_event_count', {}, events);
    metrics.set('blocksyncer_catch_time', {}, lagSeconds);
    metrics.set('blocksyncer_write_db_time', {}, writeSeconds);
    metrics.set('chain_rpc_time', {}, fetchSeconds);
  };
}

/** Counts blocks whose raw results could not be kept. */
export function observeLostResults(metrics: Metrics): () => void {
  return () => metrics.add('save_block_result_err', {});
}
