/** Processes of a provider as files of `deploy/` describe them, and what holds for all of them. */
import assert from 'node:assert/strict';
import { addressOf } from '@prairie/chain';
import { loadConfig, type SpConfig, startProblems } from '@prairie/sp/config';
import { parseCall } from './arguments.ts';

export interface ProviderProcess {
  name: string;
  args: readonly string[];
  /** Of `config.toml` as the process sees it. */
  configText: string;
  /** Where that is mounted. */
  configPath: string;
  dataPath: string;
  env: Readonly<Record<string, string>>;
  /** Bytes that it may take. */
  memory: number;
  /** Seconds between the signal and the end by force. */
  graceSeconds: number;
}

export interface CheckedProcess {
  name: string;
  /** Modules it runs; empty for all. */
  services: readonly string[];
  config: SpConfig;
}

const KEY = '07'.repeat(32);
/** What `prairie sp start` takes to close beyond the time to drain. */
const CLOSE_SECONDS = 10;

/** What an operator fills into the template. */
export const filledIn = (variables: readonly string[]): Record<string, string> =>
  Object.fromEntries(variables.map((name) => [name, KEY]));

/** The process as it would start. @throws AssertionError for what would not start, or not as the file means it */
export async function checkProcess(process: ProviderProcess): Promise<CheckedProcess> {
  const { name, configText: text, env } = process;
  const { command, options } = await parseCall(process.args);
  assert.equal(command, 'sp start', name);
  assert.equal(options.config, process.configPath, `${name}: where the configuration is mounted`);
  assert.equal(options.logStd, true, `${name}: a container's log is its output`);

  const services = String(options.services ?? '');
  const given = [{ path: 'Server', text: services, source: '--services' }];
  const incomplete = loadConfig({ text, env, values: given });
  assert.deepEqual(incomplete.warnings, [], name);
  assert.deepEqual(startProblems(incomplete.config), ['SpAccount.SpOperatorAddress: missing, who is the provider?']);
  const operator = {
    path: 'SpAccount.SpOperatorAddress',
    text: addressOf(Buffer.from(KEY, 'hex')),
    source: 'a reader',
  };
  const { config } = loadConfig({ text, env, values: [...given, operator] });
  assert.deepEqual(startProblems(config), [], name);
  checkLimits(process, config);
  return { name, services: config.server, config };
}

function checkLimits({ name, memory, graceSeconds, dataPath }: ProviderProcess, config: SpConfig): void {
  const { rcmgr, prairie } = config;
  assert.equal(prairie.dataDir, dataPath, `${name}: the volume is the data folder`);
  const counted = Number(rcmgr.gfSpLimiter?.system?.memory ?? 0n);
  assert.ok(counted > 0 && counted <= memory / 2, `${name}: ${counted} bytes for work, of ${memory} of the container`);
  assert.ok(graceSeconds > prairie.drainSeconds + CLOSE_SECONDS, `${name}: ${graceSeconds} s to stop`);
}

export const runs = ({ services }: CheckedProcess, module: string): boolean =>
  services.length === 0 || services.includes(module);

export const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** `2Gi`, `2g`, `256Mi` in bytes. */
export function bytesOf(text: string): number {
  const [, digits, unit = ''] = /^(\d+)([MmGg])i?$/.exec(text) ?? [];
  assert.ok(digits, `${text}: expected such as 2Gi`);
  return Number(digits) * (unit.toLowerCase() === 'g' ? 2 ** 30 : 2 ** 20);
}
