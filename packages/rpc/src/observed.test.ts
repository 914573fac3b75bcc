import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Downloader, type Manager, type RpcObserver, silentLogger } from '@prairie/gfsp';
import { connectModules } from './client/connect-modules.ts';
import { RpcServer } from './server/rpc-server.ts';

/** Writes down what it is told: `client unary GfSpPickVirtualGroupFamily OK 1>1`. */
function recorder() {
  const lines: string[] = [];
  const observer: RpcObserver = {
    began({ side, kind, method }) {
      let [received, sent] = [0, 0];
      return {
        received: () => void received++,
        sent: () => void sent++,
        ended: (code) => void lines.push(`${side} ${kind} ${method} ${code} sent ${sent} received ${received}`),
      };
    },
  };
  return { lines, observer };
}

test('both sides count calls, messages and how they ended', async (t) => {
  const { lines, observer } = recorder();
  const attends = Promise.withResolvers<void>();
  const manager = {
    pickVirtualGroupFamily: async () => 7,
    attend: (_: string, signal: AbortSignal) => {
      attends.resolve();
      return new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  } as unknown as Manager;
  const downloader: Partial<Downloader> = {
    async downloadObject() {
      return (async function* () {
        // more than one message holds
        yield Buffer.alloc(300_000);
      })();
    },
  };
  const modules = { manager, downloader: downloader as Downloader };
  const server = new RpcServer({ address: '127.0.0.1:0' }, { modules, observer, logger: silentLogger });
  await server.start();
  t.after(() => server.stop());
  const here = { manager: [server.address], downloader: [server.address] };
  const client = connectModules(here, { observer });
  t.after(() => client.close());

  assert.equal(await client.modules.manager.pickVirtualGroupFamily(), 7);
  let bytes = 0;
  for await (const chunk of await client.modules.downloader.downloadObject({ object_info: {} } as never)) {
    bytes += chunk.length;
  }
  assert.equal(bytes, 300_000);
  const leaving = new AbortController();
  const attended = client.modules.manager.attend('one', leaving.signal);
  await attends.promise;
  leaving.abort();
  await attended;
  while (lines.length < 6) await new Promise((resolve) => setTimeout(resolve, 5));

  assert.deepEqual(lines.filter((line) => line.includes('Pick')).sort(), [
    'client unary GfSpPickVirtualGroupFamily OK sent 1 received 1',
    'server unary GfSpPickVirtualGroupFamily OK sent 1 received 1',
  ]);
  assert.deepEqual(lines.filter((line) => line.includes('DownloadObject')).sort(), [
    'client server_stream DownloadObject OK sent 1 received 2',
    'server server_stream DownloadObject OK sent 2 received 1',
  ]);
  assert.deepEqual(lines.filter((line) => line.includes('Attend')).sort(), [
    'client unary Attend Canceled sent 1 received 0',
    'server unary Attend Canceled sent 0 received 1',
  ]);
});
