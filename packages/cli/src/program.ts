/** The `prairie` command with all of its commands: what can be called, and how. */
import { Command } from 'commander';
import { bucketCommand } from './commands/bucket.ts';
import { chainCommand } from './commands/chain/index.ts';
import { devnetCommand } from './commands/devnet.ts';
import { listCommand } from './commands/list.ts';
import { objectCommand } from './commands/object.ts';
import { spCommand } from './commands/sp/index.ts';
import { VERSION } from './version.ts';

/** Throws CommanderError where commander would end the process. */
export function createProgram(): Command {
  const program = new Command('prairie')
    .description('Storage on BNB Greenfield: a network on your machine, and the commands to use one.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(prairie --help, or prairie <command> --help with an example)');
  const commands = [devnetCommand, chainCommand, bucketCommand, objectCommand, listCommand, spCommand];
  for (const add of commands) add(program);
  return program;
}
