/** Contents for uploads that follow from a seed, and the whole of a download. */
import { createCipheriv } from 'node:crypto';
import type { UserClient } from '@prairie/client';

/** Bytes without a pattern: two segments or shards that changed places never look the same. */
export function contentOf(size: number, seed: number): Buffer {
  const key = Buffer.alloc(16);
  key.writeUInt32LE(seed >>> 0);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The content as an upload's body. */
export async function* inChunks(content: Buffer, size = 128 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

type Range = Parameters<UserClient['getObject']>[2];

export async function readObject(client: UserClient, bucket: string, object: string, range?: Range): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await client.getObject(bucket, object, range)).stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
