import { baseErrors, GfSpError, type Manager } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { required } from '../errors.ts';
import { Header, readHeader } from '../headers.ts';
import * as messages from '../messages/manager.ts';
import { defineRpc, serve, unary } from '../method.ts';
import { callCollection } from './manager-collection.ts';
import { managerExtensionService } from './manager-extension.ts';
import { callMigrations, migrationMethods, serveMigrations } from './manager-migration.ts';
import { callRecovery, recoveryMethods, serveRecoveryMethods } from './manager-recovery.ts';
import { callScrub } from './manager-scrub.ts';
import { fromExecutorTask, toExecutorTask } from './manager-tasks.ts';

const DEADLINE_MS = 30_000;

export const manageService = defineRpc('base.types.gfspserver.GfSpManageService', {
  // not repeatable: the second of two would be refused as a repetition
  GfSpBeginTask: unary(messages.BeginTaskRequest, messages.BeginTaskResponse, { deadlineMs: DEADLINE_MS }),
  // a task that was handed out and did not arrive is handed out again, so asking twice is harmless
  GfSpAskTask: unary(messages.AskTaskRequest, messages.AskTaskResponse, { repeatable: true, held: true }),
  // what was reported already is no longer running, and a report about it changes nothing
  GfSpReportTask: unary(messages.ReportTaskRequest, messages.ReportTaskResponse, {
    repeatable: true,
    deadlineMs: DEADLINE_MS,
  }),
  // it may create a group on the way
  GfSpPickVirtualGroupFamily: unary(messages.PickVirtualGroupFamilyRequest, messages.PickVirtualGroupFamilyResponse, {
    deadlineMs: 120_000,
    errors: 'status',
  }),
  GfSpQueryTasksStats: unary(messages.QueryTasksStatsRequest, messages.QueryTasksStatsResponse, {
    repeatable: true,
    deadlineMs: DEADLINE_MS,
  }),
  ...migrationMethods,
  ...recoveryMethods,
});

export const serveManage = (manager: Manager) =>
  serve(manageService, {
    async GfSpBeginTask({ upload_object_task, resumable_upload_object_task }) {
      if (upload_object_task) return { delivery: await manager.beginUpload(upload_object_task) };
      if (!resumable_upload_object_task) throw baseErrors.uploadTaskDangling();
      return { delivery: await manager.beginResumableUpload(resumable_upload_object_task) };
    },
    async GfSpAskTask({ node_limit }, { metadata, signal }) {
      const member = readHeader(metadata, Header.member);
      const task = await manager.askTask({ member, ...(node_limit && { limit: node_limit }) }, signal);
      if (!task) throw baseErrors.noTaskMatchLimit();
      return fromExecutorTask(task);
    },
    async GfSpReportTask(request) {
      const task = toExecutorTask(request);
      const { upload_object_task, resumable_upload_object_task } = request;
      if (task) await manager.reportTask(task);
      else if (upload_object_task) await manager.doneUpload(upload_object_task);
      else if (resumable_upload_object_task) await manager.doneResumableUpload(resumable_upload_object_task);
      else throw baseErrors.unsupportedTaskType('this task is not reported to the manager here');
      return {};
    },
    async GfSpPickVirtualGroupFamily() {
      return { vgf_id: await manager.pickVirtualGroupFamily() };
    },
    async GfSpQueryTasksStats() {
      return { stats: await manager.queryTasksStats() };
    },
    ...serveMigrations(manager),
    ...serveRecoveryMethods(manager),
  });

export function callManager(caller: Caller): Manager {
  const { GfSpBeginTask, GfSpReportTask, ...other } = manageService.methods;
  return {
    async beginUpload(upload_object_task) {
      return (await caller.unary(GfSpBeginTask, { upload_object_task })).delivery;
    },
    async doneUpload(upload_object_task) {
      await caller.unary(GfSpReportTask, { upload_object_task });
    },
    async beginResumableUpload(resumable_upload_object_task) {
      return (await caller.unary(GfSpBeginTask, { resumable_upload_object_task })).delivery;
    },
    async doneResumableUpload(resumable_upload_object_task) {
      await caller.unary(GfSpReportTask, { resumable_upload_object_task });
    },
    async reportTask(task) {
      await caller.unary(GfSpReportTask, fromExecutorTask(task));
    },
    async pickVirtualGroupFamily() {
      return (await caller.unary(other.GfSpPickVirtualGroupFamily, {})).vgf_id;
    },
    async queryTasksStats() {
      return required((await caller.unary(other.GfSpQueryTasksStats, {})).stats, 'numbers of tasks');
    },
    askTask: askTask(caller),
    ...callMigrations(caller, other),
    ...callRecovery(caller, other),
    ...callExtension(caller),
    ...callCollection(caller),
    ...callScrub(caller),
  };
}

const askTask =
  (caller: Caller): Manager['askTask'] =>
  async ({ member, limit }, signal) => {
    try {
      const options = { signal, headers: { [Header.member]: member } };
      return toExecutorTask(await caller.unary(manageService.methods.GfSpAskTask, { node_limit: limit }, options));
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof GfSpError && error.is(baseErrors.noTaskMatchLimit)) return undefined;
      throw error;
    }
  };

function callExtension(caller: Caller): Pick<Manager, 'attend' | 'cancelTask' | 'noteState' | 'queryTasks'> {
  const { Attend, CancelTask, ListTasks, NoteState } = managerExtensionService.methods;
  return {
    async attend(member, signal) {
      try {
        await caller.unary(Attend, { member }, { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    async noteState(key, state) {
      await caller.unary(NoteState, { key, state });
    },
    async cancelTask(key) {
      return (await caller.unary(CancelTask, { key })).cancelled;
    },
    async queryTasks(filter) {
      return (await caller.unary(ListTasks, { filter })).tasks;
    },
  };
}
