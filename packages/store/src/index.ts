export * from './bsdb/index.ts';
export * from './piecestore/index.ts';
export { bucketShard, integrityShard, murmur3, shardTable } from './shards.ts';
export * from './spdb/spdb.ts';
export { openSqlite, SqliteDatabase } from './sqlite/database.ts';
