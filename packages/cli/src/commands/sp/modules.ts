/** `prairie sp modules`: what a provider is made of. */
import type { Command } from 'commander';
import { createOutput } from '../../output.ts';

/** Width of the names' column (`reference/cli-and-config.md` §1.2, list.modules). */
const NAME_WIDTH = 20;

export function modulesVerb(sp: Command): void {
  sp.command('modules')
    .summary('the modules that a provider is made of, by the names of --services')
    .option('--json', 'one JSON line')
    .addHelpText('after', '\nExample:\n  prairie sp modules\n')
    .action(list);
}

async function list({ json }: { json?: boolean }): Promise<void> {
  // the provider is loaded only here: the other commands start without it
  const { ownModules } = await import('@prairie/sp');
  const modules = ownModules
    .map(({ name, description }) => ({ name, description }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = modules.map(({ name, description }) => `${name.padEnd(NAME_WIDTH)}${description}`);
  createOutput(json === true).result(modules, lines.join('\n'));
}
