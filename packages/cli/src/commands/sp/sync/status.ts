/** `prairie sp sync status`: how far the tables are. */
import type { SyncStatus } from '@prairie/sp';
import type { Command } from 'commander';
import { createOutput } from '../../../output.ts';
import { type ConfigFlags, readConfig, withConfig } from '../configuration.ts';

export function statusVerb(sync: Command): void {
  withConfig(sync.command('status').summary('how far the tables are, and where'))
    .addHelpText('after', '\nExample:\n  prairie sp sync status --config config.toml\n')
    .action(status);
}

async function status(flags: ConfigFlags): Promise<void> {
  const { config } = readConfig(flags);
  // the provider is loaded only here: the other commands start without it
  const { syncStatus, withSyncedTables } = await import('@prairie/sp');
  const found = await withSyncedTables(config, ({ db, chain }) => syncStatus(db, chain));
  createOutput(flags.json === true).result(found, described(found));
}

function described({
  engine,
  location,
  schemaVersion,
  chainId,
  height,
  hash,
  time,
  chainHeight,
  lag,
}: SyncStatus): string {
  const where = engine === 'sqlite' ? `${engine} ${location}` : location;
  const lines = [`tables  ${where}, schema version ${schemaVersion}`, `chain   ${chainId}, at block ${chainHeight}`];
  if (height === undefined || time === undefined) return [...lines, 'height  nothing is in the tables yet'].join('\n');
  const behind = lag === 0n ? 'at the head of the chain' : `${lag} ${lag === 1n ? 'block' : 'blocks'} behind`;
  const date = new Date(Number(time) * 1000).toISOString();
  return [...lines, `height  ${height}, ${behind}`, `block   ${hash?.toUpperCase()} of ${date}`].join('\n');
}
