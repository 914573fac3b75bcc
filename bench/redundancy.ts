import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createErasureCoder, createHasher, createPieceMaker, ObjectChecksums, WorkerPool } from '@prairie/redundancy';
import { round } from './figures.ts';
import { machineLine } from './machine.ts';
import { type Measurement, measure } from './measure.ts';

const SEGMENT = 16 << 20;
const [DATA, PARITY] = [4, 2];
const CODE = { data: DATA, parity: PARITY };
/** Segments in work at a time while the event loop is watched. */
const LANES = 8;
const LAG_SECONDS = 3;

type Line = Measurement & {
  /** Input bytes per second of CPU time: what one core does. */
  gbPerCoreSecond: number;
  lagP50Ms?: number;
  lagP99Ms?: number;
  lagMaxMs?: number;
};

/** The CPU work of uploads and repairs on segments in shared memory, inline and on threads; then what the loop feels. */
export async function* benchRedundancy(seconds: number): AsyncGenerator<object> {
  for (const place of ['inline', 'threads'] as const) {
    const pool = new WorkerPool(place === 'inline' ? { inlineBelow: Number.POSITIVE_INFINITY } : {});
    for (const [name, run] of Object.entries(await worksOf(pool))) {
      yield lineOf(await measure({ name: `redundancy: ${name}, ${place}`, bytes: SEGMENT, run }, seconds));
    }
    await pool.close();
  }
  for (const memory of ['shared', 'own'] as const) yield await benchLag(memory, Math.max(seconds, LAG_SECONDS));
  yield machineLine();
}

async function worksOf(pool: WorkerPool): Promise<Record<string, () => Promise<unknown>>> {
  const coder = createErasureCoder({ pool });
  const hasher = createHasher({ pool });
  const pieceMaker = createPieceMaker({ pool });
  const segment = shared(SEGMENT, randomBytes(SEGMENT));
  const into = shared(SEGMENT);
  const shards = await coder.encode(segment, DATA, PARITY);
  const left = shards.map((shard, index) => (index < PARITY ? undefined : shard));
  return {
    sha256: () => hasher.sha256(segment),
    encode: () => coder.encode(segment, DATA, PARITY, { into }),
    verify: () => coder.verify(shards, DATA, PARITY),
    'reconstruct two data shards': () => coder.reconstruct(left, DATA, PARITY, { into }),
    'decode with two lost': () => coder.decode(left, DATA, PARITY, SEGMENT, { into }),
    'pieces and checksums': () => pieceMaker.makePieces(segment, { ...CODE, parityInto: into }),
    'object checksums': async () => {
      const checksums = new ObjectChecksums({ segmentSize: SEGMENT, ...CODE }, { pieceMaker });
      await checksums.update(segment);
      return checksums.finish();
    },
  };
}

/** How late timers are while more segments wait for the threads than there are threads. */
async function benchLag(memory: 'shared' | 'own', seconds: number): Promise<Line> {
  const pool = new WorkerPool();
  const pieceMaker = createPieceMaker({ pool });
  const bytes = randomBytes(SEGMENT);
  const lanes = Array.from({ length: LANES }, () => ({
    segment: memory === 'shared' ? shared(SEGMENT, bytes) : Uint8Array.from(bytes),
    parityInto: memory === 'shared' ? shared(SEGMENT / 2) : new Uint8Array(SEGMENT / 2),
  }));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const run = (index: number) => {
    const { segment, parityInto } = lanes[index % LANES]!;
    return pieceMaker.makePieces(segment, { ...CODE, parityInto });
  };
  await Promise.all(lanes.map((_, index) => run(index)));
  delay.enable();
  const name = `redundancy: event loop, ${LANES} segments at a time in ${memory} memory`;
  const measured = await measure({ name, bytes: SEGMENT, concurrency: LANES, run }, seconds);
  delay.disable();
  await pool.close();
  const ms = (nanoseconds: number) => round(nanoseconds / 1e6);
  const lag = { lagP50Ms: ms(delay.percentile(50)), lagP99Ms: ms(delay.percentile(99)), lagMaxMs: ms(delay.max) };
  return { ...lineOf(measured), ...lag };
}

function lineOf(measurement: Measurement): Line {
  return { ...measurement, gbPerCoreSecond: round(1 / measurement.cpuSecondsPerGB!, 2) };
}

function shared(size: number, content?: Uint8Array): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(size));
  // touched, so that no case pays for fresh pages
  if (content) memory.set(content);
  else memory.fill(1);
  return memory;
}
