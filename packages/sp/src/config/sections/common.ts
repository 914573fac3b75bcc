import { oneOf } from '../kinds.ts';
import type { Condition } from '../record.ts';

/** Of rates: second, minute, hour, day. */
export const period = oneOf(['S', 'M', 'H', 'D']);

/** Why keys do nothing here. One text per reason: a warning names all its keys in a line. */
export const ON_SERVER: Condition = {
  reason:
    'Prairie.Database is sqlite, so the tables are files under Prairie.DataDir; mysql or postgres puts them where these keys say',
  when: 'With `Prairie.Database` mysql or postgres.',
  isIdle: ({ prairie }) => prairie.database === 'sqlite',
};
export const NO_P2P = 'there is no p2p module in this version';
export const NO_MIGRATION = 'there is no migration in this version';
export const PUSHED = 'tasks are pushed to executors, and seals confirmed by blocks: nothing is polled';
export const ONE_QUEUE = 'the queues that are here have no such limit';
