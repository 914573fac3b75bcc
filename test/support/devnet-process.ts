/** A real devnet in a process of its own, as `npm start` runs it, on free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DevnetSummary } from '@prairie/devnet/options';

const cli = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const START_DEADLINE_MS = 60_000;
/** `PRAIRIE_SHAPE=split` runs the same tests against providers in other processes. */
const { PRAIRIE_SHAPE } = process.env;
const shape = PRAIRIE_SHAPE ? ['--shape', PRAIRIE_SHAPE] : [];

export interface DevnetProcess extends DevnetSummary {
  readonly process: ChildProcess;
  /** What it has written to standard error so far. */
  readonly log: () => string;
  /** Sends a signal and waits for the end; resolves with the exit code (null after SIGKILL). */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const launch = (args: string[]) =>
  spawn(process.execPath, [cli, 'devnet', '--json', ...shape, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

export async function startDevnet(args: string[]): Promise<DevnetProcess> {
  const child = launch(args);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-64_000);
  });
  const summary = await firstLine(child, () => errors);
  return {
    ...summary,
    process: child,
    log: () => errors,
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill(signal);
        await ended;
      }
      return child.exitCode;
    },
  };
}

/** `kill -9` so many milliseconds after the launch, ready or not. */
export async function killWhileStarting(args: string[], milliseconds: number): Promise<void> {
  const child = launch(args);
  child.stdout.resume();
  child.stderr.resume();
  const ended = once(child, 'exit');
  await sleep(milliseconds);
  child.kill('SIGKILL');
  await ended;
}

function firstLine(child: ChildProcess, errors: () => string): Promise<DevnetSummary> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => fail('did not get ready'), START_DEADLINE_MS);
    const fail = (what: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`the devnet ${what}:\n${errors()}`));
    };
    child.once('exit', (code) => fail(`ended with code ${code}`));
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(JSON.parse(text.slice(0, end)) as DevnetSummary);
    });
  });
}
