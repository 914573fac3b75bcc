/** `prairie sp config …`: what is wrong with a configuration, what comes of it, and what may be in one. */
import { ConfigError, defaultConfig, dumpConfig, parsedDump, startProblems } from '@prairie/sp/config';
import type { Command } from 'commander';
import { createOutput } from '../../output.ts';
import { type ConfigFlags, readConfig, unusable, withConfig } from './configuration.ts';

interface DumpFlags extends ConfigFlags {
  showSecrets?: boolean;
}

export function configVerbs(sp: Command): void {
  const config = sp.command('config').description('check, show and begin configurations');
  withConfig(config.command('check').summary('tell whether a provider would start with this configuration'))
    .addHelpText('after', '\nExample:\n  prairie sp config check --config config.toml\n')
    .action(check);
  withConfig(config.command('dump').summary('every key with the value that file, environment and defaults give it'))
    .option('--show-secrets', 'keys and passwords too')
    .addHelpText('after', '\nExample:\n  prairie sp config dump --config config.toml\n')
    .action(dump);
  config
    .command('default')
    .summary('a file with every key, its default and what it does')
    .option('--json', 'one JSON line')
    .addHelpText('after', '\nExample:\n  prairie sp config default > config.toml\n')
    .action(({ json }: { json?: boolean }) => {
      const text = defaultConfig();
      createOutput(json === true).result(json ? parsedDump(text) : undefined, text.trimEnd());
    });
}

function check(flags: ConfigFlags): void {
  const { config, warnings } = readConfig(flags);
  const problems = startProblems(config);
  if (problems.length > 0) throw unusable(new ConfigError(problems, flags.config), flags.config);
  const found = warnings.map((warning) => `warning: ${warning}\n`).join('');
  const services = config.server.length > 0 ? config.server.join(', ') : 'all modules';
  createOutput(flags.json === true).result(
    { services: config.server, warnings },
    `${found}The configuration is good: ${services} of ${config.spAccount.spOperatorAddress} on ${config.chain.chainId}.`,
  );
}

function dump(flags: DumpFlags): void {
  const { config } = readConfig(flags);
  const text = dumpConfig(config, { showSecrets: flags.showSecrets === true });
  createOutput(flags.json === true).result(flags.json ? parsedDump(text) : undefined, text.trimEnd());
}
