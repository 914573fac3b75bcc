/** One upload and one download, followed through the processes of a split provider by a collector of traces. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReceivedSpan, startCollector } from '@prairie/observe/testing';
import { SplitNetwork } from '../support/split-network.ts';
import { generator, readObject } from '../support/uploads.ts';

/** Spans are sent in batches, every few seconds. */
const SENT_WITHIN_S = 30;

it('an upload is one trace through all modules, and a download another', async (t) => {
  const collector = await startCollector();
  t.after(() => collector.stop());
  const network = await SplitNetwork.start('traced-bucket', ['--set', `Prairie.Traces=${collector.endpoint}`]);
  t.after(() => network.stop());
  const contents = await network.createContents('object', 1, generator(1));
  const { acknowledged } = await network.uploadAll(contents);
  await network.expectSealed(acknowledged, contents);
  await readObject(network.client, 'traced-bucket', 'object-0');

  const upload = await traceWith(collector.spans, [
    ...['gateway.PutObject', 'authenticator.authorize', 'uploader.uploadObject', 'manager.beginUpload'],
    ...['manager.doneUpload', 'executor.replicate', 'signer.sign', 'signer.broadcast', 'manager.reportTask'],
  ]);
  const services = new Set(upload.map(({ service }) => service));
  for (const name of ['gateway', 'authenticator', 'uploader', 'manager', 'taskexecutor', 'signer']) {
    assert.ok(services.has(`gfsp-${name}`), `gfsp-${name} is not among ${[...services]}`);
  }
  const download = await traceWith(collector.spans, [
    ...['gateway.GetObject', 'metadata.verifyPermission', 'downloader.downloadObject'],
  ]);
  assert.notEqual(download[0]!.traceId, upload[0]!.traceId);
});

/** All spans of the trace that has all the names, once it has; every one but the first hangs on another. */
async function traceWith(spans: readonly ReceivedSpan[], names: readonly string[]): Promise<ReceivedSpan[]> {
  const deadline = Date.now() + SENT_WITHIN_S * 1000;
  for (;;) {
    const traces = [...Map.groupBy(spans, ({ traceId }) => traceId).values()];
    const missing = (trace: readonly ReceivedSpan[]) =>
      names.filter((name) => !trace.some((span) => span.name === name));
    const found = traces.find((trace) => missing(trace).length === 0 && rootsOf(trace).length === 1);
    if (found) return found;
    if (Date.now() > deadline) {
      const begun = traces.find((trace) => trace.some(({ name }) => name === names[0])) ?? [];
      throw new Error(`a trace with ${names[0]} lacks ${missing(begun)}; it begins with ${rootsOf(begun)}`);
    }
    await sleep(200);
  }
}

/** Names of spans that hang on none of the trace. */
function rootsOf(trace: readonly ReceivedSpan[]): string[] {
  const ids = new Set(trace.map(({ spanId }) => spanId));
  return trace.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId)).map(({ name }) => name);
}
