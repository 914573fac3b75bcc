import type { Init } from '@prairie/chain';
import { type Approver, baseErrors, GfSpError, sharedGatewayErrors } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { required } from '../errors.ts';
import { AskApprovalRequest, AskApprovalResponse } from '../messages/approver.ts';
import { ListTasksRequest, ListTasksResponse } from '../messages/prairie.ts';
import { defineRpc, serve, unary } from '../method.ts';

export const approvalService = defineRpc('base.types.gfspserver.GfSpApprovalService', {
  // the same answer within an approval's life, so asking twice is harmless; a family may be made on the way
  GfSpAskApproval: unary(AskApprovalRequest, AskApprovalResponse, { repeatable: true, deadlineMs: 150_000 }),
});

export const approverExtensionService = defineRpc('prairie.Approver', {
  ListTasks: unary(ListTasksRequest, ListTasksResponse, { repeatable: true, deadlineMs: 30_000 }),
});

export const serveApproval = (approver: Approver) =>
  serve(approvalService, {
    async GfSpAskApproval(request) {
      try {
        return { allowed: true, ...(await approve(approver, request)) };
      } catch (error) {
        // to the reference that is no error
        if (!(error instanceof GfSpError && error.is(sharedGatewayErrors.approvalRefused))) throw error;
        return { allowed: false, prairie_reason: error.message };
      }
    },
  });

async function approve(approver: Approver, request: AskApprovalRequest): Promise<Init<AskApprovalResponse>> {
  const {
    create_bucket_approval_task: bucket,
    create_object_approval_task: object,
    migrate_bucket_approval_task: migration,
    delegate_create_object_approval_task: delegated,
  } = request;
  if (bucket) return { create_bucket_approval_task: await approver.createBucketApproval(bucket) };
  if (object) return { create_object_approval_task: await approver.createObjectApproval(object) };
  if (migration) return { migrate_bucket_approval_task: await approver.migrateBucketApproval(migration) };
  if (!delegated) throw baseErrors.approvalTaskDangling();
  await approver.delegateCreateObjectApproval(delegated);
  return { delegate_create_object_approval_task: delegated };
}

export const serveApproverExtension = (approver: Approver) =>
  serve(approverExtensionService, {
    async ListTasks({ filter }) {
      return { tasks: await approver.queryTasks(filter) };
    },
  });

export function callApprover(caller: Caller): Approver {
  const ask = async (request: Partial<AskApprovalRequest>) => {
    const answer = await caller.unary(approvalService.methods.GfSpAskApproval, request);
    if (!answer.allowed) throw sharedGatewayErrors.approvalRefused(answer.prairie_reason || undefined);
    return answer;
  };
  return {
    async createBucketApproval(create_bucket_approval_task) {
      const answer = await ask({ create_bucket_approval_task });
      return required(answer.create_bucket_approval_task, 'the task');
    },
    async createObjectApproval(create_object_approval_task) {
      const answer = await ask({ create_object_approval_task });
      return required(answer.create_object_approval_task, 'the task');
    },
    async migrateBucketApproval(migrate_bucket_approval_task) {
      const answer = await ask({ migrate_bucket_approval_task });
      return required(answer.migrate_bucket_approval_task, 'the task');
    },
    async delegateCreateObjectApproval(delegate_create_object_approval_task) {
      await ask({ delegate_create_object_approval_task });
    },
    async queryTasks(filter) {
      return (await caller.unary(approverExtensionService.methods.ListTasks, { filter })).tasks;
    },
  };
}
