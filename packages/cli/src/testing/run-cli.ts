/** Runs the command as users do, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const START_DEADLINE_MS = 30_000;

export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

export async function runCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } });
  const run: CliRun = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    run.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.stderr += chunk;
  });
  [run.code] = (await once(child, 'close')) as [number | null];
  return run;
}

export interface RunningCli {
  /** What it printed as its first line, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: of several commands
  summary: any;
  /** Ends it as Ctrl-C does; its exit code. */
  end(): Promise<number | null>;
}

/** A command that runs until it is stopped, once it has printed its line of JSON. */
export async function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningCli> {
  const child = spawn(process.execPath, [main, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const line = await firstLine(child);
  return {
    summary: JSON.parse(line),
    async end() {
      if (child.exitCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGINT');
        await ended;
      }
      return child.exitCode;
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let [text, errors] = ['', ''];
    const fail = (what: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`the command ${what}:\n${errors}`));
    };
    const timer = setTimeout(() => fail('printed nothing'), START_DEADLINE_MS);
    child.once('exit', (code) => fail(`ended with code ${code}`));
    child.stderr!.on('data', (chunk) => {
      errors += chunk;
    });
    child.stdout!.on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(text.slice(0, text.indexOf('\n')));
    });
  });
}
