import type { greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import type { GfSpError, ReceivePieceTask } from '@prairie/gfsp';
import { promoteIntegrity } from '../common/integrity.ts';
import { isSealed, isSealedIn } from '../common/pieces.ts';
import { executorErrors } from './errors.ts';
import type { Leftovers } from './leftovers.ts';
import type { ExecutorTools } from './ports.ts';

type Tools = Pick<ExecutorTools, 'consensus' | 'spdb' | 'logger'> & { leftovers: Pick<Leftovers, 'add'> };

/**
 * A while after an object's pieces were received: is this provider where it was told it would be? If not, because the
 * primary went on with another group, or the update was given up, they are left to garbage collection
 * (`reference/pieces-and-redundancy.md` §9.4): one answer of the chain, maybe an old one, is not enough to delete, and
 * the place or the version may have become this provider's since. An object that is not found may be too new for the
 * node that was asked; deleted ones have a collection of their own. All of these end the task, as the confirmation does.
 * @throws 40003 while the object is not sealed, 40006 while its group is not known
 */
export async function confirmReceived(
  { object_info, redundancy_idx: index }: ReceivePieceTask,
  { operatorAddress }: { operatorAddress: string },
  tools: Tools,
): Promise<void> {
  if (!object_info) throw executorErrors.requestLost();
  const { id, version } = object_info;
  const leave = ({ innerCode: code, message: reason }: GfSpError): void => {
    tools.logger.info('received pieces are not needed', { object_id: id, redundancy_index: index, code, reason });
    tools.leftovers.add(id);
  };
  const found = await tools.consensus.objectById(id);
  if (!found) return tools.logger.info('an object of received pieces is not on chain', { object_id: id });
  if (!isSealedIn(found.object_info, version)) {
    if (!isSealed(found.object_info)) throw executorErrors.sealFailed(`object ${id} is not sealed yet`);
    return leave(executorErrors.sealFailed('its update was given up'));
  }
  const self = await tools.consensus.spByOperator(operatorAddress);
  const group = found.global_virtual_group;
  if (!self || !group) throw executorErrors.secondaryMismatch('the group of the object is not known');
  const misplaced = misplacement(group, index, self.id);
  if (misplaced) return leave(misplaced);
  await tools.spdb.transaction(async (tables) => {
    const shadow = await tables.getShadowIntegrity(id, index);
    // of an update that was given up, before the one with the same version: garbage collection takes it away
    if (shadow?.version === found.object_info.version && shadow.updated_at !== found.object_info.updated_at) return;
    await promoteIntegrity(tables, found.object_info, index);
  });
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
