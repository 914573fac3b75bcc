/** `dev_mine`: blocks at once, as many as asked for. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { timeText } from '../chain/block-types.ts';
import type { Chain } from '../chain/chain.ts';
import { type BlockTime, isAfter } from '../chain/clock.ts';
import type { MethodTable } from '../rpc/methods.ts';
import { beforeTheEnd, whole } from './arguments.ts';
import type { PowerDeps } from './index.ts';

const MAX_BLOCKS = 100_000;
/** A year. */
const MAX_SECONDS = 31_536_000;
/** Others get their turn this often. */
const SLICE_MS = 20;

export interface Mined {
  height: string;
  time: string;
}

export const miningMethods = (deps: PowerDeps): MethodTable => ({
  dev_mine: {
    params: [
      ['blocks', 'int'],
      ['seconds_between', 'int'],
    ],
    handle: (args) => {
      const blocks = whole({ blocks: 1, ...defined(args) }, 'blocks', { min: 1, max: MAX_BLOCKS });
      const apart = args.seconds_between;
      if (apart === undefined) return mine(deps, blocks);
      const seconds = whole(args, 'seconds_between', { min: 1, max: MAX_SECONDS });
      const first = nextApart(deps.chain, seconds);
      beforeTheEnd('blocks', { ...first, seconds: first.seconds + BigInt(blocks) * BigInt(seconds) });
      return mine(deps, blocks, seconds);
    },
  },
});

const defined = (args: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));

/** The time planned for the next block; else that much later than the last, but not behind the clock. */
function nextApart({ clock, lastTime }: Chain, seconds: number): BlockTime {
  const apart = { ...lastTime, seconds: lastTime.seconds + BigInt(seconds) };
  return clock.planned(lastTime) ?? (isAfter(clock.now, apart) ? clock.now : apart);
}

/**
 * Makes blocks of what waits, without those of the schedule in between. With `seconds` each is that much later than the
 * one before, and the clock goes on from the last; else they follow the clock.
 */
async function mine({ chain, schedule, turns }: PowerDeps, blocks: number, seconds?: number): Promise<Mined> {
  await schedule.hold(async () => {
    let slice = performance.now();
    try {
      for (let made = 0; made < blocks; made++) {
        chain.produceBlock(seconds === undefined ? undefined : nextApart(chain, seconds));
        if (performance.now() - slice < SLICE_MS) continue;
        await nextTurn();
        turns.check();
        slice = performance.now();
      }
    } finally {
      if (seconds !== undefined) chain.clock.follow(chain.lastTime);
    }
  });
  return { height: String(chain.height), time: timeText(chain.lastTime) };
}
