/** Which of 64 tables a row is in (`reference/block-syncer-and-db.md` §7, §11.2). */

const SHARDS = 64;
const OBJECTS_PER_INTEGRITY_SHARD = 5_000_000n;

export const ALL_SHARDS: readonly number[] = Array.from({ length: SHARDS }, (_, i) => i);

export function shardTable(prefix: string, shard: number): string {
  return `${prefix}_${String(shard).padStart(2, '0')}`;
}

/** Shard of `objects_NN` and `slash_prefix_tree_nodes_NN`. */
export function bucketShard(bucketName: string): number {
  return murmur3(Buffer.from(bucketName)) % SHARDS;
}

/** Shard of `integrity_meta_NN`. */
export function integrityShard(objectId: bigint): number {
  return Number((objectId / OBJECTS_PER_INTEGRITY_SHARD) % BigInt(SHARDS));
}

/** The first id after the run of ids that are in one shard with this one. */
export function integrityShardEnd(objectId: bigint): bigint {
  return (objectId / OBJECTS_PER_INTEGRITY_SHARD + 1n) * OBJECTS_PER_INTEGRITY_SHARD;
}

/** MurmurHash3, x86, 32 bits, seed 0. */
export function murmur3(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const blocks = data.length & ~3;
  let hash = 0;
  for (let i = 0; i < blocks; i += 4) {
    hash ^= scramble(view.getUint32(i, true));
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = data.length - 1; i >= blocks; i--) tail = (tail << 8) | data[i]!;
  if (data.length > blocks) hash ^= scramble(tail);
  hash ^= data.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const rotate = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));
const scramble = (block: number) => Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
