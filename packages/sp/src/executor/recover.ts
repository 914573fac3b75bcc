import type { RecoverPieceTask } from '@prairie/gfsp';
import type { PieceRepair } from '../recovery/index.ts';
import { executorErrors } from './errors.ts';

/**
 * One piece of this provider: looked at, and made anew unless it is good (`reference/pieces-and-redundancy.md` §10.1). A
 * successor's has no row before: it is brought. @throws taskexecutor 40001, 45201 … 45209, 45215; receiver 45205
 */
export async function recoverPiece(
  task: RecoverPieceTask,
  repair: Pick<PieceRepair, 'ensure' | 'takeOver'>,
  signal: AbortSignal,
): Promise<RecoverPieceTask> {
  const { object_info, storage_params, segment_idx, ec_idx, by_successor_sp } = task;
  if (!object_info || !storage_params) throw executorErrors.requestLost();
  const object = { object_info, storage_params };
  const found = by_successor_sp
    ? await repair.takeOver(object, segment_idx, ec_idx, signal)
    : await repair.ensure(object, segment_idx, ec_idx, signal);
  return { ...task, recovered: true, found };
}
