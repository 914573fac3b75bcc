import { randomBytes } from 'node:crypto';
import { createErasureCoder, createHasher, ObjectChecksums, WorkerPool } from '@prairie/redundancy';
import { type Measurement, measure } from './measure.ts';

const SEGMENT = 16 << 20;

/** The CPU work of an upload: encoding and hashing a segment, inline and on threads. */
export async function* benchRedundancy(seconds: number): AsyncGenerator<Measurement> {
  const segment = randomBytes(SEGMENT);
  for (const place of ['inline', 'threads'] as const) {
    const pool = new WorkerPool(place === 'inline' ? { inlineBelow: Number.POSITIVE_INFINITY } : {});
    const coder = createErasureCoder({ pool });
    const hasher = createHasher({ pool });
    const shards = await coder.encode(segment, 4, 2);
    const left = shards.map((shard, index) => (index < 2 ? undefined : shard));
    const works = {
      encode: () => coder.encode(segment, 4, 2),
      'decode with two lost': () => coder.decode(left, 4, 2, SEGMENT),
      sha256: () => hasher.sha256(segment),
      'object checksums': async () => {
        const checksums = new ObjectChecksums({ segmentSize: SEGMENT, data: 4, parity: 2 }, { coder, hasher });
        await checksums.update(segment);
        return checksums.finish();
      },
    };
    for (const [name, run] of Object.entries(works)) {
      yield await measure({ name: `redundancy: ${name}, ${place}`, bytes: SEGMENT, run }, seconds);
    }
    await pool.close();
  }
}
