import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Modules } from '../contracts/modules.ts';
import { silentLogger } from '../logger.ts';
import { App, type AppPart } from './app.ts';

const appOf = (stopTimeoutMs = 1000) => new App({ stopTimeoutMs }, { logger: silentLogger });

function part(log: string[], name: string, fields: Partial<AppPart> = {}): AppPart {
  return {
    name,
    start: async () => void log.push(`start ${name}`),
    stop: async () => void log.push(`stop ${name}`),
    ...fields,
  };
}

const signer = {} as Modules['signer'];
const manager = {} as Modules['manager'];

test('parts start after what they need and stop in reverse', async () => {
  const log: string[] = [];
  const app = appOf()
    .add(part(log, 'gateway', { needs: ['manager'] }))
    .add(part(log, 'manager', { needs: ['signer'] }), { manager })
    .add(part(log, 'signer'), { signer });
  await app.start();
  await app.stop();
  const starts = ['start signer', 'start manager', 'start gateway'];
  assert.deepEqual(log, [...starts, 'stop gateway', 'stop manager', 'stop signer']);
});

test('a missing module is named before anything starts', async () => {
  const log: string[] = [];
  const app = appOf()
    .add(part(log, 'store'))
    .add(part(log, 'uploader', { needs: ['manager'] }));
  await assert.rejects(app.start(), /uploader needs module manager, which this process neither runs nor/);
  const lazy = appOf().add(part(log, 'uploader', { uses: ['signer'] }));
  await assert.rejects(lazy.start(), /uploader needs module signer/);
  assert.deepEqual(log, []);
  assert.throws(() => app.client.metadata, /module metadata was called/);
});

test('calls go through the client, whatever the order', async () => {
  const app = appOf();
  const { client } = app;
  app.add(part([], 'signer'), { signer });
  assert.equal(client.signer, signer);
});

test('parts that need each other are told so', async () => {
  const app = appOf()
    .add(part([], 'manager', { needs: ['signer'] }), { manager })
    .add(part([], 'signer', { needs: ['manager'] }), { signer });
  await assert.rejects(app.start(), /manager → signer → manager/);
});

test('when one cannot start, what runs is stopped, itself too', async () => {
  const log: string[] = [];
  const broken = part(log, 'broken', {
    start: async () => {
      throw new Error('the port is taken');
    },
  });
  const app = appOf().add(part(log, 'store')).add(broken).add(part(log, 'never'));
  await assert.rejects(app.start(), /broken could not start: the port is taken/);
  assert.deepEqual(log, ['start store', 'stop broken', 'stop store']);
});

test('a part that does not stop is left behind', async () => {
  const log: string[] = [];
  const app = appOf(20)
    .add(part(log, 'store'))
    .add(part(log, 'stuck', { stop: () => new Promise(() => {}) }));
  await app.start();
  await app.stop();
  assert.deepEqual(log, ['start store', 'start stuck', 'stop store']);
});

test('names and modules are unique', () => {
  const app = appOf().add(part([], 'signer'), { signer });
  assert.throws(() => app.add(part([], 'signer')), /two parts/);
  assert.throws(() => app.add(part([], 'other'), { signer }), /provided twice/);
});

test('every call between modules goes through what stands around it', async () => {
  const calls: string[] = [];
  const states: string[] = [];
  const app = new App(
    {},
    {
      logger: silentLogger,
      around: (call, next) => {
        calls.push(`${call.module}.${call.method}(${call.args.join()})`);
        return next();
      },
      onState: (name, state) => states.push(`${name} ${state}`),
    },
  );
  class Approving {
    readonly #count = 41;
    readonly name = 'approver';
    async start() {}
    async stop() {}
    async createBucketApproval(msg: unknown) {
      return [msg, this.#count + 1];
    }
  }
  const part = new Approving();
  app.add(part, { approver: part as never });
  await app.start();
  assert.deepEqual(await app.client.approver.createBucketApproval('bucket' as never), ['bucket', 42]);
  assert.equal(app.client.approver.createBucketApproval, app.client.approver.createBucketApproval);
  await app.stop();
  assert.deepEqual(calls, ['approver.createBucketApproval(bucket)']);
  assert.deepEqual(states, [
    'approver waiting',
    'approver starting',
    'approver running',
    'approver stopping',
    'approver stopped',
  ]);
});
