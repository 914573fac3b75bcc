import type { greenfieldStorage as storage } from '@prairie/chain';
import { retry } from '@prairie/gfsp';
import { isSealedIn } from '../common/pieces.ts';
import { executorErrors } from './errors.ts';
import type { ExecutorTools } from './ports.ts';

export interface Seal {
  /** With the checksums that the secondaries signed. */
  object: storage.ObjectInfo;
  gvgId: number;
  /** The sum of those of the group's secondaries. */
  signature: Uint8Array;
  /** The chain does not know the checksums yet. */
  isAgentUpload: boolean;
}

type Tools = Pick<ExecutorTools, 'client' | 'consensus'>;

/** Seals an object; resolves when the chain says that it is sealed (`reference/pieces-and-redundancy.md` §9.5, §9.6). */
export async function seal({ object, gvgId, signature, isAgentUpload }: Seal, tools: Tools): Promise<void> {
  const { client } = tools;
  const message = {
    operator: '',
    bucket_name: object.bucket_name,
    object_name: object.object_name,
    global_virtual_group_id: gvgId,
    secondary_sp_bls_agg_signatures: signature,
  };
  try {
    await (isAgentUpload
      ? client.signer.broadcast('seal_object_info_v2', { ...message, expect_checksums: object.checksums })
      : client.signer.broadcast('seal_object_info', message));
  } catch (error) {
    // An earlier transaction may have been the one: its outcome counts, not that of the second.
    if (await isSealedOnChain(object, tools)) return;
    throw error;
  }
  await retry({ attempts: 3, baseMs: 500, maxMs: 2000 }, async () => {
    if (!(await isSealedOnChain(object, tools))) throw executorErrors.sealFailed();
  });
}

export async function isSealedOnChain(
  { id, version }: Pick<storage.ObjectInfo, 'id' | 'version'>,
  { consensus }: Pick<Tools, 'consensus'>,
): Promise<boolean> {
  const found = await consensus.objectById(id);
  return found !== undefined && isSealedIn(found.object_info, version);
}
