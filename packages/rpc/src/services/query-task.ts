/** What is queued in a process, for callers of the reference (`reference/internal-grpc.md` §3.9). */
import type { Modules } from '@prairie/gfsp';
import { rpcErrors } from '../errors.ts';
import { QueryTasksRequest, QueryTasksResponse } from '../messages/query.ts';
import { defineRpc, type ServedService, serve, unary } from '../method.ts';

export const queryTaskService = defineRpc('base.types.gfspserver.GfSpQueryTaskService', {
  GfSpQueryTasks: unary(QueryTasksRequest, QueryTasksResponse, { repeatable: true, deadlineMs: 30_000 }),
});

/** Of whichever of the modules with queues run here; undefined when none does. To its callers an empty key and an empty answer are errors (§3). */
export function serveQueryTask({ manager, approver }: Partial<Modules>): ServedService | undefined {
  const queues = [manager, approver].filter((module) => module !== undefined);
  if (queues.length === 0) return undefined;
  return serve(queryTaskService, {
    async GfSpQueryTasks({ task_sub_key }) {
      if (task_sub_key === '') throw rpcErrors.noTasks('a part of the task key was expected, nothing came');
      const task_info = (await Promise.all(queues.map((module) => module.queryTasks(task_sub_key)))).flat();
      if (task_info.length === 0) throw rpcErrors.noTasks(`no task has a key with ${task_sub_key.slice(0, 200)}`);
      return { task_info };
    },
  });
}
