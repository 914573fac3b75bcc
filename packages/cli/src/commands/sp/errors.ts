/** `prairie sp errors`: every error with a code that a provider can answer. */
import { definedErrors, type GfSpErrorFields } from '@prairie/gfsp';
import type { Command } from 'commander';
import { createOutput } from '../../output.ts';

export function errorsVerb(sp: Command): void {
  sp.command('errors')
    .summary('every error of a provider, by its code')
    .option('--json', 'one JSON line')
    .addHelpText('after', '\nExample:\n  prairie sp errors --json\n')
    .action(list);
}

async function list({ json }: { json?: boolean }): Promise<void> {
  // the modules define their errors when they are loaded
  await import('@prairie/sp');
  const errors = definedErrors();
  createOutput(json === true).result(errors, errors.map(line).join('\n'));
}

/** The text form of the protobuf message, as the reference prints it. */
function line({ code_space, http_status_code, inner_code, description }: GfSpErrorFields): string {
  const [space, text] = [JSON.stringify(code_space), JSON.stringify(description)];
  return `code_space:${space} http_status_code:${http_status_code} inner_code:${inner_code} description:${text}`;
}
