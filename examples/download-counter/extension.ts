/**
 * Two modules of one's own: a downloader in place of Prairie's, which counts, and a module that shows the counts.
 *
 *   [Prairie]
 *   Plugins = ["./examples/download-counter/extension.ts"]
 */
import { createServer } from 'node:http';
import type { AppPart, ByteStream, DownloadObjectTask, ModuleDefinition, Outcome } from '@prairie/gfsp';
import { DownloaderModule, type Extension, type ModuleContext } from '@prairie/sp';

/** Buckets that are counted at most: names come from outside. */
const MAX_BUCKETS = 10_000;

const counts = new Map<string, number>();

/** Ours, with another last step. */
class CountingDownloader extends DownloaderModule {
  override async postDownloadObject(task: DownloadObjectTask, outcome: Outcome<ByteStream>): Promise<void> {
    await super.postDownloadObject(task, outcome);
    if ('error' in outcome) return;
    const bucket = task.bucket_info.bucket_name;
    if (counts.size < MAX_BUCKETS || counts.has(bucket)) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
}

/** The same name and contract as ours: it takes its place. */
const downloader: ModuleDefinition<ModuleContext> = {
  name: 'downloader',
  serves: 'downloader',
  description: 'Serves content, and counts it.',
  async create({ settings, foundations, resources, logger }) {
    const { consensus } = foundations;
    const [spdb, pieceStore] = await Promise.all([foundations.spdb(), foundations.pieceStore()]);
    const options = { ...settings.modules.downloader, operatorAddress: settings.operatorAddress };
    return new CountingDownloader(options, { consensus, spdb, pieceStore, resources, logger });
  },
};

/** A new one: it serves nobody inside, so it only starts and stops. */
const counter: ModuleDefinition<ModuleContext> = {
  name: 'download-counter',
  description: 'Shows how often each bucket was read: GET /.',
  create: ({ logger }) => showCounts(Number(process.env.DOWNLOAD_COUNTER_PORT ?? 9140), logger),
};

function showCounts(port: number, logger: ModuleContext['logger']): AppPart {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(Object.fromEntries(counts)));
  });
  return {
    name: 'download-counter',
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject).listen(port, '127.0.0.1', () => {
          logger.info('counts are shown', { url: `http://127.0.0.1:${port}/` });
          resolve();
        });
      }),
    async stop() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const extension: Extension = { modules: [downloader, counter] };
