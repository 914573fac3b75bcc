import { oneOf } from '../kinds.ts';

/** Of rates: second, minute, hour, day. */
export const period = oneOf(['S', 'M', 'H', 'D']);

/** Why keys do nothing here. One text per reason: a warning names all its keys in a line. */
export const NO_MYSQL = 'the tables are SQLite files under Prairie.DataDir until there is a MySQL engine';
export const NO_P2P = 'there is no p2p module in this version';
export const NO_GC = 'there is no garbage collection in this version';
export const NO_MIGRATION = 'there is no migration in this version';
export const PUSHED = 'tasks are pushed to executors, and seals confirmed by blocks: nothing is polled';
export const ONE_QUEUE = 'the queues that are here have no such limit';
