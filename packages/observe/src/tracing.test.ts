import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  currentContext,
  defineErrors,
  type ExecutorTask,
  newTask,
  silentLogger,
  toTaskError,
  withContext,
} from '@prairie/gfsp';
import { observeRuns } from './calls.ts';
import { observeHttp } from './http-observer.ts';
import { Metrics } from './metrics.ts';
import { startCollector } from './testing/collector.ts';
import { startTracing, type Tracing } from './tracing.ts';

const OTHER = fileURLToPath(new URL('./testing/traced-process.ts', import.meta.url));

async function traced(sample: number, work: (tracing: Tracing, endpoint: string) => Promise<void>) {
  const collector = await startCollector();
  try {
    const { endpoint } = collector;
    const tracing = await startTracing({ endpoint, service: 'gateway', sample }, { logger: silentLogger });
    await work(tracing, endpoint);
    await tracing.stop();
    return (name: string) => {
      const found = collector.spans.filter((span) => span.name === name);
      assert.equal(found.length, 1, `spans named ${name} among ${collector.spans.map((span) => span.name)}`);
      return found[0]!;
    };
  } finally {
    await collector.stop();
  }
}

describe('tracing', () => {
  it('one request is one trace, over processes and tasks', async () => {
    const span = await traced(1, async (tracing, endpoint) => {
      const headers: Record<string, string> = {};
      let logs = '';
      await observeHttp(new Metrics({ runtime: false }), tracing).run?.('PutObject', async () => {
        logs = newTask().logs;
        await tracing.interceptor({ module: 'uploader', method: 'deep', args: [] }, async () => {
          tracing.propagator.inject(headers);
        });
      });
      assert.deepEqual(currentContext(), {});
      const child = execFile(process.execPath, [OTHER, endpoint, JSON.stringify(headers), logs]);
      assert.deepEqual(await once(child, 'close'), [0, null]);
    });
    const root = span('gateway.PutObject');
    const call = span('uploader.deep');
    const served = span('manager.pickVirtualGroupFamily');
    const task = span('executor.replicate');
    assert.equal(root.parentSpanId, undefined);
    assert.equal(call.parentSpanId, root.spanId);
    assert.equal(served.parentSpanId, call.spanId);
    assert.equal(task.parentSpanId, root.spanId);
    assert.equal(span('signer.sign').parentSpanId, task.spanId);
    assert.deepEqual([root.service, served.service], ['gateway', 'other']);
    for (const { traceId } of [call, served, task, span('signer.sign')]) assert.equal(traceId, root.traceId);
    assert.equal(task.attributes['prairie.task'], 'Uploading-b');
    assert.equal(span('signer.sign').attributes['prairie.operation'], 'gfsp_receive_piece_task');
  });

  it('says what failed, with its code and without secrets', async () => {
    const { refused } = defineErrors('uploader', { refused: [400, 110_001, 'refused'] });
    const span = await traced(1, async (tracing) => {
      const failing = withContext({ request: 'r7' }, () =>
        tracing.span('x', async () => {
          throw refused('no postgres://sp:hunter2@db');
        }),
      );
      await assert.rejects(failing, /hunter2/);
    });
    const failed = span('x');
    assert.equal(failed.status, 2);
    assert.deepEqual([failed.attributes['prairie.error_code'], failed.attributes['prairie.request']], [110_001, 'r7']);
    assert.doesNotMatch(JSON.stringify(failed), /hunter2/);
  });

  it('a task that ends with an error in its envelope is a span that failed, and a run that failed', async () => {
    const { lost } = defineErrors('executor', { lost: [500, 40_001, 'lost'] });
    const metrics = new Metrics({ runtime: false });
    const task = { kind: 'seal', key: 'k', value: { task: newTask() } } as ExecutorTask;
    const failed = { ...task, value: { task: newTask({ err: toTaskError(lost()) }) } };
    const span = await traced(1, async (tracing) => {
      assert.equal(await observeRuns(metrics, tracing)(task, async () => failed), failed);
    });
    assert.equal(span('executor.seal').attributes['prairie.error_code'], 40_001);
    assert.match(await metrics.text(), /^request_qps\{request_qps="executor_seal_object_task_failure"\} 1$/m);
  });

  it('names the task that a call is about, and lets the module say what is wrong with one that has none', async () => {
    const object_info = { bucket_name: 'b', object_name: 'o', id: 7n };
    const span = await traced(1, async (tracing) => {
      const upload = { module: 'uploader', method: 'uploadObject' } as const;
      await tracing.interceptor({ ...upload, args: [{ object_info }] }, async () => {});
      const download = { module: 'downloader', method: 'downloadObject', args: [undefined] } as const;
      assert.equal(await tracing.interceptor(download, async () => 1), 1);
    });
    assert.equal(span('uploader.uploadObject').attributes['prairie.task'], 'Uploading-bucket:b-object:o-id:7');
    assert.equal(span('downloader.downloadObject').attributes['prairie.task'], undefined);
  });

  it('a stream is a span until it has been read', async () => {
    const span = await traced(1, async (tracing) => {
      const call = { module: 'downloader', method: 'stream', args: [] } as const;
      const stream = await tracing.interceptor(call, async () =>
        (async function* () {
          yield 1;
          throw new Error('cut');
        })(),
      );
      const read = async () => {
        for await (const value of stream) assert.equal(value, 1);
      };
      await assert.rejects(read(), /cut/);
    });
    assert.equal(span('downloader.stream').status, 2);
  });

  it('what is not sampled is not sent, here or further on', async () => {
    const spans = await traced(0, async (tracing) => {
      await tracing.span('x', async () => {
        assert.match(currentContext().trace ?? '', /-00$/);
        await tracing.span('y', async () => {});
      });
    });
    assert.throws(() => spans('x'));
    assert.throws(() => spans('y'));
  });

  it('calls that are held open are no spans', async () => {
    const spans = await traced(1, async (tracing) => {
      await tracing.interceptor({ module: 'manager', method: 'askTask', args: [] }, async () => undefined);
    });
    assert.throws(() => spans('manager.askTask'));
  });

  it('a collector that is not there is said once, and holds up nothing', async () => {
    const said: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void said.push(message) };
    const collector = await startCollector();
    await collector.stop();
    const tracing = await startTracing({ endpoint: collector.endpoint, service: 's' }, { logger });
    for (let i = 0; i < 600; i++) tracing.span('x', () => i);
    await tracing.stop();
    assert.deepEqual(said, ['traces do not reach the collector']);
  });

  it('options that make no sense are refused', async () => {
    const start = (endpoint: string, sample?: number) =>
      startTracing({ endpoint, service: 's', ...(sample === undefined ? {} : { sample }) }, { logger: silentLogger });
    await assert.rejects(start('nowhere'), /expected an address/);
    await assert.rejects(start('ftp://x/'), /expected an address/);
    await assert.rejects(start('http://x/', 2), /expected 0 to 1/);
  });

  it('a process that traces nothing does not load OpenTelemetry', () => {
    const script = `
      await import(process.argv[1]);
      const { Session } = await import('node:inspector');
      const urls = [];
      const session = new Session();
      session.connect();
      session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url));
      session.post('Debugger.enable');
      console.log(JSON.stringify(urls.filter((url) => /opentelemetry.(sdk|exporter|otlp|resources)/.test(url))), urls.some((url) => /prom-client/.test(url)));
    `;
    const index = new URL('./index.ts', import.meta.url).href;
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script, index], {
      encoding: 'utf8',
    });
    assert.equal(printed.trim(), '[] true');
  });
});
