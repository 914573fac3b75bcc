/** `dev_increaseTime`, `dev_setNextBlockTime`: the clock of the chain, which only goes forward. */
import { timeText } from '../chain/block-types.ts';
import { isAfter } from '../chain/clock.ts';
import type { MethodTable } from '../rpc/methods.ts';
import { beforeTheEnd, refused, timeIn, whole } from './arguments.ts';
import type { PowerDeps } from './index.ts';

/** A hundred years. */
const MAX_SECONDS = 3_155_760_000;

export const timeMethods = ({ chain }: PowerDeps): MethodTable => ({
  dev_increaseTime: {
    params: [['seconds', 'int']],
    handle: (args) => {
      const seconds = whole(args, 'seconds', { min: 1, max: MAX_SECONDS });
      const { clock } = chain;
      beforeTheEnd('seconds', { ...clock.now, seconds: clock.now.seconds + BigInt(seconds) });
      clock.advance(seconds);
      return { offset_ms: clock.setting.offset, time: timeText(clock.now) };
    },
  },
  dev_setNextBlockTime: {
    params: [['time', 'string']],
    handle: (args) => {
      const time = timeIn(args);
      if (!isAfter(time, chain.lastTime)) {
        const last = timeText(chain.lastTime);
        throw refused(`time: one after the last block's, ${last}, expected, got ${timeText(time)}`);
      }
      chain.clock.plan(time);
      return { time: timeText(time) };
    },
  },
});
