/** `prairie sp …`: the providers of a chain, and one's own. */
import type { Command } from 'commander';
import { configVerbs } from './config.ts';
import { errorsVerb } from './errors.ts';
import { gcVerb } from './gc.ts';
import { listVerb } from './list.ts';
import { modulesVerb } from './modules.ts';
import { recoverVerb } from './recover.ts';
import { scrubVerb } from './scrub.ts';
import { startVerb } from './start.ts';
import { syncVerbs } from './sync/index.ts';
import { tasksVerb } from './tasks.ts';

export function spCommand(program: Command): void {
  const sp = program.command('sp').description('storage providers: run one, look into it, list those of a chain');
  for (const add of [
    startVerb,
    configVerbs,
    modulesVerb,
    errorsVerb,
    tasksVerb,
    gcVerb,
    recoverVerb,
    scrubVerb,
    syncVerbs,
    listVerb,
  ])
    add(sp);
}
