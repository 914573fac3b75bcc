import type { greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { GfSpError, type ReceivePieceTask } from '@prairie/gfsp';
import { deleteIncomingIntegrity, promoteIntegrity } from '../common/integrity.ts';
import {
  isReplicated,
  isSealed,
  isSealedIn,
  type StoredObject,
  secondaryPieceKey,
  segmentsOf,
} from '../common/pieces.ts';
import { executorErrors } from './errors.ts';
import type { ExecutorTools } from './ports.ts';

type Tools = Pick<ExecutorTools, 'consensus' | 'spdb' | 'pieceStore' | 'logger'>;

/** What a provider got of an object, and where it was told it would be. */
interface Received extends StoredObject {
  redundancy_idx: number;
}

/**
 * A while after an object's pieces were received: is this provider where it was told it would be? If not, because the
 * primary went on with another group, or because the object is gone, the pieces are deleted
 * (`reference/pieces-and-redundancy.md` §9.4). That ends the task, as the confirmation does: there is nothing to try
 * again. @throws 40003 while the object is not sealed, 40006 while its group is not known
 */
export async function confirmReceived(
  { object_info, storage_params, redundancy_idx }: ReceivePieceTask,
  { operatorAddress }: { operatorAddress: string },
  tools: Tools,
): Promise<void> {
  if (!object_info || !storage_params) throw executorErrors.requestLost();
  const received: Received = { object_info, storage_params, redundancy_idx };
  const found = await tools.consensus.objectById(object_info.id);
  if (!found) return discard(received, executorErrors.requestLost('the object is not on chain'), tools);
  if (!isSealedIn(found.object_info, object_info.version)) {
    if (!isSealed(found.object_info)) throw executorErrors.sealFailed(`object ${object_info.id} is not sealed yet`);
    return discard(received, executorErrors.sealFailed('its update was given up'), tools);
  }
  const self = await tools.consensus.spByOperator(operatorAddress);
  const group = found.global_virtual_group;
  if (!self || !group) throw executorErrors.secondaryMismatch('the group of the object is not known');
  const misplaced = misplacement(group, redundancy_idx, self.id);
  if (!misplaced) {
    return tools.spdb.transaction((tables) => promoteIntegrity(tables, found.object_info, redundancy_idx));
  }
  // whole segments have one key, whatever place they were sent for
  const isNeeded =
    isReplicated(object_info) && (group.primary_sp_id === self.id || group.secondary_sp_ids.includes(self.id));
  await discard(received, misplaced, tools, { keepsPieces: isNeeded });
}

function misplacement(
  { id, secondary_sp_ids }: virtualgroup.GlobalVirtualGroup,
  index: number,
  self: number,
): GfSpError | undefined {
  if (index >= secondary_sp_ids.length) {
    return executorErrors.indexOutOfBounds(`group ${id} has ${secondary_sp_ids.length} secondaries`);
  }
  if (secondary_sp_ids[index] === self) return undefined;
  return executorErrors.secondaryMismatch(`provider ${secondary_sp_ids[index]} is in that place of group ${id}`);
}

async function discard(
  { redundancy_idx: index, ...object }: Received,
  { innerCode: code, message: reason }: GfSpError,
  tools: Tools,
  { keepsPieces = false } = {},
): Promise<void> {
  const { object_info } = object;
  const { id, version } = object_info;
  tools.logger.info('received pieces are deleted', { object_id: id, redundancy_index: index, code, reason });
  // Rows first: without its row a piece is nobody's promise, a row without its piece would be a broken one.
  await tools.spdb.transaction(async (tables) => {
    await deleteIncomingIntegrity(tables, object_info, index);
    await tables.deletePieceHashes(id, index);
  });
  if (keepsPieces) return;
  for (let segment = 0; segment < segmentsOf(object); segment++) {
    // an update after the one that was given up has the same version, and the same keys: its pieces may be coming in
    if (version > 0n && (await tools.spdb.listPieceHashes(id, index)).length > 0) return;
    const key = secondaryPieceKey(object_info, segment, index);
    await tools.pieceStore.delete(key).catch((error: unknown) => {
      tools.logger.warn('a piece was not deleted', { key, reason: GfSpError.from(error).message });
    });
  }
}
