import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  type Approver,
  type DelegateCreateObjectApprovalTask,
  type GfSpError,
  sharedGatewayErrors,
} from '@prairie/gfsp';
import { connectAll, startServer } from '../testing/server.ts';

it('a refusal crosses processes with its reason', async (t) => {
  const refuse = async () => {
    throw sharedGatewayErrors.approvalRefused('not on Sundays');
  };
  const approver: Partial<Approver> = { createBucketApproval: refuse, delegateCreateObjectApproval: refuse };
  const server = await startServer(t, { approver: approver as Approver });
  const client = connectAll(t, [server.address]);
  const expected = sharedGatewayErrors.approvalRefused('not on Sundays').toJSON();
  const calls = [
    () => client.approver.createBucketApproval({ create_bucket_info: {} } as never),
    () => client.approver.delegateCreateObjectApproval({} as DelegateCreateObjectApprovalTask),
  ];
  for (const call of calls) {
    await assert.rejects(call(), (error: GfSpError) => {
      assert.deepEqual(error.toJSON(), expected);
      return true;
    });
  }
});

it('a migration that was said before arrives as such, and other failures as they are', async (t) => {
  let answer = async (): Promise<undefined> => undefined;
  const server = await startServer(t, { manager: { notifyPreMigrateBucket: () => answer() } as never });
  const client = connectAll(t, [server.address]);
  assert.equal(await client.manager.notifyPreMigrateBucket(3n, 4), undefined);
  answer = async () => {
    throw new Error('the disk is full');
  };
  await assert.rejects(client.manager.notifyPreMigrateBucket(3n, 4), {
    innerCode: 999999,
    message: 'the disk is full',
  });
});
