import type { Manager } from '@prairie/gfsp';
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
