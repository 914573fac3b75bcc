import { WorkerPool } from './pool.ts';

/** SHA-256 that does not hold up the event loop: large inputs are hashed on a thread. */
export interface Hasher {
  sha256(data: Uint8Array): Promise<Buffer>;
  close(): Promise<void>;
}

export interface HasherOptions {
  /** Threads to share with others; whoever made the pool closes it. Default: a pool of the hasher's own. */
  pool?: WorkerPool;
}

export function createHasher(options: HasherOptions = {}): Hasher {
  const pool = options.pool ?? new WorkerPool();
  return {
    async sha256(data) {
      const [digest] = await pool.run({ kind: 'sha256', inputs: [data] });
      return Buffer.from(digest!.buffer, digest!.byteOffset, digest!.length);
    },
    async close() {
      if (!options.pool) await pool.close();
    },
  };
}
