/** `prairie sp gc …` as an operator calls it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const cli = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const run = promisify(execFile);

/** One line of its answer with `--json`. */
export interface GcLine {
  kind: string;
  reason: string;
  keys: string[];
  bytes: string;
}

export interface GcAnswer {
  findings: GcLine[];
  /** The last line. */
  summary: Readonly<Record<string, unknown>>;
}

/** How far the collection is that runs by itself. */
export interface GcState {
  kind: string;
  enabled: boolean;
  cursor: string;
  rounds: number;
  last_error: string;
}

export async function gcStatus(endpoint: string): Promise<GcState[]> {
  return JSON.parse(await answer(endpoint, ['status'])) as GcState[];
}

/** A pass at the provider whose manager is at `endpoint`. @throws with what it wrote when it fails */
export async function gc(endpoint: string, ...args: string[]): Promise<GcAnswer> {
  const stdout = await answer(endpoint, args);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as GcLine & { summary?: Record<string, unknown> });
  const summary = lines.at(-1)?.summary;
  if (!summary) throw new Error(`prairie sp gc ${args.join(' ')} did not end with a summary: ${stdout.slice(-500)}`);
  return { findings: lines.slice(0, -1), summary };
}

async function answer(endpoint: string, args: readonly string[]): Promise<string> {
  const whole = [cli, 'sp', 'gc', ...args, '--endpoint', endpoint, '--json'];
  return (await run(process.execPath, whole, { maxBuffer: 64 << 20 })).stdout;
}
