import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { status } from '@grpc/grpc-js';
import { GfSpError, type GfSpErrorFields, type Manager, type Metadata } from '@prairie/gfsp';
import fc from 'fast-check';
import { fromField, fromStatus, toStatus } from './errors.ts';
import { ALL_MODULES, connectAll, startServer } from './testing/server.ts';

const fieldsOf = (error: unknown): GfSpErrorFields => {
  assert.ok(error instanceof GfSpError, String(error));
  return error.toJSON();
};
const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );

const anyError = fc.record({
  code_space: fc.string({ unit: 'grapheme' }),
  http_status_code: fc.integer({ min: 1, max: 599 }),
  inner_code: fc.integer({ min: 1, max: 999_999 }),
  description: fc.string({ unit: 'grapheme', maxLength: 500 }),
});

describe('errors between processes', () => {
  it('arrive as they were made, in the response or in the status', async (t) => {
    let fields: GfSpErrorFields | undefined;
    const fail = async (): Promise<never> => {
      throw new GfSpError(fields!);
    };
    const manager = { reportTask: fail, doneUpload: fail, pickVirtualGroupFamily: fail, queryTasks: fail };
    const server = await startServer(t, {
      manager: manager as unknown as Manager,
      downloader: { downloadObject: fail },
      metadata: { getUserBuckets: fail } as unknown as Metadata,
    });
    const client = connectAll(t, [server.address]);
    const task = { object_info: {} } as never;
    const calls = [
      () => client.manager.doneUpload({} as never),
      () => client.manager.pickVirtualGroupFamily(),
      () => client.manager.queryTasks(''),
      () => client.metadata.getUserBuckets('', false),
      () => client.downloader.downloadObject(task),
    ];
    await fc.assert(
      fc.asyncProperty(anyError, fc.constantFrom(...calls), async (given, call) => {
        fields = { ...given };
        assert.deepEqual(fieldsOf(await thrown(call())), fields);
      }),
      { numRuns: 60 },
    );
  });

  it('of no table become 999999, and do not end the process', async (t) => {
    const logged: unknown[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (...args: unknown[]) => logged.push(args),
      child: () => logger,
    };
    const manager = {
      pickVirtualGroupFamily() {
        throw new TypeError('a fault of ours');
      },
      cancelTask: async () => {
        throw 'not even an error';
      },
    };
    const server = await startServer(t, { manager: manager as unknown as Manager }, { logger });
    const client = connectAll(t, [server.address]);
    const expected = { code_space: 'GfSp', http_status_code: 500, inner_code: 999999, description: 'a fault of ours' };
    assert.deepEqual(fieldsOf(await thrown(client.manager.pickVirtualGroupFamily())), expected);
    assert.equal(fieldsOf(await thrown(client.manager.cancelTask('x'))).description, 'not even an error');
    assert.equal(logged.length, 2);
  });

  it('say which module does not run in the process', async (t) => {
    const server = await startServer(t, {});
    const client = connectAll(t, [server.address]);
    const { signal } = new AbortController();
    const calls: Record<string, () => Promise<unknown>> = {
      authenticator: () => client.authenticator.authorize('get-object', '', '', ''),
      approver: () => client.approver.createBucketApproval({} as never),
      uploader: () => client.uploader.uploadObject({} as never, bytesFrom(5)),
      downloader: () => client.downloader.downloadObject({ object_info: {} } as never),
      receiver: () => client.receiver.replicatePiece({} as never, new Uint8Array(10)),
      manager: () => client.manager.beginUpload({} as never),
      signer: () => client.signer.sign('ping_msg', {} as never),
      metadata: () => client.metadata.getUserBuckets('', false),
      blocksyncer: () => client.blocksyncer.heights(signal)[Symbol.asyncIterator]().next(),
      p2p: () => client.p2p.queryBootstrap(),
    };
    for (const name of ALL_MODULES) {
      const { inner_code, description } = fieldsOf(await thrown(calls[name]!()));
      assert.equal(inner_code, 999999);
      assert.match(description, new RegExp(`^module ${name} does not run .*call nil module, please check again`));
    }
  });

  it('say where nobody answers', async (t) => {
    const client = connectAll(t, ['127.0.0.1:1'], { waitMs: 200 });
    const { inner_code, http_status_code, description } = fieldsOf(await thrown(client.p2p.queryBootstrap()));
    assert.deepEqual([inner_code, http_status_code], [999999, 500]);
    assert.match(description, /^module p2p is not reachable at 127\.0\.0\.1:1 \(waited \d+ ms\)/);
  });
});

describe('conversion of a status', () => {
  it('takes JSON after the first "desc = ", as other callers write it', () => {
    const fields = { code_space: 'signer', http_status_code: 400, inner_code: 120001, description: 'no' };
    const text = `rpc error: code = Unknown desc = ${JSON.stringify(fields)}`;
    assert.deepEqual(fromStatus(text, 'a call', undefined).toJSON(), fields);
  });

  it('makes any other text 999999', () => {
    for (const text of ['boom', '{"http_status_code":0}', '{', '{"http_status_code":"x"}', '']) {
      assert.equal(fromStatus(text, 'a call', undefined).innerCode, 999999, text);
    }
    assert.match(fromStatus('rpc error: desc = boom', 'a call', undefined).message, /^a call: boom$/);
  });

  it('keeps headers small and well-formed whatever the text', () => {
    const description = `\ud800${'é'.repeat(100_000)}`;
    const { code, details } = toStatus(
      new GfSpError({ code_space: 'x', http_status_code: 500, inner_code: 1, description }),
    );
    assert.equal(code, status.UNKNOWN);
    assert.ok(encodeURI(details).length < 16_384);
    assert.equal(fromStatus(details, '', undefined).innerCode, 1);
  });

  it('takes an error with code 0 for none', () => {
    assert.equal(fromField({ code_space: '', http_status_code: 0, inner_code: 0, description: '' }), undefined);
    assert.equal(fromField(undefined), undefined);
  });
});

async function* bytesFrom(count: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield new Uint8Array(1000);
}
