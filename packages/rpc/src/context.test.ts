import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, it } from 'node:test';
import { currentContext, type Propagator, withContext } from '@prairie/gfsp';
import { connectAll, startServer } from './testing/server.ts';

const context = { request: 'r-1', task: 'Uploading-bucket:b-object:фото 😀.jpg-id:7' };

describe('what a call is about', () => {
  it('is known on the other side, also while a stream is made', async (t) => {
    const seen: unknown[] = [];
    async function* bytes(): AsyncGenerator<Uint8Array> {
      seen.push(currentContext());
      yield new Uint8Array(1);
    }
    const server = await startServer(t, {
      p2p: {
        queryBootstrap: async () => {
          seen.push(currentContext());
          return [];
        },
        askSecondaryReplicatePieceApproval: async () => [],
      },
      downloader: { downloadObject: async () => bytes() },
    });
    const client = connectAll(t, [server.address]);
    await client.p2p.queryBootstrap();
    await withContext(context, async () => {
      await client.p2p.queryBootstrap();
      const task = { object_info: {} } as never;
      for await (const _ of await client.downloader.downloadObject(task));
    });
    assert.deepEqual(seen, [{}, context, context]);
  });

  it("takes others' headers along", async (t) => {
    const storage = new AsyncLocalStorage<string>();
    const propagator: Propagator = {
      inject(headers) {
        headers.traceparent = storage.getStore() ?? 'none';
      },
      extract: (headers, work) => storage.run(`${headers.traceparent} seen`, work),
    };
    const p2p = {
      queryBootstrap: async () => [storage.getStore() ?? ''],
      askSecondaryReplicatePieceApproval: async () => [],
    };
    const server = await startServer(t, { p2p }, { propagator });
    const client = connectAll(t, [server.address], { propagator });
    assert.deepEqual(await storage.run('00-ab-cd-01', () => client.p2p.queryBootstrap()), ['00-ab-cd-01 seen']);
  });
});
