/** The measured cases: uploads until they are sealed, downloads, and doing nothing. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UserClient } from '@prairie/client';
import { inLanes, percentile, round } from './figures.ts';
import type { BenchObject, Content } from './objects.ts';
import type { SealWatch } from './seals.ts';
import { type Spent, UsageWindow } from './usage.ts';

/** A value per figure; `case` names it. */
export type Line = { case: string } & Record<string, number | string>;

export interface Stage {
  /** Process whose CPU time and memory count. */
  pid: number;
  client: UserClient;
  seals: SealWatch;
  /** Transfers at a time. */
  parallel: number;
  signal: AbortSignal;
}

/** How long the last upload may take to be sealed: generous, as a slow machine is to be measured too. */
const SEAL_DEADLINE_MS = 60_000;
/** Reads are repeated for so long: a single pass over small objects is shorter than the clock of CPU times is fine. */
const READ_SECONDS = 2;

/** Runs `work` and tells what the process spent meanwhile. */
async function spending(pid: number, work: () => Promise<unknown>): Promise<Spent> {
  const window = await UsageWindow.open(pid);
  try {
    await work();
  } catch (error) {
    window.abandon();
    throw error;
  }
  return window.close();
}

/** Uploads all; the CPU time is that until the last is sealed. `size` names the case: `64KiB`. */
export async function putCase(stage: Stage, size: string, objects: readonly BenchObject[]): Promise<Line> {
  const latencies: number[] = [];
  const ends = new Map<bigint, number>();
  let uploadSeconds = 0;
  let sealTimes = new Map<bigint, number>();
  const spent = await spending(stage.pid, async () => {
    const started = performance.now();
    await inLanes(objects, stage.parallel, async ({ id, bucket, name, payload }) => {
      const begun = performance.now();
      await stage.client.putObject({
        bucket,
        object: name,
        size: payload.size,
        body: payload.chunks(),
        signal: stage.signal,
      });
      ends.set(id, performance.now());
      latencies.push(performance.now() - begun);
    });
    uploadSeconds = (performance.now() - started) / 1000;
    sealTimes = await stage.seals.sealTimes(objects, SEAL_DEADLINE_MS);
  });
  const toSealed = [...sealTimes].map(([id, sealed]) => sealed - ends.get(id)!);
  return {
    case: `put-${size}`,
    objects: objects.length,
    ...rates(objects, uploadSeconds, 'objectsPerS'),
    putP50Ms: round(percentile(latencies, 0.5), 1),
    putP99Ms: round(percentile(latencies, 0.99), 1),
    toSealedP50Ms: round(percentile(toSealed, 0.5), 1),
    toSealedP99Ms: round(percentile(toSealed, 0.99), 1),
    ...costs(objects, spent),
  };
}

/** Reads all, again and again, then compares one whole object with what was uploaded. */
export async function getCase(stage: Stage, size: string, objects: readonly BenchObject[]): Promise<Line> {
  const latencies: number[] = [];
  const read: BenchObject[] = [];
  let seconds = 0;
  const spent = await spending(stage.pid, async () => {
    const started = performance.now();
    do {
      await inLanes(objects, stage.parallel, async (object) => {
        stage.signal.throwIfAborted();
        const begun = performance.now();
        await drain(stage.client, object);
        latencies.push(performance.now() - begun);
        read.push(object);
      });
      seconds = (performance.now() - started) / 1000;
    } while (seconds < READ_SECONDS);
  });
  await verify(stage.client, objects.at(-1)!);
  return {
    case: `get-${size}`,
    objects: objects.length,
    gets: read.length,
    ...rates(read, seconds, 'opsPerS'),
    getP50Ms: round(percentile(latencies, 0.5), 1),
    getP99Ms: round(percentile(latencies, 0.99), 1),
    ...costs(read, spent),
  };
}

/** What the network costs when nobody uses it. */
export async function idleCase(pid: number, name: string, seconds: number, signal: AbortSignal): Promise<Line> {
  const spent = await spending(pid, () => sleep(seconds * 1000, undefined, { signal }));
  return {
    case: name,
    seconds,
    cores: round(spent.cpuSeconds / spent.seconds),
    rssMB: round(spent.rssBytes / 1e6, 1),
    cpuOf: CPU_OF,
  };
}

const CPU_OF = 'all providers and the chain';

const bytesOf = (objects: readonly { payload: Content }[]): number =>
  objects.reduce((sum, { payload }) => sum + payload.size, 0);

function rates(objects: readonly BenchObject[], seconds: number, perSecond: string): Record<string, number> {
  return { mbPerS: round(bytesOf(objects) / 1e6 / seconds, 2), [perSecond]: round(objects.length / seconds, 2) };
}

function costs(objects: readonly BenchObject[], { cpuSeconds, peakRssBytes }: Spent): Record<string, number | string> {
  return {
    cpuSecondsPerObject: round(cpuSeconds / objects.length, 5),
    cpuSecondsPerGB: round((cpuSeconds * 1e9) / bytesOf(objects)),
    rssMB: round(peakRssBytes / 1e6, 1),
    cpuOf: CPU_OF,
  };
}

async function drain(client: UserClient, { bucket, name, payload }: BenchObject): Promise<void> {
  const { stream } = await client.getObject(bucket, name);
  let size = 0;
  for await (const chunk of stream) size += chunk.length;
  if (size !== payload.size) throw new Error(`${name}: ${payload.size} bytes were uploaded, ${size} came back`);
}

/** @throws Error when an object reads back as other bytes than were uploaded */
async function verify(client: UserClient, { bucket, name, payload }: BenchObject): Promise<void> {
  const { stream } = await client.getObject(bucket, name);
  const [uploaded, got] = await Promise.all([digest(payload.chunks()), digest(stream)]);
  if (uploaded !== got) throw new Error(`${name} reads back wrong: SHA-256 ${uploaded} was uploaded, got ${got}`);
}

async function digest(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}
