/** The gateway: what a check of a signature costs, and small reads and queries at a provider in its own process. */
import { objectTarget } from '@prairie/client';
import { inLanes, percentile, round, sizeOf } from './figures.ts';
import { benchSignatures } from './gateway-signatures.ts';
import { type Counted, HttpLane } from './http-lane.ts';
import { machineLine, Sha256Meter } from './machine.ts';
import { type BenchObject, createBucket, createObjects } from './objects.ts';
import { type BenchAids, type BenchProvider, withProvider } from './provider.ts';
import { type RequestTemplate, requestBytes } from './requests.ts';
import { type Spent, UsageWindow } from './usage.ts';

export interface GatewayBenchOptions {
  /** A quarter of the requests. */
  quick: boolean;
  /** For each scheme of signatures. */
  seconds: number;
}

const PARALLEL = 4;
const SIZE = '64KiB';
/** Objects in each bucket; a listing tells all of them. */
const OBJECTS = 64;
const REQUESTS = 6000;
const WARM_UP = 1500;
const SEAL_DEADLINE_MS = 60_000;

/** A line per case. @throws Error when something is not sealed in time or an answer breaks off */
export async function* benchGateway({ quick, seconds }: GatewayBenchOptions, aids: BenchAids): AsyncGenerator<object> {
  const sha = new Sha256Meter();
  sha.sample();
  yield* benchSignatures(seconds);
  sha.sample();
  yield* withProvider(aids, (provider) => requestCases(provider, quick ? REQUESTS / 4 : REQUESTS, aids));
  sha.sample();
  yield machineLine(sha, { parallel: PARALLEL });
}

async function* requestCases(provider: BenchProvider, requests: number, { signal, say }: BenchAids) {
  const [open, closed] = [await stored(provider, true, say), await stored(provider, false, say)];
  for (const [name, template] of templates(provider, open, closed)) {
    signal.throwIfAborted();
    say(name);
    const prepare = (count: number) =>
      Array.from({ length: count }, (_, index) => requestBytes(provider.endpoint, template(index), index));
    await exchange(provider, prepare(Math.min(WARM_UP, requests)));
    yield lineOf(name, await exchange(provider, prepare(requests)));
  }
}

/** Each case's n-th request. */
function templates(
  { privateKey }: BenchProvider,
  open: readonly BenchObject[],
  closed: readonly BenchObject[],
): [name: string, template: (index: number) => RequestTemplate][] {
  const target = (objects: readonly BenchObject[], index: number) => {
    const { bucket, name } = objects[index % objects.length]!;
    return objectTarget(bucket, name);
  };
  const list = (count: number) => ({ target: `/${open[0]!.bucket}/?delimiter=&max-keys=${count}&prefix=` });
  const headers = { Range: 'bytes=1000-1999' };
  return [
    [`get-${SIZE}-signed`, (index) => ({ target: target(closed, index), privateKey })],
    [`get-${SIZE}-anonymous`, (index) => ({ target: target(open, index) })],
    ['get-range-1kB-signed', (index) => ({ target: target(closed, index), privateKey, headers })],
    [`head-${SIZE}-signed`, (index) => ({ method: 'HEAD', target: target(closed, index), privateKey })],
    ['object-meta', (index) => ({ target: `${target(open, index)}?object-meta=` })],
    [`list-${OBJECTS}-objects`, () => list(1000)],
    ['list-10-objects', () => list(10)],
    ['status', () => ({ target: '/status' })],
  ];
}

/** A bucket with sealed objects. */
async function stored(provider: BenchProvider, isPublic: boolean, say: BenchAids['say']): Promise<BenchObject[]> {
  const bucket = await createBucket(provider.owner, provider.id, provider.operatorAddress, isPublic);
  say(`uploading ${OBJECTS} objects of ${SIZE}`);
  const size = sizeOf(SIZE);
  const objects = await createObjects(provider.owner, { bucket, prefix: 'o', size, count: OBJECTS });
  await inLanes(objects, PARALLEL, ({ name, payload }) =>
    provider.client.putObject({ bucket, object: name, size, body: payload.chunks() }),
  );
  await provider.seals.sealTimes(objects, SEAL_DEADLINE_MS);
  return objects;
}

interface Exchanged {
  answers: Counted[];
  latencies: number[];
  spent: Spent;
}

/** Sends all, four at a time, each lane on its own connection. */
async function exchange({ pid, endpoint }: BenchProvider, requests: Buffer[]): Promise<Exchanged> {
  const lanes = await Promise.all(
    Array.from({ length: PARALLEL }, () => HttpLane.open(Number(new URL(endpoint).port))),
  );
  const [answers, latencies]: [Counted[], number[]] = [[], []];
  const window = await UsageWindow.open(pid);
  let next = 0;
  const run = async (lane: HttpLane) => {
    while (next < requests.length) {
      const request = requests[next++]!;
      const began = performance.now();
      answers.push(await lane.send(request));
      latencies.push(performance.now() - began);
    }
  };
  try {
    await Promise.all(lanes.map(run));
    return { answers, latencies, spent: await window.close() };
  } finally {
    window.abandon();
    for (const lane of lanes) lane.close();
  }
}

/** A case that was refused says how, instead of what a refusal costs. */
function lineOf(name: string, { answers, latencies, spent }: Exchanged): object {
  const refused = answers.find(({ status }) => status >= 300);
  if (refused) return { case: `gateway: ${name}`, refused: refused.status };
  return {
    case: `gateway: ${name}`,
    requests: answers.length,
    bodyBytes: Math.max(...answers.map(({ bodyBytes }) => bodyBytes)),
    requestsPerS: round(answers.length / spent.seconds, 0),
    cpuMsPerRequest: round((spent.cpuSeconds * 1000) / answers.length),
    p50Ms: round(percentile(latencies, 0.5)),
    p99Ms: round(percentile(latencies, 0.99)),
    rssMB: round(spent.peakRssBytes / 1e6, 1),
    cpuOf: 'the provider, without its chain',
  };
}
