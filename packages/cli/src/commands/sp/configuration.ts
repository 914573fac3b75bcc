/** The configuration that a command is given: a file, the environment, and values of the command line. */
import { ConfigError, type GivenValue, type LoadedConfig, loadConfig } from '@prairie/sp/config';
import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../../output.ts';

export interface ConfigFlags {
  config?: string;
  set?: readonly GivenValue[];
  json?: boolean;
}

/** Options that every command with a configuration takes. */
export function withConfig(command: Command): Command {
  return command
    .option('-c, --config <file>', 'TOML file with the keys of the reference provider (default: no file)')
    .option('--set <key=value>', 'a key of the configuration, like Chain.ChainID=greenfield_9000-121', collect)
    .option('--json', 'one JSON line');
}

function collect(text: string, before: readonly GivenValue[] = []): readonly GivenValue[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected Section.Key=value');
  return [...before, { path: text.slice(0, at).trim(), text: text.slice(at + 1), source: '--set' }];
}

/** @throws UsageError with every fault of the configuration */
export function readConfig({ config: path, set = [] }: ConfigFlags, values: readonly GivenValue[] = []): LoadedConfig {
  try {
    return loadConfig({ ...(path === undefined ? {} : { path }), env: process.env, values: [...set, ...values] });
  } catch (error) {
    throw error instanceof ConfigError ? unusable(error, path) : error;
  }
}

export function unusable(error: ConfigError, path: string | undefined): UsageError {
  const next = `${path === undefined ? 'name a file with --config' : `correct ${path}`}; docs/configuration.md has every key, and so has prairie sp config default`;
  return new UsageError(error.message, next, error.problems);
}
