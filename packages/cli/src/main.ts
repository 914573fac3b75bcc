/** Runs the `prairie` command. */
import './engine.ts';
import { CommanderError } from 'commander';
import { reportError } from './output.ts';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  // commander has said its own errors already: 0 for --help, 2 for a wrong call
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else process.exitCode = reportError(error, process.argv.includes('--json'));
}
