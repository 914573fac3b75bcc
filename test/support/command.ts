/** `prairie …` as an operator calls it, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

export interface CommandRun {
  /** null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export async function prairie(...args: string[]): Promise<CommandRun> {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const run: CommandRun = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    run.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    run.stderr += chunk;
  });
  [run.code] = (await once(child, 'close')) as [number | null];
  return run;
}
