/** `dev_snapshot`, `dev_snapshots`, `dev_revert`: the chain as it was. */
import type { Chain } from '../chain/chain.ts';
import type { MethodTable } from '../rpc/methods.ts';
import { refused, whole } from './arguments.ts';
import type { PowerDeps } from './index.ts';

const MAX_ID = 2 ** 31;

export const snapshotMethods = ({ chain }: PowerDeps): MethodTable => ({
  dev_snapshot: {
    params: [],
    handle: () => refusing(() => ({ id: String(chain.snapshot()), height: String(chain.height) })),
  },
  dev_snapshots: {
    params: [],
    handle: () => ({
      snapshots: chain.snapshots.map(({ id, height }) => ({ id: String(id), height: String(height) })),
    }),
  },
  dev_dropSnapshot: {
    params: [['id', 'int']],
    handle: (args) => {
      const id = whole(args, 'id', { min: 1, max: MAX_ID });
      refusing(() => chain.dropSnapshot(id));
      return { id: String(id) };
    },
  },
  dev_revert: {
    params: [['id', 'int']],
    handle: (args) => revert(chain, whole(args, 'id', { min: 1, max: MAX_ID })),
  },
});

function revert(chain: Chain, id: number): { id: string; height: string; reverted_blocks: string } {
  const before = chain.height;
  refusing(() => chain.revert(id));
  return { id: String(id), height: String(chain.height), reverted_blocks: String(before - chain.height) };
}

/** What the chain refuses is the caller's mistake. */
function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refused((error as Error).message);
  }
}
