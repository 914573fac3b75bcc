export * from './bsdb/index.ts';
export * from './piecestore/index.ts';
export { bucketShard, integrityShard, murmur3, shardTable } from './shards.ts';
export * from './spdb/spdb.ts';
export type { DatabaseAddress, EngineName, PoolUse, ServerAddress, SqliteAddress } from './sql/engine.ts';
export { createDatabases, dropDatabases, type ServerLogin } from './sql/server.ts';
