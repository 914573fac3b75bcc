/** `prairie chain …`: what a developer may do to a development chain, and nobody to a real one. */
import type { Command } from 'commander';
import { accountVerbs } from './accounts.ts';
import { blockVerbs } from './blocks.ts';
import { snapshotVerbs } from './snapshots.ts';
import { startVerb } from './start.ts';
import { stateVerbs } from './state.ts';

export function chainCommand(program: Command): void {
  const chain = program.command('chain').description("a devnet's chain: snapshots, time, balances, state");
  for (const add of [startVerb, snapshotVerbs, blockVerbs, accountVerbs, stateVerbs]) add(chain);
}
