/** The chain alone: how many objects it takes, how fast it starts with many, and what they cost in memory. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { idleCase, type Line } from './cases.ts';
import { RemoteChain } from './chain-remote.ts';
import { createObjectTxs } from './chain-transactions.ts';
import { linearFit, round } from './figures.ts';
import { machineLine, Sha256Meter } from './machine.ts';
import { RpcSender } from './rpc-sender.ts';
import { UsageWindow } from './usage.ts';

export interface ChainBenchOptions {
  /** Fewer of everything. */
  quick: boolean;
  blockTimeMs: number;
}

export interface ChainBenchDependencies {
  signal: AbortSignal;
  say: (text: string) => void;
}

const CHAIN_ID = 'greenfield_9000-121';
/** Messages of a transaction, in the cases of each kind. */
const PER_TX = [1, 10] as const;
/** Objects of a transaction when it only matters that they are there. */
const FILLING = 40;
/** Between samples of the memory. */
const STEP = 10_000;

export async function* benchChain(
  options: ChainBenchOptions,
  { signal, say }: ChainBenchDependencies,
): AsyncGenerator<Line> {
  const sha = new Sha256Meter();
  sha.sample();
  const directory = await mkdtemp(join(tmpdir(), 'prairie-chain-bench-'));
  const cases = new Cases(directory, options, say);
  try {
    for (const measured of [
      () => cases.inProcess(),
      () => cases.overRpc(),
      () => cases.manyObjects(),
      () => cases.emptyBlocks(),
    ]) {
      yield* measured();
      sha.sample();
      signal.throwIfAborted();
    }
    yield* cases.idle(signal);
  } finally {
    await cases.end();
    await rm(directory, { recursive: true, force: true });
  }
  yield machineLine(sha, { blockTimeMs: options.blockTimeMs });
}

class Cases {
  private readonly directory: string;
  private readonly options: ChainBenchOptions;
  private readonly say: (text: string) => void;
  private chain: RemoteChain | undefined;

  constructor(directory: string, options: ChainBenchOptions, say: (text: string) => void) {
    this.directory = directory;
    this.options = options;
    this.say = say;
  }

  async end(): Promise<void> {
    await this.chain?.end();
    this.chain = undefined;
  }

  /** Transactions handed to the chain by its own process: no port, no other process. */
  async *inProcess(): AsyncGenerator<Line> {
    const count = this.options.quick ? 2000 : 10_000;
    for (const perTx of PER_TX) {
      this.say(`${count} objects within the process, ${perTx} per transaction`);
      const chain = await this.open(`in-process-${perTx}`);
      await chain.call({ name: 'prepare' });
      await chain.call({ name: 'create', first: 0, count: 500, perTx });
      const spent = await chain.call({ name: 'create', first: 500, count, perTx });
      yield { case: `create-in-process-${perTx}-per-tx`, ...creationRates(count, spent) };
    }
  }

  /** Transactions sent one after the other over one connection; then the wait until all are in blocks. */
  async *overRpc(): AsyncGenerator<Line> {
    const count = this.options.quick ? 1000 : 5000;
    for (const perTx of PER_TX) {
      this.say(`${count} objects over the port, ${perTx} per transaction`);
      await (await this.open(`rpc-${perTx}`)).call({ name: 'prepare' });
      const chain = await this.open(`rpc-${perTx}`, this.options.blockTimeMs);
      const { accountNumber, sequence } = await chain.call({ name: 'account' });
      const account = { account_number: BigInt(accountNumber), sequence: BigInt(sequence) };
      const txs = createObjectTxs({ chainId: CHAIN_ID, account, first: 0, count, perTx });
      const window = await UsageWindow.open(chain.pid);
      const started = performance.now();
      const sender = new RpcSender(chain.rpcUrl);
      for (const tx of txs) await sender.broadcast(tx);
      const acceptedSeconds = (performance.now() - started) / 1000;
      while ((await sender.pending()) > 0) await sleep(20);
      const { seconds, cpuSeconds } = await window.close();
      sender.close();
      yield {
        case: `create-over-rpc-${perTx}-per-tx`,
        acceptedPerS: round(count / acceptedSeconds, 1),
        ...creationRates(count, { seconds, cpuSeconds }),
      };
    }
  }

  /** Memory and disk as objects come, and the start of a chain that has them all. */
  async *manyObjects(): AsyncGenerator<Line> {
    const count = this.options.quick ? 20_000 : 100_000;
    const name = 'many-objects';
    this.say(`${count} objects, and the memory they take`);
    const chain = await this.open(name);
    await chain.call({ name: 'prepare' });
    const samples = [await this.sample(chain, 0, name)];
    for (let first = 0; first < count; first += STEP) {
      await chain.call({ name: 'create', first, count: STEP, perTx: FILLING });
      samples.push(await this.sample(chain, first + STEP, name));
    }
    yield { case: 'memory-per-10000-objects', objects: count, ...growth(samples) };
    this.say(`starting with ${count} objects`);
    const { openMs, startMs } = await this.open(name);
    const { rssBytes } = await this.chain!.call({ name: 'memory' });
    yield {
      case: 'start-with-objects',
      objects: count,
      openMs: round(openMs, 0),
      processMs: round(startMs, 0),
      rssMB: round(rssBytes / 1e6, 1),
    };
  }

  /** The same for blocks without transactions. */
  async *emptyBlocks(): AsyncGenerator<Line> {
    const count = this.options.quick ? 20_000 : 50_000;
    const name = 'empty-blocks';
    this.say(`${count} empty blocks`);
    const chain = await this.open(name);
    await chain.call({ name: 'prepare' });
    const samples = [await this.sample(chain, 0, name)];
    let cpuSeconds = 0;
    for (let blocks = STEP; blocks <= count; blocks += STEP) {
      cpuSeconds += (await chain.call({ name: 'empty', count: STEP })).cpuSeconds;
      samples.push(await this.sample(chain, blocks, name));
    }
    yield {
      case: 'memory-per-10000-empty-blocks',
      blocks: count,
      ...growth(samples),
      cpuMsPerBlock: round((cpuSeconds * 1000) / count, 4),
    };
  }

  async *idle(signal: AbortSignal): AsyncGenerator<Line> {
    const seconds = this.options.quick ? 3 : 10;
    this.say(`idle for ${seconds} s`);
    const chain = await this.open('idle', this.options.blockTimeMs);
    await sleep(2000, undefined, { signal });
    yield { ...(await idleCase(chain.pid, 'idle-chain', seconds, signal)), cpuOf: 'the chain' };
  }

  /** Ends the chain before: one at a time. */
  private async open(name: string, blockTimeMs?: number): Promise<RemoteChain> {
    await this.end();
    const dataDir = join(this.directory, name);
    this.chain = await RemoteChain.start({ dataDir, ...(blockTimeMs === undefined ? {} : { blockTimeMs }) });
    return this.chain;
  }

  private async sample(chain: RemoteChain, count: number, name: string): Promise<Sample> {
    const { heapBytes, rssBytes } = await chain.call({ name: 'memory' });
    return { count, heapBytes, rssBytes, diskBytes: await sizeOfFolder(join(this.directory, name)) };
  }
}

interface Sample {
  count: number;
  heapBytes: number;
  rssBytes: number;
  diskBytes: number;
}

const creationRates = (count: number, { seconds, cpuSeconds }: { seconds: number; cpuSeconds: number }) => ({
  messages: count,
  messagesPerS: round(count / seconds, 1),
  cpuMsPerMessage: round((cpuSeconds * 1000) / count, 4),
});

/** Slopes of lines through the samples, in MB per step; `heapFit` is 1 when the heap grows along a line. */
function growth(samples: readonly Sample[]): Record<string, number> {
  const line = (value: (sample: Sample) => number) =>
    linearFit(samples.map((sample) => [sample.count / STEP, value(sample) / 1e6]));
  const heap = line(({ heapBytes }) => heapBytes);
  const last = samples.at(-1)!;
  return {
    heapMB: round(heap.slope),
    heapFit: round(heap.fit, 4),
    rssMB: round(line(({ rssBytes }) => rssBytes).slope),
    diskMB: round(line(({ diskBytes }) => diskBytes).slope),
    endHeapMB: round(last.heapBytes / 1e6, 1),
    endRssMB: round(last.rssBytes / 1e6, 1),
    endDiskMB: round(last.diskBytes / 1e6, 1),
  };
}

async function sizeOfFolder(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
