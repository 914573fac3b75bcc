import type { greenfieldStorage as storage } from '@prairie/chain';
import { retry } from '@prairie/gfsp';
import { isSealed } from '../common/pieces.ts';
import { executorErrors } from './errors.ts';
import type { ExecutorTools } from './ports.ts';
import { aggregate } from './signatures.ts';

export interface Seal {
  object: storage.ObjectInfo;
  gvgId: number;
  /** In the order of the group's secondaries. */
  signatures: readonly Uint8Array[];
}

type Tools = Pick<ExecutorTools, 'client' | 'consensus'>;

/** Seals an object; resolves when the chain says that it is sealed (`reference/pieces-and-redundancy.md` §9.5). */
export async function seal({ object, gvgId, signatures }: Seal, { client, consensus }: Tools): Promise<void> {
  const secondary_sp_bls_agg_signatures = aggregate(signatures);
  try {
    await client.signer.broadcast('seal_object_info', {
      operator: '',
      bucket_name: object.bucket_name,
      object_name: object.object_name,
      global_virtual_group_id: gvgId,
      secondary_sp_bls_agg_signatures,
    });
  } catch (error) {
    // An earlier transaction may have been the one: its outcome counts, not that of the second.
    if (await isSealedOnChain(object.id, { consensus })) return;
    throw error;
  }
  await retry({ attempts: 3, baseMs: 500, maxMs: 2000 }, async () => {
    if (!(await isSealedOnChain(object.id, { consensus }))) throw executorErrors.sealFailed();
  });
}

export async function isSealedOnChain(objectId: bigint, { consensus }: Pick<Tools, 'consensus'>): Promise<boolean> {
  const found = await consensus.objectById(objectId);
  return found !== undefined && isSealed(found.object_info);
}
