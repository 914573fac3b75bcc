/** The other end of `chain-process.ts`. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ChainStart {
  dataDir: string;
  /** Without it, blocks come when they are asked for. */
  blockTimeMs?: number;
}

export type Command =
  | { name: 'prepare' | 'account' | 'memory' }
  | { name: 'create'; first: number; count: number; perTx: number }
  | { name: 'empty'; count: number };

export interface ChainReport {
  height: number;
  rpcUrl: string;
  error: string;
  /** Until the chain was open and served. */
  openMs: number;
  seconds: number;
  cpuSeconds: number;
  accountNumber: string;
  sequence: string;
  heapBytes: number;
  rssBytes: number;
}

const SCRIPT = fileURLToPath(new URL('./chain-process.ts', import.meta.url));

export class RemoteChain {
  readonly rpcUrl: string;
  /** Until the chain was open and served, in its process. */
  readonly openMs: number;
  /** The same, from before the process was there. */
  readonly startMs: number;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, { rpcUrl, openMs }: ChainReport, startMs: number) {
    this.child = child;
    this.rpcUrl = rpcUrl;
    this.openMs = openMs;
    this.startMs = startMs;
  }

  static async start(options: ChainStart): Promise<RemoteChain> {
    const started = performance.now();
    const child = fork(SCRIPT, [JSON.stringify(options)], { execArgv: ['--expose-gc'] });
    return new RemoteChain(child, await heard(child), performance.now() - started);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** @throws Error when the process fails at it, or ends */
  async call(command: Command): Promise<ChainReport> {
    this.child.send(command);
    return heard(this.child);
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

function heard(child: ChildProcess): Promise<ChainReport> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the chain's process ended with code ${code}`));
    child.once('exit', ended);
    child.once('message', (report: ChainReport) => {
      child.off('exit', ended);
      if (report.error === undefined) resolve(report);
      else reject(new Error(report.error));
    });
  });
}
