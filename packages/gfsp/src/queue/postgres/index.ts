/** The entry `@prairie/gfsp/postgres`, apart from the package's own so that only those who share queues load it. */
export { jsonCodec, type QueueCodec } from './codec.ts';
export { queueDatabaseErrors } from './errors.ts';
export type { PostgresQueueOptions } from './options.ts';
export { PostgresQueueEngine } from './postgres-engine.ts';
