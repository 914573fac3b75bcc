import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ChannelCredentials, Client, type ServiceError } from '@grpc/grpc-js';
import { type AnyMessage, decode, define, encode, messageType } from '@prairie/chain';
import { type ExecutorTask, keyOf, type Modules, sharedGatewayErrors } from '@prairie/gfsp';
import { defineRpc, serve, unary } from '../method.ts';
import { type Stubs, startServer } from '../testing/server.ts';

const BASE = 'base.types.gfspserver';

/** A caller that knows the reference's names and numbers, and nothing of ours. */
async function connect(t: TestContext, modules: Stubs, given = {}) {
  const server = await startServer(t, modules, given);
  const client = new Client(server.address, ChannelCredentials.createInsecure());
  t.after(() => client.close());
  const encoder = (type: string) => (value: AnyMessage) => encode(messageType(type), value);
  const decoder = (type: string) => (bytes: Buffer) => decode(messageType(type), bytes);
  const call = (path: string, request: string, response: string, value: AnyMessage): Promise<AnyMessage> =>
    new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, answer?: AnyMessage) => (error ? reject(error) : resolve(answer!));
      client.makeUnaryRequest(path, encoder(request), decoder(response), value, done);
    });
  const base = (service: string, method: string, value: AnyMessage) =>
    call(`/${BASE}.${service}/${method}`, `${BASE}.${method}Request`, `${BASE}.${method}Response`, value);
  return { client, call, base, encoder, decoder };
}

describe('callers of the reference', () => {
  it('download a range in one message', async (t) => {
    const downloader = {
      async downloadObject() {
        return (async function* () {
          yield Buffer.from('prai');
          yield Buffer.from('rie');
        })();
      },
    };
    const { base } = await connect(t, { downloader });
    const ask = (high: bigint) =>
      base('GfSpDownloadService', 'GfSpDownloadObject', { download_object_task: { object_info: {}, low: 0n, high } });
    assert.equal(Buffer.from((await ask(6n)).data).toString(), 'prairie');
    assert.equal((await ask(1n << 40n)).err.inner_code, 30005);
  });

  it('get the quota of a bucket with its sums, and records with the start of the next page', async (t) => {
    const quota = {
      ...{ charged_quota_size: 100n, consumed_size: 120n, sp_free_quota_size: 30n, free_quota_consume_size: 3n },
      ...{ sp_monthly_free_quota_size: 7n, monthly_free_quota_consume_size: 5n },
    };
    const records = [5n, 9n].map((timestamp_us) => ({
      ...{ object_name: 'a', object_id: 1n, account_address: '', read_size: 2n, timestamp_us },
    }));
    const metadata = {
      getBucketReadQuota: async () => quota,
      listBucketReadRecord: async () => records,
    };
    const { call } = await connect(t, { metadata });
    const META = 'modular.metadata.types';
    const ask = (method: string) => {
      const names = [`${META}.${method}Request`, `${META}.${method}Response`] as const;
      return call(`/${META}.GfSpMetadataService/${method}`, ...names, { bucket_info: {} });
    };
    const found = await ask('GfSpGetBucketReadQuota');
    // more was read than is paid for now: that does not take from the free quotas
    assert.deepEqual([found.total_consume_size, found.remain_quota_size], [128n, 37n]);
    const page = await ask('GfSpListBucketReadRecord');
    assert.deepEqual([page.read_records.length, page.next_start_timestamp_us], [2, 10n]);
  });

  it('upload with the task in each message and no mark at the end', async (t) => {
    let size = 0;
    const uploader = {
      async uploadObject(_task: unknown, payload: AsyncIterable<Uint8Array>) {
        for await (const chunk of payload) size += chunk.length;
      },
    };
    const { client, encoder, decoder } = await connect(t, { uploader: uploader as unknown as Modules['uploader'] });
    const answer = await new Promise<AnyMessage>((resolve, reject) => {
      const call = client.makeClientStreamRequest(
        `/${BASE}.GfSpUploadService/GfSpUploadObject`,
        encoder(`${BASE}.GfSpUploadObjectRequest`),
        decoder(`${BASE}.GfSpUploadObjectResponse`),
        (error, response) => (error ? reject(error) : resolve(response!)),
      );
      for (let i = 0; i < 3; i++) call.write({ upload_object_task: {}, payload: Buffer.alloc(1000) });
      call.end();
    });
    assert.equal(answer.err, undefined);
    assert.equal(size, 3000);
  });

  it('report tasks without a key, and get one task or error 990603', async (t) => {
    const reported: ExecutorTask[] = [];
    const manager = {
      reportTask: async (task: ExecutorTask) => void reported.push(task),
      askTask: async () => undefined,
      queryTasks: async (filter: string) => (filter === 'known' ? ['a task'] : []),
    } as unknown as Modules['manager'];
    const { base } = await connect(t, { manager });
    const object_info = { bucket_name: 'b', object_name: 'o', id: 7n };
    await base('GfSpManageService', 'GfSpReportTask', { seal_object_task: { object_info } });
    const [task] = reported;
    assert.ok(task?.kind === 'seal');
    assert.equal(task.key, keyOf('seal', task.value));
    assert.equal((await base('GfSpManageService', 'GfSpAskTask', {})).err.inner_code, 990603);
    const query = (task_sub_key: string) => base('GfSpQueryTaskService', 'GfSpQueryTasks', { task_sub_key });
    assert.deepEqual((await query('known')).task_info, ['a task']);
    for (const key of ['', 'unknown']) assert.equal((await query(key)).err.inner_code, 999999);
  });

  it('see the tasks of all modules of a process', async (t) => {
    const having = (...lines: string[]) => ({ queryTasks: async () => lines });
    const tasks = async (modules: object) => {
      const { base } = await connect(t, modules as Partial<Modules>);
      return base('GfSpQueryTaskService', 'GfSpQueryTasks', { task_sub_key: 'a' });
    };
    const [manager, approver] = [having('an upload'), having('an approval')];
    assert.deepEqual((await tasks({ manager, approver })).task_info, ['an upload', 'an approval']);
    assert.deepEqual((await tasks({ approver })).task_info, ['an approval']);
    assert.equal((await tasks({ manager: having(), approver: having() })).err.inner_code, 999999);
    assert.match((await tasks({})).err.description, /module manager does not run/);
  });

  it('get the codes of what is not served', async (t) => {
    const approver = {
      migrateBucketApproval: async () => {
        throw sharedGatewayErrors.approvalRefused('not on Sundays');
      },
    };
    const { base } = await connect(t, { approver, signer: {} } as unknown as Partial<Modules>);
    const codeOf = async (answer: Promise<AnyMessage>) => (await answer).err.inner_code;
    assert.equal(await codeOf(base('GfSpResourceService', 'GfSpSetResourceLimit', {})), 995301);
    assert.equal(await codeOf(base('GfSpApprovalService', 'GfSpAskApproval', {})), 990101);
    const migrate = { migrate_bucket_approval_task: {} };
    const refused = await base('GfSpApprovalService', 'GfSpAskApproval', migrate);
    assert.deepEqual([refused.allowed, refused.err], [false, undefined]);
    assert.equal(await codeOf(base('GfSpSignService', 'GfSpSign', {})), 991001);
  });
});

describe('other services', () => {
  it('of plugins and of health are served beside them', async (t) => {
    const Text = define<{ text: string }>('rpc.test.Text', { text: [1, 'string'] });
    const service = defineRpc('rpc.test.Echo', { Echo: unary(Text, Text) });
    const extraServices = [serve(service, { Echo: async ({ text }) => ({ text: `${text}!` }) })];
    const { call } = await connect(t, {}, { extraServices });
    assert.deepEqual(await call('/rpc.test.Echo/Echo', 'rpc.test.Text', 'rpc.test.Text', { text: 'hi' }), {
      text: 'hi!',
    });
    const health = (name: string) =>
      call('/grpc.health.v1.Health/Check', 'grpc.health.v1.HealthCheckRequest', 'grpc.health.v1.HealthCheckResponse', {
        service: name,
      });
    assert.equal((await health('')).status, 1);
    assert.equal((await health('rpc.test.Echo')).status, 1);
    await assert.rejects(health('nothing'), { code: 5 });
  });
});
