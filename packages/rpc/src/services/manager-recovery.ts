/** The manager's methods about recovery: a part of its service (`reference/tasks-and-manager.md` §4.1), and one of ours. */
import type { Recovering } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/recovery.ts';
import { defineRpc, down, type Handlers, serve, unary } from '../method.ts';

const DEADLINE_MS = 30_000;

export const recoveryMethods = {
  // not repeatable: the second of two would be told an empty list
  GfSpResetRecoveryFailedList: unary(messages.ResetFailedListRequest, messages.ResetFailedListResponse, {
    deadlineMs: DEADLINE_MS,
  }),
  GfSpTriggerRecoverForSuccessorSP: unary(messages.TriggerRecoverRequest, messages.TriggerRecoverResponse, {
    deadlineMs: DEADLINE_MS,
    errors: 'status',
  }),
  GfSpQueryRecoverProcess: unary(messages.QueryRecoverRequest, messages.QueryRecoverResponse, {
    repeatable: true,
    deadlineMs: DEADLINE_MS,
    errors: 'status',
  }),
};

export const recoveryService = defineRpc('prairie.Recovery', {
  // as long as it takes; who leaves ends it
  RecoverPieces: down(messages.RecoverPiecesRequest, messages.Recovered, { held: true }),
});

export function serveRecoveryMethods(manager: Recovering): Handlers<typeof recoveryMethods> {
  return {
    async GfSpResetRecoveryFailedList() {
      return { recovery_failed_list: await manager.resetRecoveryFailedList() };
    },
    async GfSpTriggerRecoverForSuccessorSP({ vgf_id, gvg_id, replicate_index }) {
      await manager.triggerRecoverForSuccessorSP(vgf_id, gvg_id, replicate_index);
      return {};
    },
    async GfSpQueryRecoverProcess({ vgf_id, gvg_id }) {
      return manager.queryRecoverProcess(vgf_id, gvg_id);
    },
  };
}

export const serveRecovery = (manager: Recovering) =>
  serve(recoveryService, {
    async RecoverPieces(request, { signal }) {
      return manager.recoverPieces(request, signal);
    },
  });

/** `methods` are those above with the paths that they have in the manager's service. */
export function callRecovery(caller: Caller, methods: typeof recoveryMethods): Recovering {
  return {
    async *recoverPieces(request, signal) {
      const { RecoverPieces } = recoveryService.methods;
      yield* await caller.down(RecoverPieces, { ...request, objects: [...request.objects] }, { signal });
    },
    async resetRecoveryFailedList() {
      return (await caller.unary(methods.GfSpResetRecoveryFailedList, {})).recovery_failed_list;
    },
    async triggerRecoverForSuccessorSP(vgf_id, gvg_id, replicate_index) {
      await caller.unary(methods.GfSpTriggerRecoverForSuccessorSP, { vgf_id, gvg_id, replicate_index });
    },
    async queryRecoverProcess(vgf_id, gvg_id) {
      const { recover_processes, executing } = await caller.unary(methods.GfSpQueryRecoverProcess, { vgf_id, gvg_id });
      return { recover_processes, executing };
    },
  };
}
