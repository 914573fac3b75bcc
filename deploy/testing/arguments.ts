/** Whether the command takes what a file of `deploy/` gives it. */
import { createProgram } from '@prairie/cli';

export interface Call {
  /** `sp start`. */
  command: string;
  options: Readonly<Record<string, unknown>>;
}

/** Parses as `prairie` does, without doing it. @throws CommanderError for a wrong call */
export async function parseCall(args: readonly string[]): Promise<Call> {
  const program = createProgram();
  let leaf = program;
  const path: string[] = [];
  for (const name of args) {
    const next = leaf.commands.find((command) => command.name() === name);
    if (!next) break;
    path.push(name);
    leaf = next;
  }
  leaf.action(() => {}).configureOutput({ writeErr: () => {} });
  await program.parseAsync([...args], { from: 'user' });
  return { command: path.join(' '), options: leaf.opts() };
}
