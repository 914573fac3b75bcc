/** `prairie sp sync rebuild`: the tables anew from the chain, beside those that serve, and then in their place. */
import type { ChainClient } from '@prairie/chain';
import { silentLogger } from '@prairie/gfsp';
import type { SyncedBatch } from '@prairie/sp';
import { type Command, InvalidArgumentError } from 'commander';
import { createOutput, type Output } from '../../../output.ts';
import { Progress } from '../../../progress.ts';
import { stopSignal } from '../../../stop-signal.ts';
import { type ConfigFlags, readConfig, withConfig } from '../configuration.ts';

interface RebuildFlags extends ConfigFlags {
  from?: bigint;
}

export function rebuildVerb(sync: Command): void {
  withConfig(sync.command('rebuild').summary('build the tables anew from the chain while the present ones serve'))
    .option(
      '--from <height>',
      'go on from a copy of the tables as of the block before, in the second database',
      heightOf,
    )
    .addHelpText(
      'after',
      `
The tables are built in a second database (bs-standby.db in the data folder; on a server Prairie.BsDBStandby) from the
chain's first block, which the node must have. When they are not behind any more they are in use, and a provider that runs
goes over to them. What is cut short goes on when the command is called again.

Example:
  prairie sp sync rebuild --config config.toml
`,
    )
    .action(run);
}

function heightOf(text: string): bigint {
  if (!/^[1-9]\d{0,17}$/.test(text)) throw new InvalidArgumentError('expected a height of 1 or more');
  return BigInt(text);
}

async function run(flags: RebuildFlags): Promise<void> {
  const { config } = readConfig(flags);
  const output = createOutput(flags.json === true);
  // the provider is loaded only here: the other commands start without it
  const { rebuild, withSyncedTables } = await import('@prairie/sp');
  const stop = new AbortController();
  void stopSignal(['SIGINT', 'SIGTERM', 'SIGHUP']).then(() => stop.abort(new Error(STOPPED)));
  const result = await withSyncedTables(config, async ({ db, chain, options }) => {
    const progress = new SyncProgress(output, chain);
    const onProgress = (batch: SyncedBatch) => progress.advance(batch);
    const { from } = flags;
    const dependencies = { db, chain, logger: silentLogger, onProgress };
    return rebuild({ ...options, from }, dependencies, stop.signal).finally(() => progress.end());
  });
  output.result(result, `the tables in ${result.location} are in use, at block ${result.height}; left: ${result.left}`);
}

const STOPPED = 'stopped: the tables that serve are as they were; call the command again to go on';

/** Between two lines where nobody watches a bar. */
const LINE_MS = 5000;

/** Height, rates and time left: a bar on a terminal, a line now and then elsewhere. */
class SyncProgress {
  readonly #output: Output;
  readonly #chain: ChainClient;
  readonly #began = performance.now();
  #bar: Progress | undefined;
  #blocks = 0;
  #events = 0;
  #height = 0n;
  #told = performance.now();

  constructor(output: Output, chain: ChainClient) {
    this.#output = output;
    this.#chain = chain;
  }

  advance({ blocks }: SyncedBatch): void {
    this.#blocks += blocks.length;
    this.#events += blocks.reduce((sum, block) => sum + block.events.length, 0);
    this.#height = blocks.at(-1)!.height;
    this.#bar ??= this.#open();
    this.#bar.advance(blocks.length);
    if (this.#output.interactive || this.#output.json || performance.now() - this.#told < LINE_MS) return;
    this.#told = performance.now();
    this.#output.say(`block ${this.#height} of ${this.#chain.knownHeight}, ${this.#rates()}`);
  }

  /** Leaves what was done on the screen. */
  end(): void {
    this.#bar?.end(`${this.#blocks} blocks with ${this.#events} events in ${timeText(this.#seconds())}`);
  }

  #open(): Progress {
    const total = Number(this.#chain.knownHeight - this.#height) + this.#blocks;
    const tail = () => `block ${this.#height}, ${this.#rates()}`;
    return new Progress(this.#output, 'building the tables', total, String, tail);
  }

  #seconds(): number {
    return Math.max((performance.now() - this.#began) / 1000, 0.001);
  }

  #rates(): string {
    const seconds = this.#seconds();
    const perSecond = (count: number) => Math.round(count / seconds);
    const left = Number(this.#chain.knownHeight - this.#height) / Math.max(this.#blocks / seconds, 0.001);
    return `${perSecond(this.#blocks)} blocks/s, ${perSecond(this.#events)} events/s, ${timeText(left)} left`;
  }
}

/** `75` → `1 min 15 s`. */
function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
