import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { addressOf, greenfieldSp, type Json, sha256, sortedJson, greenfieldStorage as storage } from '@prairie/chain';
import { SIGNED_MSG_HEADER, UNSIGNED_MSG_HEADER } from '@prairie/client';
import {
  type Consensus,
  type CreateBucketApprovalTask,
  type CreateObjectApprovalTask,
  defineErrors,
  type MigrateBucketApprovalTask,
  sharedGatewayErrors,
} from '@prairie/gfsp';
import { chainOf, gatewayOf, OPERATOR, type Stubs, USER, USER_KEY } from '../testing.ts';

const MAINTAINER_KEY = Buffer.alloc(32, 8);
const APPROVAL = { expired_height: '0', global_virtual_group_family_id: 0, sig: null };

type Message = Record<string, unknown>;

/** A message of each action that nothing is wrong with. */
const VALID: Readonly<Record<string, Message>> = {
  CreateBucket: {
    ...{ creator: USER, bucket_name: 'photos', visibility: 'VISIBILITY_TYPE_PRIVATE', payment_address: '' },
    ...{ primary_sp_address: OPERATOR, primary_sp_approval: APPROVAL, charged_read_quota: '0' },
  },
  MigrateBucket: { operator: USER, bucket_name: 'photos', dst_primary_sp_id: 1, dst_primary_sp_approval: APPROVAL },
  CreateObject: {
    ...{
      creator: USER,
      bucket_name: 'photos',
      object_name: 'a/b',
      payload_size: '9',
      visibility: 'VISIBILITY_TYPE_INHERIT',
    },
    ...{ content_type: 'text/plain', primary_sp_approval: APPROVAL, redundancy_type: 'REDUNDANCY_EC_TYPE' },
    expect_checksums: [Buffer.alloc(32).toString('base64')],
  },
};

const approval = (family: number) => ({
  ...{ expired_height: 105n, global_virtual_group_family_id: family, sig: Buffer.alloc(65, 1) },
});
type Asked = CreateBucketApprovalTask | CreateObjectApprovalTask | MigrateBucketApprovalTask;

/** Modules that agree to everything, unless `over` says otherwise. */
function modulesOf(tasks: Asked[], over: Stubs = {}): Stubs {
  return {
    authenticator: { authorize: async () => {} },
    approver: {
      createBucketApproval: async (task) => {
        tasks.push(task);
        return { ...task, create_bucket_info: { ...task.create_bucket_info, primary_sp_approval: approval(7) } };
      },
      createObjectApproval: async (task) => {
        tasks.push(task);
        return { ...task, create_object_info: { ...task.create_object_info, primary_sp_approval: approval(0) } };
      },
      migrateBucketApproval: async (task) => {
        tasks.push(task);
        return { ...task, migrate_bucket_info: { ...task.migrate_bucket_info, dst_primary_sp_approval: approval(0) } };
      },
    },
    ...over,
  };
}

async function asking(t: TestContext, over: Stubs = {}, chain: Partial<Consensus> = {}) {
  const tasks: Asked[] = [];
  const gateway = await gatewayOf(t, modulesOf(tasks, over), chainOf(chain));
  const ask = (action: string, message: Message | string, key: Uint8Array = USER_KEY) => {
    const text = typeof message === 'string' ? message : Buffer.from(JSON.stringify(message)).toString('hex');
    const path = `/greenfield/admin/v1/get-approval?action=${action}`;
    return gateway.send({ path, key, headers: { [UNSIGNED_MSG_HEADER]: text } });
  };
  const codeOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).code;
  return { ...gateway, ask, codeOf, tasks };
}

describe('an approval', () => {
  for (const [action, message] of Object.entries(VALID)) {
    it(`${action}: is the message with sorted keys, asked for by the signer`, async (t) => {
      const { ask, tasks } = await asking(t);
      const answer = await ask(action, message);
      assert.equal(answer.status, 200, String(answer.body));
      assert.equal(answer.body.length, 0);
      const text = Buffer.from(String(answer.headers[SIGNED_MSG_HEADER.toLowerCase()]), 'hex').toString();
      const field = action === 'MigrateBucket' ? 'dst_primary_sp_approval' : 'primary_sp_approval';
      const family = action === 'CreateBucket' ? 7 : 0;
      const sig = Buffer.alloc(65, 1).toString('base64');
      const given = { [field]: { expired_height: '105', global_virtual_group_family_id: family, sig } };
      assert.equal(text, sortedJson({ ...message, ...given } as Json));
      const [task] = tasks as [Asked];
      assert.equal(task.task.user_address, USER);
      const raw = sha256(Buffer.from(JSON.stringify(message)));
      if ('fingerprint' in task) assert.deepEqual(Buffer.from(task.fingerprint), Buffer.from(raw));
    });
  }

  it('that is refused has status 200, code 50007 and no message', async (t) => {
    const refuse = async () => {
      throw sharedGatewayErrors.approvalRefused('not on Sundays');
    };
    const { ask } = await asking(t, {
      approver: { createBucketApproval: refuse, createObjectApproval: refuse, migrateBucketApproval: refuse },
    });
    for (const [action, message] of Object.entries(VALID)) {
      const answer = await ask(action, message);
      assert.deepEqual([answer.status, answer.code], [200, 50007]);
      assert.match(String(answer.body), /not on Sundays/);
      assert.equal(answer.headers[SIGNED_MSG_HEADER.toLowerCase()], undefined);
    }
  });
});

const authenticatorErrors = defineErrors('authenticator', { bucketExists: [400, 20009, 'it is there'] });
const approverErrors = defineErrors('approver', { tooMany: [406, 10002, 'too many'] });

describe('what is wrong is said in the order of the network', () => {
  const without = (action: string, field: string): Message => {
    const { [field]: _, ...rest } = VALID[action]!;
    return rest;
  };
  const changed = (action: string, fields: Message): Message => ({ ...VALID[action], ...fields });

  it('hex, then the action, then the message', async (t) => {
    const { codeOf, send } = await asking(t);
    assert.equal(await codeOf('Nothing', 'xyz'), 50005);
    assert.equal(await codeOf('Nothing', VALID.CreateBucket!), 50008);
    for (const action of ['Nothing', 'constructor', '__proto__', '']) assert.equal(await codeOf(action, ''), 50008);
    const hexOf = (text: string) => Buffer.from(text).toString('hex');
    for (const action of Object.keys(VALID)) {
      for (const text of ['', hexOf('{'), hexOf('[]'), hexOf('{"unknown":1}'), hexOf('{"bucket_name":1}')]) {
        assert.equal(await codeOf(action, text), 50005, `${action} ${text}`);
      }
    }
    const path = '/greenfield/admin/v1/get-approval?action=CreateBucket';
    assert.equal((await send({ path })).code, 50023);
  });

  it('validity', async (t) => {
    const { codeOf, tasks } = await asking(t);
    const wrong: [string, Message][] = [
      ['CreateBucket', changed('CreateBucket', { creator: 'me' })],
      ['CreateBucket', changed('CreateBucket', { primary_sp_address: '' })],
      ['CreateBucket', changed('CreateBucket', { payment_address: '0x12' })],
      ['CreateBucket', changed('CreateBucket', { visibility: 0 })],
      ['CreateBucket', changed('CreateBucket', { bucket_name: 'A' })],
      ['CreateBucket', without('CreateBucket', 'primary_sp_approval')],
      ['MigrateBucket', changed('MigrateBucket', { operator: '' })],
      ['MigrateBucket', changed('MigrateBucket', { bucket_name: '1.2.3.4' })],
      ['MigrateBucket', changed('MigrateBucket', { dst_primary_sp_id: 0 })],
      ['MigrateBucket', without('MigrateBucket', 'dst_primary_sp_approval')],
      ['CreateObject', changed('CreateObject', { creator: '' })],
      ['CreateObject', changed('CreateObject', { object_name: '' })],
      ['CreateObject', changed('CreateObject', { expect_checksums: ['AAAA'] })],
      ['CreateObject', changed('CreateObject', { visibility: 'VISIBILITY_TYPE_UNSPECIFIED' })],
      ['CreateObject', without('CreateObject', 'primary_sp_approval')],
    ];
    for (const [action, message] of wrong) {
      assert.equal(await codeOf(action, message), 50006, `${action} ${JSON.stringify(message)}`);
    }
    for (const object_name of ['a..b', 'a\\b', 'a; drop table', 'a/*b*/']) {
      assert.equal(await codeOf('CreateObject', changed('CreateObject', { object_name })), 50044, object_name);
    }
    assert.deepEqual(tasks, []);
  });

  it('service: before the message of a bucket, after that of an object, and not of a migration', async (t) => {
    const maintained = (key: Uint8Array) =>
      asking(
        t,
        {},
        {
          spByOperator: async () =>
            greenfieldSp.StorageProvider.create({
              ...{ id: 1, operator_address: OPERATOR, maintenance_address: addressOf(key) },
              status: greenfieldSp.Status.STATUS_IN_MAINTENANCE,
            }),
        },
      );
    const byOthers = await maintained(MAINTAINER_KEY);
    assert.equal(await byOthers.codeOf('CreateBucket', ''), 50029);
    assert.equal(await byOthers.codeOf('CreateObject', ''), 50005);
    assert.equal(await byOthers.codeOf('CreateObject', VALID.CreateObject!), 50029);
    assert.equal(await byOthers.codeOf('MigrateBucket', VALID.MigrateBucket!), 0);
    const byMaintainer = await maintained(USER_KEY);
    for (const [action, message] of Object.entries(VALID)) assert.equal(await byMaintainer.codeOf(action, message), 0);
  });

  it('the bucket of an object: there, and open', async (t) => {
    const missing = await asking(t, {}, { bucket: async () => undefined });
    assert.equal(await missing.codeOf('CreateObject', VALID.CreateObject!), 55001);
    const bucket_info = storage.BucketInfo.create({ bucket_status: storage.BucketStatus.BUCKET_STATUS_MIGRATING });
    const moving = await asking(t, {}, { bucket: async () => ({ bucket_info, is_rate_limited: false }) });
    assert.equal(await moving.codeOf('CreateObject', VALID.CreateObject!), 50036);
  });

  it('the account and what exists, before anything is approved', async (t) => {
    const asked: string[][] = [];
    const authorize = async (...question: string[]) => {
      // a signature may be read in two ways, with the host's port and without: the other account is nobody's
      if (question[1] === USER) asked.push(question);
      throw authenticatorErrors.bucketExists();
    };
    const { codeOf, tasks } = await asking(t, { authenticator: { authorize } });
    for (const [action, message] of Object.entries(VALID)) assert.equal(await codeOf(action, message), 20009);
    assert.deepEqual(asked, [
      ['ask-create-bucket-approval', USER, 'photos', ''],
      ['ask-migrate-bucket-approval', USER, 'photos', ''],
      ['ask-create-object-approval', USER, 'photos', 'a/b'],
    ]);
    assert.deepEqual(tasks, []);
  });

  it('what the approver says', async (t) => {
    const createBucketApproval = async () => {
      throw approverErrors.tooMany();
    };
    const { ask } = await asking(t, { approver: { createBucketApproval } });
    const answer = await ask('CreateBucket', VALID.CreateBucket!);
    assert.deepEqual([answer.status, answer.code], [406, 10002]);
  });
});

it('the recommended family is one element', async (t) => {
  const gateway = await gatewayOf(t, { manager: { pickVirtualGroupFamily: async () => 12 } }, chainOf());
  const answer = await gateway.send({ path: '/greenfield/admin/v1/get-recommended-vgf', key: USER_KEY });
  assert.equal(String(answer.body), '<VirtualGroupFamily><Id>12</Id></VirtualGroupFamily>');
});
