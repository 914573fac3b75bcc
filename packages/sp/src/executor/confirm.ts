import { GfSpError, type ReceivePieceTask } from '@prairie/gfsp';
import { deleteIncomingIntegrity, promoteIntegrity } from '../common/integrity.ts';
import { isSealed, isSealedIn, type StoredObject, secondaryPieceKey, segmentsOf } from '../common/pieces.ts';
import { executorErrors } from './errors.ts';
import type { ExecutorTools } from './ports.ts';

type Tools = Pick<ExecutorTools, 'consensus' | 'spdb' | 'pieceStore' | 'logger'>;

/**
 * A while after an object's pieces were received: is this provider where it was told it would be? If not, because the
 * primary went on with another group, or because the object is gone, the pieces are deleted
 * (`reference/pieces-and-redundancy.md` §9.4). @throws 40003 while the object is not sealed
 */
export async function confirmReceived(
  task: ReceivePieceTask,
  { operatorAddress }: { operatorAddress: string },
  tools: Tools,
): Promise<void> {
  const { object_info, storage_params, redundancy_idx } = task;
  if (!object_info || !storage_params) throw executorErrors.requestLost();
  const found = await tools.consensus.objectById(object_info.id);
  if (!found) return discard({ object_info, storage_params }, redundancy_idx, 'it is not on chain', tools);
  if (!isSealedIn(found.object_info, object_info.version)) {
    if (!isSealed(found.object_info)) throw executorErrors.sealFailed(`object ${object_info.id} is not sealed yet`);
    return discard({ object_info, storage_params }, redundancy_idx, 'its update was given up', tools);
  }
  const self = await tools.consensus.spByOperator(operatorAddress);
  const secondaries = found.global_virtual_group?.secondary_sp_ids;
  if (!self || !secondaries) throw executorErrors.secondaryMismatch('the group of the object is not known');
  if (secondaries[redundancy_idx] === self.id) {
    return tools.spdb.transaction((tables) => promoteIntegrity(tables, found.object_info, redundancy_idx));
  }
  await discard({ object_info, storage_params }, redundancy_idx, 'it was sealed into another group', tools);
}

async function discard(object: StoredObject, index: number, reason: string, tools: Tools): Promise<void> {
  const { object_info } = object;
  tools.logger.info('received pieces are deleted', { object_id: object_info.id, redundancy_index: index, reason });
  // Rows first: without its row a piece is nobody's promise, a row without its piece would be a broken one.
  await tools.spdb.transaction(async (tables) => {
    await deleteIncomingIntegrity(tables, object_info, index);
    await tables.deletePieceHashes(object_info.id, index);
  });
  for (let segment = 0; segment < segmentsOf(object); segment++) {
    const key = secondaryPieceKey(object_info, segment, index);
    await tools.pieceStore.delete(key).catch((error: unknown) => {
      tools.logger.warn('a piece was not deleted', { key, reason: GfSpError.from(error).message });
    });
  }
}
