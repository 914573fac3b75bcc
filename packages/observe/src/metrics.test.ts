import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ExecutorTask,
  GfSpError,
  type ModuleCall,
  NoSuchKeyError,
  newTask,
  type PieceStore,
  type SpDb,
} from '@prairie/gfsp';
import fc from 'fast-check';
import { observeCalls, observeRuns } from './calls.ts';
import { observeHttp } from './http-observer.ts';
import { type MetricName, type MetricRow, metricTable, type NameOf } from './metric-table.ts';
import { Metrics } from './metrics.ts';
import { observeRpc } from './rpc-observer.ts';
import { observePieceStore, observeSpDb, pieceStoreEvents } from './stores.ts';

/** Value of a sample as it stands in the text, 0 when it is not there. */
async function sample(metrics: Metrics, name: string, labels = ''): Promise<number> {
  const line = (await metrics.text())
    .split('\n')
    .find((text) => text.startsWith(`${name}${labels ? `{${labels}}` : ' '}`));
  return line ? Number(line.slice(line.lastIndexOf(' ') + 1)) : 0;
}

const count = (metrics: Metrics, value: string) => sample(metrics, 'request_qps', `request_qps="${value}"`);
const bare = () => new Metrics({ runtime: false });

describe('metrics', () => {
  it('are in the text once they are fed, with the type of the table', async () => {
    const metrics = new Metrics();
    for (const [name, row] of Object.entries(metricTable) as [MetricName, MetricRow][]) {
      assert.equal((await metrics.text()).includes(`# TYPE ${name} `), false);
      const labels = Object.fromEntries(row.labels.map((label) => [label, 'x']));
      if (row.type === 'counter' || row.type === 'gauge') metrics.add(name as NameOf<'counter'>, labels);
      else metrics.observe(name as NameOf<'histogram'>, labels, 1);
      assert.ok((await metrics.text()).includes(`# TYPE ${name} ${row.type}\n`), name);
    }
  });

  it('of the process and of Node are there from the start', async () => {
    const text = await new Metrics().text();
    for (const name of [
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_seconds',
      'nodejs_eventloop_utilization',
    ]) {
      assert.match(text, new RegExp(`^${name} `, 'm'));
    }
  });

  it('of two objects are apart', async () => {
    const [one, other] = [bare(), bare()];
    one.add('request_qps', { request_qps: 'x' });
    assert.equal(await count(one, 'x'), 1);
    assert.equal(await count(other, 'x'), 0);
  });

  it('survive a collector that fails', async () => {
    const metrics = bare();
    metrics.onScrape(() => assert.fail('broken'));
    metrics.onScrape(async () => metrics.set('status_check', { status_check: 'ready' }, 1));
    assert.equal(await sample(metrics, 'status_check', 'status_check="ready"'), 1);
  });
});

describe('calls between modules', () => {
  const upload: ModuleCall = { module: 'uploader', method: 'uploadObject', args: [] };

  it('count as the label of the table says, by how they end', async () => {
    const metrics = bare();
    const around = observeCalls(metrics);
    assert.equal(await around(upload, async () => 7), 7);
    await assert.rejects(
      around(upload, async () => Promise.reject(new Error('lost'))),
      /lost/,
    );
    assert.equal(await count(metrics, 'uploader_put_object_success'), 1);
    assert.equal(await count(metrics, 'uploader_put_object_failure'), 1);
    assert.equal(await sample(metrics, 'request_time_count', 'request_time="uploader_put_object_success"'), 1);
  });

  it('of the signer count by what is signed', async () => {
    const metrics = bare();
    const call: ModuleCall = { module: 'signer', method: 'broadcast', args: ['seal_object_info_v2', {}] };
    await observeCalls(metrics)(call, async () => 'AB');
    assert.equal(await count(metrics, 'signer_seal_object_success'), 1);
    assert.equal(await count(metrics, 'signer_success'), 1);
  });

  it('of metadata are timed by method and by how they ended', async () => {
    const metrics = bare();
    const around = observeCalls(metrics);
    const call: ModuleCall = { module: 'metadata', method: 'getObjectMeta', args: ['b', 'o'] };
    await around(call, async () => undefined);
    const failure = new GfSpError({
      code_space: 'metadata',
      http_status_code: 500,
      inner_code: 95202,
      description: 'x',
    });
    await assert.rejects(around(call, async () => Promise.reject(failure)));
    const name = 'metadata_request_time_count';
    const labels = (status: string, code: string) =>
      `status="${status}",level="handler",method_name="getObjectMeta",code_or_msg="${code}"`;
    assert.equal(await sample(metrics, name, labels('success', 'OK')), 1);
    assert.equal(await sample(metrics, name, labels('failure', '95202')), 1);
  });

  it('of the manager count by the kind of the task', async () => {
    const metrics = bare();
    const around = observeCalls(metrics);
    const task = { kind: 'seal', key: 'k', value: { task: newTask() } } as ExecutorTask;
    await around({ module: 'manager', method: 'askTask', args: [] }, async () => task);
    await around({ module: 'manager', method: 'askTask', args: [] }, async () => undefined);
    await around({ module: 'manager', method: 'reportTask', args: [task] }, async () => undefined);
    await around({ module: 'manager', method: 'doneUpload', args: [] }, async () => undefined);
    for (const name of [
      'manager_dispatch_task_success',
      'manager_dispatch_seal_task_success',
      'manager_no_dispatch_task_failure',
      'executor_ask_no_task_failure',
      'manager_report_seal_task_success',
      'manager_report_upload_task_success',
      'executor_report_task_to_manager_success',
    ]) {
      assert.equal(await count(metrics, name), 1, name);
    }
    assert.equal(await count(metrics, 'executor_ask_task_success'), 2);
  });

  it('that the caller gave up are no failures', async () => {
    const metrics = bare();
    const stopping = new AbortController();
    const call: ModuleCall = { module: 'manager', method: 'askTask', args: [{}, stopping.signal] };
    const asked = observeCalls(metrics)(
      call,
      () =>
        new Promise((_, reject) => {
          stopping.signal.addEventListener('abort', () => reject(stopping.signal.reason));
        }),
    );
    stopping.abort(new Error('stopping'));
    await assert.rejects(asked, /stopping/);
    assert.equal(await count(metrics, 'executor_ask_task_failure'), 0);
  });

  it('that give a stream end with it: all read, left, or broken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.nat(6), fc.boolean(), async (length, taken, breaks) => {
        const metrics = bare();
        let closed = 0;
        async function* source() {
          try {
            for (let i = 0; i < length; i++) yield i;
            if (breaks) throw new Error('broken');
          } finally {
            closed += 1;
          }
        }
        const call: ModuleCall = { module: 'downloader', method: 'downloadObject', args: [] };
        const stream = await observeCalls(metrics)(call, async () => source());
        assert.equal(await count(metrics, 'downloader_get_piece_success'), 0);
        const read: number[] = [];
        let failed = false;
        try {
          for await (const value of stream) {
            read.push(value);
            if (read.length === taken) break;
          }
        } catch {
          failed = true;
        }
        const stopped = taken > 0 && taken <= length;
        assert.deepEqual(
          read,
          Array.from({ length: stopped ? taken : length }, (_, i) => i),
        );
        assert.equal(failed, breaks && !stopped);
        assert.equal(closed, 1);
        assert.equal(await count(metrics, 'downloader_get_piece_success'), failed ? 0 : 1);
        assert.equal(await count(metrics, 'downloader_get_piece_failure'), failed ? 1 : 0);
      }),
      { numRuns: 60 },
    );
  });

  it('a stream that is left before its first value is closed', async () => {
    let left = false;
    const source: AsyncIterableIterator<number> = {
      [Symbol.asyncIterator]: () => source,
      next: async () => ({ done: false, value: 1 }),
      return: async () => {
        left = true;
        return { done: true, value: undefined };
      },
    };
    const metrics = bare();
    const stream = observeCalls(metrics)({ module: 'downloader', method: 'downloadObject', args: [] }, () => source);
    await stream[Symbol.asyncIterator]().return?.();
    assert.equal(left, true);
    assert.equal(await count(metrics, 'downloader_get_piece_success'), 1);
  });

  it('runs of tasks count by their kind', async () => {
    const metrics = bare();
    const task = { kind: 'recover', key: 'k', value: { task: newTask() } } as ExecutorTask;
    await assert.rejects(observeRuns(metrics)(task, async () => Promise.reject(new Error('gone'))));
    assert.equal(await count(metrics, 'executor_run_task_failure'), 1);
    assert.equal(await count(metrics, 'executor_recovery_task_failure'), 1);
  });
});

describe('stores', () => {
  class Memory {
    #pieces = new Map<string, Buffer>();
    async put(key: string, data: Uint8Array) {
      this.#pieces.set(key, Buffer.from(data));
    }
    async get(key: string) {
      const piece = this.#pieces.get(key);
      if (!piece) throw new NoSuchKeyError(key);
      return piece;
    }
    async size(key: string) {
      return this.#pieces.get(key)?.length;
    }
    async delete(key: string) {
      this.#pieces.delete(key);
    }
    async deleteByPrefix() {
      return 5;
    }
  }

  it('a piece store with private fields works on, and its bytes are summed', async () => {
    const metrics = bare();
    const store = observePieceStore(new Memory() as unknown as PieceStore, metrics);
    await store.put('a', Buffer.alloc(3));
    await store.put('b', Buffer.alloc(4));
    assert.equal((await store.get('a')).length, 3);
    await assert.rejects(store.get('missing'), NoSuchKeyError);
    await store.deleteByPrefix('');
    await store.delete('b');
    await store.delete('missing');
    assert.equal(await store.size('b'), undefined);
    const used = (what: string) => sample(metrics, 'usage_amount_piece_store', `usage_amount_piece_store="${what}"`);
    assert.equal(await used('put_piece_store_success'), 7);
    assert.equal(await used('del_piece_store_success'), 9);
    const counted = (what: string) => sample(metrics, 'piece_store_counter', `piece_store_counter="${what}"`);
    assert.equal(await counted('get_piece_store_success'), 2);
    assert.equal(await counted('get_piece_store_failure'), 0);
    assert.equal(await counted('del_piece_store_success'), 3);
  });

  it('reads from memory and requests made again are counted', async () => {
    const metrics = bare();
    const { onCacheRead, onRetry } = pieceStoreEvents(metrics);
    for (const hit of [true, false, true]) onCacheRead(hit);
    onRetry();
    assert.equal(await sample(metrics, 'piece_cache_reads', 'result="hit"'), 2);
    assert.equal(await sample(metrics, 'piece_cache_reads', 'result="miss"'), 1);
    assert.match(await metrics.text(), /^piece_store_retries 1$/m);
  });

  it('what a database rejects is a failure, and what is done in a transaction counts too', async () => {
    const metrics = bare();
    const tables = {
      getIntegrity: async () => undefined,
      setIntegrity: async () => assert.fail('full'),
      transaction: (work: (inside: SpDb) => Promise<unknown>) => work(tables),
    } as unknown as SpDb;
    const db = observeSpDb(tables, metrics);
    assert.equal(await db.getIntegrity(1n, -1), undefined);
    await assert.rejects(db.setIntegrity({} as never), /full/);
    assert.equal(await db.transaction((inside) => inside.getIntegrity(1n, -1)), undefined);
    const counted = (what: string) => sample(metrics, 'sp_db_counter', `sp_db_counter="${what}"`);
    assert.equal(await counted('get_object_integrity_meta_success'), 2);
    assert.equal(await counted('set_object_integrity_meta_failure'), 1);
  });
});

describe('requests', () => {
  it('of the gateway', async () => {
    const metrics = bare();
    const end = observeHttp(metrics).began('PutObject', 'PUT');
    assert.equal(await sample(metrics, 'http_server_inflight_requests', 'handler_name="PutObject",method="PUT"'), 1);
    end({ status: 200, code: 0, requestBytes: 5000, responseBytes: 100 });
    const labels = 'handler_name="PutObject",method="PUT",http_status_code="200",sp_error_code="0"';
    assert.equal(await sample(metrics, 'http_server_inflight_requests', 'handler_name="PutObject",method="PUT"'), 0);
    assert.equal(await sample(metrics, 'http_server_received_total_requests', labels), 1);
    assert.equal(await sample(metrics, 'http_request_size_bytes_sum', labels), 5000);
    assert.equal(await sample(metrics, 'http_response_size_bytes_sum', labels), 100);
    assert.equal(await count(metrics, 'gateway_put_object_success'), 1);
    assert.equal(await sample(metrics, 'request_piece_size_sum', 'request_piece_size="gateway_put_object_size"'), 5000);
  });

  it('with methods that clients make up are one series', async () => {
    const metrics = bare();
    for (const method of ['BREW', 'WHEN', '']) {
      observeHttp(metrics).began('none', method)({ status: 405, code: 1, requestBytes: 1, responseBytes: 1 });
    }
    const labels = 'handler_name="none",method="other",http_status_code="405",sp_error_code="1"';
    assert.equal(await sample(metrics, 'http_server_received_total_requests', labels), 3);
    assert.equal(await count(metrics, 'gateway_total_failure'), 3);
  });

  it('by gRPC', async () => {
    const metrics = bare();
    const call = { side: 'client', kind: 'unary', service: 'S', method: 'M' } as const;
    const end = observeRpc(metrics).began(call);
    end.sent();
    end.received();
    end.ended('OK');
    const labels = 'grpc_type="unary",grpc_service="S",grpc_method="M"';
    for (const name of ['started', 'msg_sent', 'msg_received']) {
      assert.equal(await sample(metrics, `grpc_client_${name}_total`, labels), 1, name);
    }
    assert.equal(await sample(metrics, 'grpc_client_handled_total', `${labels},grpc_code="OK"`), 1);
    assert.equal(await sample(metrics, 'grpc_client_handling_seconds_count', labels), 1);
  });
});
