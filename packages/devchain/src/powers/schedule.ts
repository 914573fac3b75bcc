/** `dev_pause`, `dev_resume`, `dev_setBlockTime`: when blocks come by themselves. */
import type { MethodTable } from '../rpc/methods.ts';
import { whole } from './arguments.ts';
import type { PowerDeps } from './index.ts';

const MAX_BLOCK_TIME_MS = 60_000;

export function scheduleMethods({ schedule }: PowerDeps): MethodTable {
  const state = () => ({ paused: schedule.paused, block_time_ms: schedule.blockTimeMs });
  return {
    dev_pause: {
      params: [],
      handle: () => {
        schedule.pause();
        return state();
      },
    },
    dev_resume: {
      params: [],
      handle: () => {
        schedule.resume();
        return state();
      },
    },
    dev_setBlockTime: {
      params: [['milliseconds', 'int']],
      handle: (args) => {
        schedule.setBlockTime(whole(args, 'milliseconds', { min: 0, max: MAX_BLOCK_TIME_MS }));
        return state();
      },
    },
  };
}
