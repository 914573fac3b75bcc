import type { Manager } from '@prairie/gfsp';
import { rpcErrors } from '../errors.ts';
import {
  AttendRequest,
  AttendResponse,
  CancelTaskRequest,
  CancelTaskResponse,
  ListTasksRequest,
  ListTasksResponse,
  NoteStateRequest,
  NoteStateResponse,
} from '../messages/prairie.ts';
import { QueryTasksRequest, QueryTasksResponse } from '../messages/query.ts';
import { defineRpc, serve, unary } from '../method.ts';

const DEADLINE_MS = 30_000;

export const managerExtensionService = defineRpc('prairie.Manager', {
  // not repeatable: a connection that broke has to be seen as an absence
  Attend: unary(AttendRequest, AttendResponse, { held: true }),
  CancelTask: unary(CancelTaskRequest, CancelTaskResponse, { deadlineMs: DEADLINE_MS }),
  NoteState: unary(NoteStateRequest, NoteStateResponse, { repeatable: true, deadlineMs: DEADLINE_MS }),
  ListTasks: unary(ListTasksRequest, ListTasksResponse, { repeatable: true, deadlineMs: DEADLINE_MS }),
});

export const serveManagerExtension = (manager: Manager) =>
  serve(managerExtensionService, {
    async Attend({ member }, { signal }) {
      await manager.attend(member, signal);
      return {};
    },
    async CancelTask({ key }) {
      return { cancelled: await manager.cancelTask(key) };
    },
    async NoteState({ key, state }) {
      await manager.noteState(key, state);
      return {};
    },
    async ListTasks({ filter }) {
      return { tasks: await manager.queryTasks(filter) };
    },
  });

/** For callers of the reference, to whom an empty key and an empty answer are errors (`reference/internal-grpc.md` §3). */
export const queryTaskService = defineRpc('base.types.gfspserver.GfSpQueryTaskService', {
  GfSpQueryTasks: unary(QueryTasksRequest, QueryTasksResponse, { repeatable: true, deadlineMs: DEADLINE_MS }),
});

export const serveQueryTask = (manager: Manager) =>
  serve(queryTaskService, {
    async GfSpQueryTasks({ task_sub_key }) {
      if (task_sub_key === '') throw rpcErrors.noTasks('a part of the task key was expected, nothing came');
      const task_info = await manager.queryTasks(task_sub_key);
      if (task_info.length === 0) throw rpcErrors.noTasks(`no task has a key with ${task_sub_key.slice(0, 200)}`);
      return { task_info };
    },
  });
