import { nowSeconds, type Task } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';

/** A task that was signed longer ago is not taken (`reference/sp-to-sp.md` §4.1). */
const MAX_TASK_AGE_SECONDS = 1000n;

/** @throws gateway 50038 */
export function requireFresh({ task }: { task: Task | undefined }): void {
  if (nowSeconds() - (task?.update_time ?? 0n) > MAX_TASK_AGE_SECONDS) throw gatewayErrors.taskExpired();
}
