/** `prairie chain snapshot`, `prairie chain revert`. */
import type { Command } from 'commander';
import { table } from '../../format.ts';
import { wholeNumber } from '../../whole-number.ts';
import { type DevFlags, type DevSession, MAX_ID, verb, withChain } from './dev-session.ts';

interface SnapshotFlags extends DevFlags {
  drop?: number;
}

export function snapshotVerbs(chain: Command): void {
  verb(chain, 'snapshot', 'mark the chain as it is, to come back to it', ['snapshot', 'snapshot --drop 1'])
    .option('--drop <id>', 'forget a snapshot', wholeNumber(1, MAX_ID))
    .action((flags: SnapshotFlags) => withChain(flags, (session) => snapshot(session, flags)));
  verb(chain, 'snapshots', 'list the snapshots there are', ['snapshots']).action((flags: DevFlags) =>
    withChain(flags, list),
  );
  verb(chain, 'revert', 'go back to a snapshot: blocks, state, mempool and clock', ['revert 1'])
    .argument('<id>', 'of a snapshot', wholeNumber(1, MAX_ID))
    .action((id: number, flags: DevFlags) => withChain(flags, (session) => revert(session, id)));
}

async function list({ client, output }: DevSession): Promise<void> {
  const snapshots = await client.snapshots();
  const rows = snapshots.map(({ id, height }) => [String(id), String(height)]);
  output.result(snapshots, rows.length > 0 ? table(['ID', 'HEIGHT'], rows) : 'no snapshots');
}

async function snapshot({ client, output }: DevSession, { drop }: SnapshotFlags): Promise<void> {
  if (drop !== undefined) {
    await client.dropSnapshot(drop);
    return output.result({ id: drop, dropped: true }, `snapshot ${drop} dropped`);
  }
  const taken = await client.snapshot();
  output.result(taken, `snapshot ${taken.id} at height ${taken.height}; back to it: prairie chain revert ${taken.id}`);
}

async function revert({ client, output }: DevSession, id: number): Promise<void> {
  const { height, revertedBlocks } = await client.revert(id);
  const human = `back at height ${height}, ${revertedBlocks} blocks taken back`;
  output.result({ id, height, revertedBlocks }, human);
}
