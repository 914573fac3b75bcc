import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger, LogLevel } from '@prairie/gfsp';
import type { ProcessPlan } from './plan.ts';

/** What a child is told. */
export interface ChildOptions {
  /** Its provider's configuration file. */
  config: string;
  services: readonly string[];
  grpcAddress: string;
  logLevel: LogLevel;
  /** More keys, `Section.Key=value`. */
  set: readonly string[];
  version: string;
}

export interface GroupMember extends ProcessPlan {
  options: ChildOptions;
}

export interface ProcessGroupOptions {
  /** Where to write which process is which: `{ "sp1-uploader-1": { "pid": 4711, "restarts": 0, … } }`. */
  file: string;
  /** How long after its end a process is started again. Default 1 s. */
  restartMs?: number;
}

interface Running {
  member: GroupMember;
  child: ChildProcess;
  restarts: number;
}

const child = fileURLToPath(new URL('./child.ts', import.meta.url));
const READY_MS = 60_000;
/** A child that does not end within this is killed. */
const STOP_MS = 10_000;

/** Processes that are kept running: one that ends is started again a second later, until the group is stopped. */
export class ProcessGroup {
  readonly #options: ProcessGroupOptions;
  readonly #logger: Logger;
  readonly #running = new Map<string, Running>();
  readonly #restarting = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: ProcessGroupOptions, { logger }: { logger: Logger }) {
    this.#options = options;
    this.#logger = logger;
  }

  /** Resolves when all of them serve. @throws when one does not */
  async start(members: readonly GroupMember[]): Promise<void> {
    await Promise.all(members.map((member) => this.#launch(member, 0)));
    this.#write();
  }

  /** Ends all, kindly first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#restarting);
    // those of a provider that came last call those that came first: they end before them
    const chains = Map.groupBy(this.#running.values(), ({ member }) => member.sp);
    await Promise.all([...chains.values()].map((running) => endInReverse(running)));
  }

  async #launch(member: GroupMember, restarts: number): Promise<void> {
    const process = spawn(globalThis.process.execPath, [child, JSON.stringify(member.options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // out of the terminal's group: Ctrl-C is for the parent, which then ends its children in order
      detached: true,
    });
    this.#running.set(member.name, { member, child: process, restarts });
    process.once('exit', (code, signal) => this.#ended(member, restarts, code, signal));
    await ready(member.name, process);
  }

  #ended(member: GroupMember, restarts: number, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#stopping.signal.aborted) return;
    this.#logger.warn('a process ended and is started again', { process: member.name, code, signal });
    const restarting = this.#restart(member, restarts + 1).finally(() => this.#restarting.delete(restarting));
    this.#restarting.add(restarting);
  }

  async #restart(member: GroupMember, restarts: number): Promise<void> {
    const { signal } = this.#stopping;
    await delay(this.#options.restartMs ?? 1000, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    // when it ends before it is ready, its end starts it again
    await this.#launch(member, restarts).catch((error: unknown) => {
      if (!signal.aborted) this.#logger.error('a process did not get ready', { process: member.name, error });
    });
    this.#write();
  }

  #write(): void {
    const processes = [...this.#running.values()].map(({ member, child, restarts }) => {
      const { sp, services } = member;
      return [member.name, { pid: child.pid, sp, services, restarts, grpc: member.options.grpcAddress }];
    });
    const { file } = this.#options;
    writeFileSync(`${file}.tmp`, `${JSON.stringify(Object.fromEntries(processes), undefined, 2)}\n`);
    renameSync(`${file}.tmp`, file);
  }
}

function ready(name: string, child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`was not ready after ${READY_MS / 1000} s`), READY_MS);
    const fail = (what: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${name} ${what}`));
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? `code ${code}`} before it was ready`));
    child.stdout!.once('data', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function endInReverse(running: readonly Running[]): Promise<void> {
  const stages = Map.groupBy(running.toReversed(), ({ member }) => member.services.join());
  for (const stage of stages.values()) await Promise.allSettled(stage.map(({ child }) => end(child)));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
