/** `prairie sp modules`: what a provider is made of, the modules of its plugins included. */
import { dirname } from 'node:path';
import { ModuleRegistry } from '@prairie/gfsp';
import type { ModuleContext } from '@prairie/sp';
import type { Command } from 'commander';
import { createOutput } from '../../output.ts';
import { type ConfigFlags, readConfig, withConfig } from './configuration.ts';

/** Width of the names' column (`reference/cli-and-config.md` §1.2, list.modules). */
const NAME_WIDTH = 20;

interface Listed {
  name: string;
  description: string;
  /** Where it comes from, as the configuration names it; not there for a module of ours. */
  plugin?: string;
}

export function modulesVerb(sp: Command): void {
  withConfig(sp.command('modules').summary('the modules that a provider is made of, by the names of --services'))
    .addHelpText('after', '\nExample:\n  prairie sp modules\n  prairie sp modules --config config.toml\n')
    .action(list);
}

async function list(flags: ConfigFlags): Promise<void> {
  const { plugins } = readConfig(flags).config.prairie;
  const modules = (await modulesOf(plugins, dirname(flags.config ?? './config.toml'))).sort(byName);
  createOutput(flags.json === true).result(modules, modules.map(line).join('\n'));
}

async function modulesOf(plugins: readonly string[], folder: string): Promise<Listed[]> {
  // the provider is loaded only here: the other commands start without it
  const { extend, loadExtensions, ownModules } = await import('@prairie/sp');
  const registry = new ModuleRegistry<ModuleContext>(ownModules);
  const extensions = await loadExtensions(plugins, folder);
  extend(registry, extensions);
  const origins = new Map(
    extensions.flatMap(({ modules = [] }, index) => modules.map(({ name }) => [name, plugins[index]!] as const)),
  );
  return registry.all.map(({ name, description }) => {
    const plugin = origins.get(name);
    return { name, description, ...(plugin === undefined ? {} : { plugin }) };
  });
}

function line({ name, description, plugin }: Listed): string {
  return `${name.padEnd(NAME_WIDTH)}${description}${plugin === undefined ? '' : ` (${plugin})`}`;
}

function byName(a: Listed, b: Listed): number {
  return a.name < b.name ? -1 : 1;
}
