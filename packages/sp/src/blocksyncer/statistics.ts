/** The row `data_stat`: how many objects there were at the latest round height (`reference/block-syncer-and-db.md` §4). */
import type { ApplyOptions } from './apply-blocks.ts';

/** Objects are counted as they change: nothing has to be looked through. */
export function keepStatistics(every: bigint): NonNullable<ApplyOptions['finish']> {
  return async (tables, { height, unixSeconds }) => {
    if (height % every !== 0n) return;
    const { total, sealed, discontinued } = await tables.statistics.objectCounts();
    await tables.maintenance.putDataStat({
      block_height: height,
      object_total_count: listText(total),
      object_seal_count: listText(sealed),
      object_del_count: listText(discontinued),
      update_time: unixSeconds,
    });
  };
}

const listText = (counts: readonly bigint[]): string => `[${counts.join(',')}]`;
