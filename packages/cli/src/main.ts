/** The `prairie` command. */
import { Command, CommanderError } from 'commander';
import { bucketCommand } from './commands/bucket.ts';
import { chainCommand } from './commands/chain/index.ts';
import { devnetCommand } from './commands/devnet.ts';
import { listCommand } from './commands/list.ts';
import { objectCommand } from './commands/object.ts';
import { spCommand } from './commands/sp/index.ts';
import { reportError } from './output.ts';
import { VERSION } from './version.ts';

const program = new Command('prairie')
  .description('Storage on BNB Greenfield: a network on your machine, and the commands to use one.')
  .version(VERSION)
  .exitOverride()
  .showHelpAfterError('(prairie --help, or prairie <command> --help with an example)');

const commands = [devnetCommand, chainCommand, bucketCommand, objectCommand, listCommand, spCommand];
for (const add of commands) add(program);

try {
  await program.parseAsync();
} catch (error) {
  // commander has said its own errors already: 0 for --help, 2 for a wrong call
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else process.exitCode = reportError(error, process.argv.includes('--json'));
}
