/** `prairie chain start`: a chain without providers in this process, until Ctrl-C. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ChainOnly } from '@prairie/devnet';
import { defaultOptions } from '@prairie/devnet/options';
import { createLogger } from '@prairie/gfsp';
import type { Command } from 'commander';
import { createOutput, UsageError } from '../../output.ts';
import { stopSignal } from '../../stop-signal.ts';
import { type ChainFlags, withChainOptions } from '../chain-options.ts';
import { differencesText, genesisFile } from '../genesis-file.ts';

interface StartFlags extends ChainFlags {
  genesis?: string;
  state?: string;
  dataDir?: string;
  powers: boolean;
  json?: boolean;
}

export function startVerb(chain: Command): void {
  const command = chain
    .command('start')
    .summary('run a chain without providers')
    .description(
      'Runs an embedded Greenfield chain in this process until Ctrl-C: a new one, a fork, or a dumped state.',
    )
    .option('--genesis <file>', 'fork another network: begin with its genesis file')
    .option('--state <file>', 'begin with the state that prairie chain dump wrote')
    .option('--data-dir <dir>', 'where the chain is kept (default: in memory only)');
  withChainOptions(command)
    .option('--no-powers', 'without the methods that only developers have')
    .option('--json', 'one line with everything, once the chain is ready')
    .addHelpText('after', '\nExample:\n  prairie chain start --genesis genesis.json --data-dir fork\n')
    .action(start);
}

async function start(flags: StartFlags): Promise<void> {
  if (flags.genesis !== undefined && flags.state !== undefined) {
    throw new UsageError('--genesis and --state exclude each other', 'prairie chain start --help');
  }
  const output = createOutput(flags.json === true);
  const fork = flags.genesis === undefined ? { chainId: defaultOptions.chainId } : genesisFile(flags.genesis);
  const stopped = stopSignal();
  const { chain, differences } = await begin(flags, fork);
  if (differences.length > 0) output.say(differencesText(flags.genesis!, differences));
  const summary = { rpc: chain.rpcUrl, rest: chain.restUrl, chainId: chain.chainId, height: chain.height, differences };
  output.result(summary, `${chain.chainId} at ${chain.rpcUrl}, height ${chain.height}. Ctrl-C stops it.`);
  await stopped;
  await chain.close();
}

async function begin(flags: StartFlags, fork: ReturnType<typeof genesisFile>): Promise<ChainOnly> {
  // the chain is loaded only here: the other commands start without it
  const { startChainOnly } = await import('@prairie/devnet');
  const logger = createLogger({ level: 'warn', format: flags.json ? 'json' : 'plain' });
  const state = flags.state === undefined ? undefined : await openedState(flags.state);
  try {
    const options = {
      ...{ ...fork, state: state?.path, powers: flags.powers, blockTimeMs: flags.blockTime },
      ...{ rpcPort: flags.rpcPort, restPort: flags.restPort },
      dataDir: flags.dataDir === undefined ? undefined : resolve(flags.dataDir),
    };
    return await startChainOnly(options, { logger });
  } catch (error) {
    // what the system says has a next step of its own
    if (!(error instanceof Error) || 'code' in error) throw error;
    throw new UsageError(error.message, 'check the files of --genesis, --state and --data-dir');
  } finally {
    await state?.forget();
  }
}

/** A dump as a plain file: one that is compressed is unpacked for the time of the start. */
async function openedState(file: string): Promise<{ path: string; forget: () => Promise<void> }> {
  if (!file.endsWith('.gz')) return { path: file, forget: async () => {} };
  const directory = await mkdtemp(join(tmpdir(), 'prairie-state-'));
  const path = join(directory, 'state.jsonl');
  const forget = () => rm(directory, { recursive: true, force: true });
  try {
    await pipeline(createReadStream(file), createGunzip(), createWriteStream(path));
  } catch (error) {
    await forget();
    throw error;
  }
  return { path, forget };
}
