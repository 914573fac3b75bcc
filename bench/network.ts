/** The whole network, measured from outside: a devnet in a process of its own, and this process as its client. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChainClient, TxSender } from '@prairie/chain';
import { UserClient } from '@prairie/client';
import { WorkerPool } from '@prairie/redundancy';
import { type DevnetProcess, startDevnet } from '../test/support/devnet-process.ts';
import { getCase, idleCase, type Line, putCase, type Stage } from './cases.ts';
import { round, sizeOf } from './figures.ts';
import { machineLine, Sha256Meter } from './machine.ts';
import { createBucket, createObjects, type Owner } from './objects.ts';
import { SealWatch } from './seals.ts';

export interface NetworkBenchOptions {
  /** `64KiB`, `16MiB` … */
  sizes: readonly string[];
  /** Fewer objects and shorter rests. */
  quick: boolean;
  blockTimeMs: number;
}

export interface NetworkBenchDependencies {
  /** Ends the run; everything is cleared up. */
  signal: AbortSignal;
  /** For the human who waits. */
  say: (text: string) => void;
}

const PARALLEL = 4;
/** After the start: what a network does once is over, and code that is used is compiled. */
const SETTLE_MS = 2000;
const WARM_UP = { '64KiB': 40, '1MiB': 4 } as const;

/** Objects of a case: enough for a 99th percentile of small ones, and not much time for large ones. */
function objectCount(bytes: number, quick: boolean): number {
  const full = bytes <= 64 << 10 ? 60 : bytes <= 1 << 20 ? 40 : bytes <= 16 << 20 ? 12 : 8;
  return quick ? Math.max(PARALLEL, Math.ceil(full / 5)) : full;
}

/** A line per case. @throws Error when something is not sealed in time or reads back wrong */
export async function* benchNetwork(
  options: NetworkBenchOptions,
  { signal, say }: NetworkBenchDependencies,
): AsyncGenerator<Line> {
  const sha = new Sha256Meter();
  sha.sample();
  const dataDir = await mkdtemp(join(tmpdir(), 'prairie-bench-'));
  const started = performance.now();
  let devnet: DevnetProcess | undefined;
  const kill = () => devnet?.process.kill('SIGKILL');
  try {
    const ports = ['--rpc-port', '0', '--sp-port', '0'];
    devnet = await startDevnet([...ports, '--data-dir', dataDir, '--block-time', String(options.blockTimeMs)]);
    process.once('exit', kill);
    say(`devnet ready after ${round((performance.now() - started) / 1000, 1)} s`);
    yield* devnetCases(options, devnet, sha, { signal: AbortSignal.any([signal, endOf(devnet)]), say });
  } catch (error) {
    if (devnet && !signal.aborted) say(`the devnet's last words:\n${devnet.log().slice(-4000) || '(none)'}`);
    throw error;
  } finally {
    // nothing of it is kept: there is no need to wait for an orderly end
    await devnet?.end('SIGKILL');
    process.off('exit', kill);
    await rm(dataDir, { recursive: true, force: true });
  }
  sha.sample();
  yield machineLine(sha, { blockTimeMs: options.blockTimeMs, parallel: PARALLEL });
}

/** Aborted when the devnet ends by itself. */
function endOf({ process: child }: DevnetProcess): AbortSignal {
  const ended = new AbortController();
  child.once('exit', (code, name) => ended.abort(new Error(`the devnet ended with ${name ?? `code ${code}`}`)));
  return ended.signal;
}

async function* devnetCases(
  options: NetworkBenchOptions,
  devnet: DevnetProcess,
  sha: Sha256Meter,
  { signal, say }: NetworkBenchDependencies,
): AsyncGenerator<Line> {
  const pid = devnet.process.pid!;
  const idleSeconds = options.quick ? 3 : 10;
  await sleep(SETTLE_MS, undefined, { signal });
  say(`idle for ${idleSeconds} s`);
  yield await idleCase(pid, 'idle', idleSeconds, signal);
  yield* transferCases(options, devnet, sha, { signal, say });
  await sleep(SETTLE_MS, undefined, { signal });
  say(`idle again for ${idleSeconds} s`);
  yield await idleCase(pid, 'idle-after-load', idleSeconds, signal);
}

async function* transferCases(
  { sizes, quick }: NetworkBenchOptions,
  devnet: DevnetProcess,
  sha: Sha256Meter,
  { signal, say }: NetworkBenchDependencies,
): AsyncGenerator<Line> {
  const privateKey = Buffer.from(devnet.accounts[0]!.privateKey.slice(2), 'hex');
  const provider = devnet.sps[0]!;
  const chain = new ChainClient({ rpcUrl: devnet.rpc, chainId: devnet.chainId });
  const client = new UserClient({ endpoint: provider.endpoint, privateKey });
  const sender = new TxSender({ privateKey }, { client: chain });
  const owner: Owner = { chain, sender, pool: new WorkerPool(), signal };
  const seals = await SealWatch.start(chain, signal);
  const stage: Stage = { pid: devnet.process.pid!, client, seals, parallel: PARALLEL, signal };
  try {
    const bucket = await createBucket(owner, provider.id, provider.operatorAddress);
    say('warming up');
    for (const [size, count] of Object.entries(WARM_UP)) {
      const objects = await createObjects(owner, { bucket, prefix: `warm-up-${size}`, size: sizeOf(size), count });
      await putCase(stage, size, objects);
    }
    for (const size of sizes) {
      signal.throwIfAborted();
      const count = objectCount(sizeOf(size), quick);
      say(`${size}: creating ${count} objects on the chain`);
      const objects = await createObjects(owner, { bucket, prefix: size, size: sizeOf(size), count });
      // what a network does once with objects of a size, like taking memory for them, is not what one more costs
      const first = { bucket, prefix: `first-${size}`, size: sizeOf(size), count: PARALLEL };
      await putCase(stage, size, await createObjects(owner, first));
      sha.sample();
      say(`${size}: uploading`);
      const put = await putCase(stage, size, objects);
      say(`${size}: downloading`);
      const get = await getCase(stage, size, objects);
      sha.sample();
      for (const line of [put, get]) yield withShaUnits(line, sha.mean(2));
    }
  } finally {
    await seals.close();
    client.close();
    chain.close();
    await owner.pool.close();
  }
}

/** Adds the CPU cost as a multiple of hashing the same bytes once, by the speed just before and after the case. */
function withShaUnits(line: Line, gbPerS: number): Line {
  const { rssMB, cpuOf, ...rest } = line;
  return { ...rest, shaUnits: round(Number(line.cpuSecondsPerGB) * gbPerS, 2), rssMB: rssMB!, cpuOf: cpuOf! };
}
