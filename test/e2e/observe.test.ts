/** A whole provider in a process of its own, as metrics, probes and profiles show it while it serves and while it stops. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@prairie/gfsp';
import { connectModules } from '@prairie/rpc';
import { processesIn, restarted } from '../support/processes.ts';
import { SplitNetwork } from '../support/split-network.ts';
import { contentOf, generator, readObject } from '../support/uploads.ts';

const BUCKET = 'observed-bucket';
/** Whatever shape the other tests run in, only the first provider has a process, so its addresses are its own. */
const WHOLE = [
  ...['approver', 'authenticator', 'blocksyncer', 'downloader', 'gateway', 'manager', 'metadata', 'receiver'],
  ...['signer', 'taskexecutor', 'uploader'],
].join();
const WITHIN_S = 20;

/** What an upload, a download and a call from outside feed, by a pattern of the series. */
const SERIES: Readonly<Record<string, RegExp>> = {
  'requests of the gateway': /^http_server_received_total_requests\{handler_name="PutObject",.*http_status_code="200"/m,
  'their time': /^http_request_duration_seconds_count\{handler_name="GetObject",/m,
  'calls between modules': /^request_qps\{request_qps="executor_replicate_task_success"\} [1-9]/m,
  'tasks in queues': /^queue_size\{queue_size="manager-upload-object"\} \d/m,
  'waits in queues': /^task_in_queue_time_count\{/m,
  'memory that is left': /^remaining_memory_resource\{remaining_memory_resource="uploader"\} [1-9]/m,
  'the piece store': /^piece_store_counter\{piece_store_counter="put_piece_store_success"\} [1-9]/m,
  'the SPDB': /^sp_db_counter\{sp_db_counter="[^"]+"\} [1-9]/m,
  'the chain': /^gnfd_chain_counter\{gnfd_chain_counter="[^"]+_success"\} [1-9]/m,
  'calls from other processes': /^grpc_server_handled_total\{.*grpc_method="ListTasks".*grpc_code="OK".*\} 1$/m,
  'the height of the BSDB': /^block_syncer_height\{block_syncer_height="blocksyncer"\} [1-9]/m,
  'the process': /^process_resident_memory_bytes [1-9]/m,
  readiness: /^status_check\{status_check="ready"\} 1$/m,
};

describe('a provider seen from outside', () => {
  let network: SplitNetwork;
  let monitor: string;
  let profiles: string;

  before(async () => {
    const [pages, closed] = await freePorts(2);
    monitor = `http://127.0.0.1:${pages}`;
    profiles = `http://127.0.0.1:${closed}`;
    const set = [
      ...['Monitor.DisableMetrics=false', 'Monitor.DisableProbe=false', 'Monitor.DisablePProf=false'],
      ...[`Monitor.MetricsHTTPAddress=127.0.0.1:${pages}`, `Monitor.ProbeHTTPAddress=127.0.0.1:${pages}`],
      `Monitor.PProfHTTPAddress=127.0.0.1:${closed}`,
    ].flatMap((pair) => ['--set', pair]);
    network = await SplitNetwork.start(BUCKET, ['--split', WHOLE, ...set]);
  });

  after(() => network?.stop());

  it('is healthy and ready when it serves, and its metrics show what it did', async () => {
    assert.deepEqual(await ask(`${monitor}/-/healthy`), [200, 'OK']);
    assert.deepEqual(await ask(`${monitor}/-/ready`), [200, 'OK']);
    const contents = await network.createContents('object', 2, generator(1));
    const { acknowledged } = await network.uploadAll(contents);
    assert.equal(acknowledged.length, 2);
    await network.expectSealed(acknowledged, contents);
    await readObject(network.client, BUCKET, 'object-0');
    await queryTasks(network.dataDir);
    const [status, text] = await ask(`${monitor}/metrics`);
    assert.equal(status, 200);
    const missing = Object.keys(SERIES).filter((what) => !SERIES[what]!.test(text));
    assert.deepEqual(missing, []);
  });

  it('shows no profiles unless it is told to', async () => {
    assert.equal((await ask(`${monitor}/debug/pprof/`))[0], 404);
    assert.equal((await ask(`${monitor}/debug/pprof/heap`))[0], 404);
    await assert.rejects(fetch(`${profiles}/debug/pprof/`), 'an address is not enough: Prairie.Profiles is off');
  });

  it('is not ready, but healthy, while it stops with an upload on its way, and ready again when it is back', async () => {
    const content = contentOf(3_000_000, 2);
    await network.owner.createObjects(BUCKET, new Map([['half', content]]));
    const [entry] = processesIn(network.dataDir);
    const seen: (readonly [number, string])[] = [];
    const body = async function* () {
      yield content.subarray(0, content.length / 2);
      process.kill(entry!.pid, 'SIGTERM');
      // what holds the stop up is this upload, whose other half does not come before the probe has said so
      seen.push(await notReady(`${monitor}/-/ready?verbose`), await ask(`${monitor}/-/healthy`));
      yield content.subarray(content.length / 2);
    };
    const put = network.client.putObject({ bucket: BUCKET, object: 'half', size: content.length, body: body() });
    // a stop may break it off or let it end
    const reason = await put.catch(String);
    const [ready, healthy] = seen;
    assert.equal(ready?.[0], 503, `the upload: ${reason}`);
    assert.match(ready[1], /^NOT OK\n(.*\n)*process: it is stopping/);
    assert.deepEqual(healthy, [200, 'OK']);
    await restarted(network.dataDir, entry!);
    assert.deepEqual(await ask(`${monitor}/-/ready`), [200, 'OK']);
  });
});

async function ask(url: string): Promise<readonly [status: number, text: string]> {
  const response = await fetch(url);
  return [response.status, await response.text()];
}

/** The first answer other than 200. @throws when there is none in time, or the address is closed before */
async function notReady(url: string): Promise<readonly [number, string]> {
  const deadline = Date.now() + WITHIN_S * 1000;
  for (;;) {
    const answer = await ask(url);
    if (answer[0] !== 200) return answer;
    if (Date.now() > deadline) throw new Error(`${url} says 200 still`);
    await sleep(10);
  }
}

/** A call from another process. */
async function queryTasks(dataDir: string): Promise<void> {
  const [entry] = processesIn(dataDir);
  const { modules, close } = connectModules({ manager: [entry!.grpc] }, { logger: silentLogger });
  await modules.manager.queryTasks('');
  close();
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
