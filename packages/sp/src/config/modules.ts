/** Names of modules in the list of services (`reference/cli-and-config.md` §2), in the order of the reference. */
import { nearest } from './nearest.ts';
import type { Report } from './report.ts';

interface NamedModule {
  readonly name: string;
  /** What it is called in the code. */
  readonly alias?: string;
  /** The reference has it, this version does not. */
  readonly missing?: true;
}

const modules: readonly NamedModule[] = [
  { name: 'approver' },
  { name: 'authenticator' },
  { name: 'downloader' },
  { name: 'taskexecutor', alias: 'executor' },
  { name: 'gateway', alias: 'gater' },
  { name: 'manager' },
  { name: 'p2p', missing: true },
  { name: 'receiver' },
  { name: 'signer' },
  { name: 'metadata' },
  { name: 'uploader' },
  { name: 'blocksyncer' },
];

/** Those that this version can run. */
export const moduleNames: readonly string[] = modules.filter(({ missing }) => !missing).map(({ name }) => name);

/**
 * The modules that a list of services means, in the reference's names. Other names are an error unless plugins bring
 * modules of their own; a module that this version lacks is left out, with a warning.
 */
export function chosenModules(names: readonly string[], hasPlugins: boolean, report: Report): string[] {
  const chosen = names.map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  const left = chosen.flatMap((name) => {
    const found = modules.find((module) => module.name === name || module.alias === name);
    if (found?.missing) report.warn(`Server: there is no ${name} module in this version, it is left out`);
    else if (!found && !hasPlugins) report.problem(unknownModule(name));
    return found?.missing ? [] : [found?.name ?? name];
  });
  // an empty list would run them all
  if (chosen.length > 0 && left.length === 0) report.problem('Server: none of its modules is in this version');
  return [...new Set(left)];
}

function unknownModule(name: string): string {
  const near = nearest(name, moduleNames);
  const hint = near ? `, did you mean ${near}?` : ';';
  return `Server: unknown module ${JSON.stringify(name.slice(0, 80))}${hint} modules are ${moduleNames.join(', ')}`;
}
