/** A process that serves a manager and an uploader, to be killed. Prints its address when it is ready. */
import { type Downloader, type Manager, silentLogger, type Uploader } from '@prairie/gfsp';
import { RpcServer } from '../server/rpc-server.ts';

const held = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

const manager = {
  attend: (_member: string, signal: AbortSignal) => held(signal),
  askTask: async (_request: unknown, signal: AbortSignal) => {
    await held(signal);
    return undefined;
  },
  queryTasks: async () => [String(process.pid)],
};

const uploader: Partial<Uploader> = {
  async uploadObject(_task, payload) {
    for await (const _ of payload);
  },
};
const downloader: Partial<Downloader> = {
  async downloadObject() {
    return endless();
  },
};

const server = new RpcServer(
  { address: process.argv[2] ?? '127.0.0.1:0' },
  {
    logger: silentLogger,
    modules: {
      manager: manager as unknown as Manager,
      uploader: uploader as Uploader,
      downloader: downloader as Downloader,
    },
  },
);

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(65_536);
}

await server.start();
process.stdout.write(`${server.address}\n`);
