/** Large objects and slow readers, at a provider in its own process: what they do to its memory and to others. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { objectTarget } from '@prairie/client';
import { percentile, round, sizeOf } from './figures.ts';
import { machineLine, Sha256Meter } from './machine.ts';
import { announce, type BenchObject, createBucket, keystream } from './objects.ts';
import { type BenchAids, type BenchProvider, withProvider } from './provider.ts';
import { requestBytes } from './requests.ts';
import { type SlowReaders, slowReaders } from './slow-readers.ts';
import { type Spent, UsageWindow } from './usage.ts';

const SEAL_DEADLINE_MS = 900_000;
/** The largest that a gateway takes in one put (`reference/gateway-http.md` §7.1). */
const LARGEST = 2 * 2 ** 30;
const READERS = { count: 200, bytesPerS: 10_000 };
/** Of a fast reader alone and beside slow ones, in turn: what else the machine does blurs both alike. */
const ROUNDS = 3;
const FAST_SECONDS = 4;

/** A line per case. @throws Error when an object is not sealed or reads back as other bytes */
export async function* benchTransfers({ quick }: { quick: boolean }, aids: BenchAids): AsyncGenerator<object> {
  const sha = new Sha256Meter();
  sha.sample();
  yield* withProvider(aids, (provider) => transferCases(provider, quick ? LARGEST / 8 : LARGEST, aids));
  sha.sample();
  yield machineLine(sha);
}

async function* transferCases(provider: BenchProvider, size: number, { say }: BenchAids): AsyncGenerator<object> {
  const { id, operatorAddress, owner } = provider;
  const bucket = await createBucket(owner, id, operatorAddress);
  const create = async (name: string, bytes: number, seed: number) => {
    say(`${name}: ${bytes} bytes, creating`);
    const [object] = await announce(owner, [{ id: 0n, bucket, name, payload: keystream(bytes, seed) }]);
    return object!;
  };
  // the memory that transfers of any size take is there before the clock starts: what counts is what grows with the size
  const warmUp = await create('warm-up', sizeOf('64MiB'), 1);
  await send(provider, warmUp);
  await seal(provider, warmUp);
  await get(provider, warmUp);
  const large = await create('large', size, 2);
  const window = await UsageWindow.open(provider.pid);
  try {
    say('large: uploading');
    yield await largeCase('put-large', provider, large, () => send(provider, large));
    yield await largeCase('seal-large', provider, large, () => seal(provider, large));
    say('large: downloading');
    yield await largeCase('get-large', provider, large, () => get(provider, large));
    yield { case: 'transfers: all of large', bytes: size, ...memoryOf(window, await window.close()) };
  } finally {
    window.abandon();
  }
  const small = await create('small', sizeOf('16MiB'), 4);
  await send(provider, small);
  await seal(provider, small);
  say(`a fast reader alone, and beside ${READERS.count} slow ones`);
  yield await slowReadersCase(provider, small, await create('fast', sizeOf('64MiB'), 3));
}

async function largeCase(
  name: string,
  { pid }: BenchProvider,
  { payload }: BenchObject,
  work: () => Promise<number>,
): Promise<object> {
  const window = await UsageWindow.open(pid);
  let seconds = 0;
  let spent: Spent;
  try {
    seconds = await work();
    spent = await window.close();
  } finally {
    window.abandon();
  }
  return {
    case: `transfers: ${name}`,
    bytes: payload.size,
    mbPerS: round(payload.size / 1e6 / seconds, 1),
    cpuSecondsPerGB: round((spent.cpuSeconds * 1e9) / payload.size),
    ...memoryOf(window, spent),
    cpuOf: 'the provider, without its chain and the other providers',
  };
}

function memoryOf({ rssBytesBefore }: UsageWindow, { peakRssBytes }: Spent): Record<string, number> {
  return {
    rssBeforeMB: round(rssBytesBefore / 1e6, 1),
    rssPeakMB: round(peakRssBytes / 1e6, 1),
    rssGrowthMB: round((peakRssBytes - rssBytesBefore) / 1e6, 1),
  };
}

/** Resolves with the seconds of the upload. */
async function send({ client }: BenchProvider, { bucket, name, payload }: BenchObject): Promise<number> {
  const began = performance.now();
  await client.putObject({ bucket, object: name, size: payload.size, body: payload.chunks() });
  return (performance.now() - began) / 1000;
}

/** Resolves with the seconds until all secondaries have their pieces and the object is sealed. */
async function seal({ seals }: BenchProvider, object: BenchObject): Promise<number> {
  const began = performance.now();
  await seals.sealTimes([object], SEAL_DEADLINE_MS);
  return (performance.now() - began) / 1000;
}

async function get({ client }: BenchProvider, { bucket, name, payload }: BenchObject): Promise<number> {
  const began = performance.now();
  const { stream } = await client.getObject(bucket, name);
  const got = await digest(stream);
  const seconds = (performance.now() - began) / 1000;
  if (got !== (await digest(payload.chunks()))) throw new Error(`${name} reads back as other bytes than were uploaded`);
  return seconds;
}

async function digest(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

async function slowReadersCase(provider: BenchProvider, slow: BenchObject, fast: BenchObject): Promise<object> {
  await send(provider, fast);
  await seal(provider, fast);
  await throughput(provider, fast);
  const window = await UsageWindow.open(provider.pid);
  const [alone, beside]: [number[], number[]] = [[], []];
  let readers: SlowReaders | undefined;
  let broken = 0;
  const rates: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(await throughput(provider, fast));
      readers = await openReaders(provider, slow, round);
      const began = performance.now();
      beside.push(await throughput(provider, fast));
      rates.push(...readers.bytes.map((bytes) => (bytes * 1000) / (performance.now() - began)));
      broken += readers.broken();
      readers.close();
      await sleep(1000);
    }
  } finally {
    readers?.close();
    window.abandon();
  }
  const spent = await window.close();
  const [median, other] = [percentile(alone, 0.5), percentile(beside, 0.5)];
  return {
    case: `transfers: fast reader beside ${READERS.count} slow ones`,
    aloneMBPerS: round(median, 1),
    besideMBPerS: round(other, 1),
    slowerPercent: round((1 - other / median) * 100, 1),
    slowBytesPerS: round(percentile(rates, 0.5), 0),
    slowBroken: broken,
    ...memoryOf(window, spent),
  };
}

function openReaders({ endpoint, privateKey }: BenchProvider, slow: BenchObject, round: number): Promise<SlowReaders> {
  const template = { target: objectTarget(slow.bucket, slow.name), privateKey };
  const requests = Array.from({ length: READERS.count }, (_, index) =>
    requestBytes(endpoint, template, round * READERS.count + index),
  );
  return slowReaders(Number(new URL(endpoint).port), requests, READERS.bytesPerS);
}

/** MB per second of one reader that takes the object again and again. */
async function throughput({ client }: BenchProvider, { bucket, name }: BenchObject): Promise<number> {
  const began = performance.now();
  let bytes = 0;
  do {
    for await (const chunk of (await client.getObject(bucket, name)).stream) bytes += chunk.length;
  } while (performance.now() - began < FAST_SECONDS * 1000);
  return bytes / 1000 / (performance.now() - began);
}
