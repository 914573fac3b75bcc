import { type Approver, baseErrors, newTask } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { required } from '../errors.ts';
import { AskApprovalRequest, AskApprovalResponse } from '../messages/approver.ts';
import { defineRpc, serve, unary } from '../method.ts';

export const approvalService = defineRpc('base.types.gfspserver.GfSpApprovalService', {
  // the same answer within an approval's life, so asking twice is harmless
  GfSpAskApproval: unary(AskApprovalRequest, AskApprovalResponse, { repeatable: true, deadlineMs: 30_000 }),
});

export const serveApproval = (approver: Approver) =>
  serve(approvalService, {
    async GfSpAskApproval(request) {
      const { create_bucket_approval_task: bucket, create_object_approval_task: object } = request;
      if (bucket?.create_bucket_info) {
        const create_bucket_info = await approver.createBucketApproval(bucket.create_bucket_info);
        return { allowed: true, create_bucket_approval_task: { ...bucket, create_bucket_info } };
      }
      if (object?.create_object_info) {
        const create_object_info = await approver.createObjectApproval(object.create_object_info);
        return { allowed: true, create_object_approval_task: { ...object, create_object_info } };
      }
      const isOther = request.migrate_bucket_approval_task ?? request.delegate_create_object_approval_task;
      throw isOther ? baseErrors.unsupportedTaskType() : baseErrors.approvalTaskDangling();
    },
  });

export function callApprover(caller: Caller): Approver {
  const ask = (request: Partial<AskApprovalRequest>) => caller.unary(approvalService.methods.GfSpAskApproval, request);
  return {
    async createBucketApproval(create_bucket_info) {
      const { create_bucket_approval_task } = await ask({
        create_bucket_approval_task: { task: newTask(), create_bucket_info, fingerprint: new Uint8Array() },
      });
      return required(create_bucket_approval_task?.create_bucket_info, 'the signed message');
    },
    async createObjectApproval(create_object_info) {
      const { create_object_approval_task } = await ask({
        create_object_approval_task: { task: newTask(), create_object_info, fingerprint: new Uint8Array() },
      });
      return required(create_object_approval_task?.create_object_info, 'the signed message');
    },
  };
}
