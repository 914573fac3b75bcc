import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import { watchHealth } from './gauges.ts';
import { Health } from './health.ts';
import { type PageServer, parseAddress } from './http-server.ts';
import { Metrics } from './metrics.ts';
import { monitorServers } from './pages.ts';
import { commandLine } from './profiles.ts';

describe('monitor servers', () => {
  const health = new Health();
  const dependencies = { metrics: new Metrics({ runtime: false }), health, logger: silentLogger };
  watchHealth(dependencies.metrics, health);
  let server: PageServer;
  const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;
  const get = async (path: string) => {
    const response = await fetch(url(path));
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  };

  before(async () => {
    // Three sets of pages at one address; a free port is found first, because 0 is another one each time.
    const [probe] = monitorServers({ probeAddress: '127.0.0.1:0' }, dependencies);
    await probe!.start();
    const address = `127.0.0.1:${probe!.port}`;
    await probe!.stop();
    const servers = monitorServers(
      { metricsAddress: address, probeAddress: address, profileAddress: address },
      dependencies,
    );
    assert.equal(servers.length, 1);
    server = servers[0]!;
    assert.equal(server.name, 'metrics+probe+pprof');
    await server.start();
  });
  after(() => server.stop());

  it('metrics', async () => {
    const { status, type, body } = await get('/metrics');
    assert.equal(status, 200);
    assert.match(type ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(body, /^status_check\{status_check="healthy"\} 1$/m);
  });

  it('probes', async () => {
    assert.deepEqual(await get('/-/healthy').then(({ status, body }) => [status, body]), [200, 'OK']);
    health.onState('uploader', 'starting');
    assert.deepEqual(await get('/-/ready').then(({ status, body }) => [status, body]), [503, 'NOT OK']);
    assert.equal((await get('/-/ready?verbose')).body, 'NOT OK\nuploader: starting');
    health.onState('uploader', 'running');
    assert.deepEqual(await get('/-/ready').then(({ status, body }) => [status, body]), [200, 'OK']);
  });

  it('a processor profile, one at a time', async () => {
    const first = get('/debug/pprof/profile?seconds=0.5');
    let second = await get('/debug/pprof/heap?seconds=0.1');
    // Which of the two came first is not certain.
    const profile = (await first).status === 200 ? await first : second;
    if (profile === second) second = await first;
    assert.equal(second.status, 409);
    const parsed = JSON.parse(profile.body);
    assert.ok(Array.isArray(parsed.nodes ?? parsed.samples));
    assert.equal((await get('/debug/pprof/heap?seconds=0.05')).status, 200);
  });

  it('profiles of no sensible length are refused', async () => {
    for (const seconds of ['0', '-1', '301', 'x', '']) {
      assert.equal((await get(`/debug/pprof/profile?seconds=${seconds}`)).status, 400, seconds);
    }
  });

  it('a profile whose client went away makes room for the next', async () => {
    const leaving = new AbortController();
    const left = fetch(url('/debug/pprof/profile?seconds=200'), { signal: leaving.signal });
    for (let tries = 0; (await get('/debug/pprof/profile?seconds=0.01')).status !== 409; tries++)
      assert.ok(tries < 100);
    leaving.abort();
    await assert.rejects(left);
    for (let tries = 0; (await get('/debug/pprof/profile?seconds=0.01')).status !== 200; tries++)
      assert.ok(tries < 1000);
  });

  it('a heap snapshot', async () => {
    const { status, body } = await get('/debug/pprof/heap?snapshot');
    assert.equal(status, 200);
    assert.ok(JSON.parse(body).snapshot.node_count > 0);
  });

  it('says what pages there are, and what methods', async () => {
    assert.match((await get('/')).body, /\/metrics .*\/-\/ready/);
    assert.equal((await fetch(url('/metrics'), { method: 'POST' })).status, 405);
    assert.match((await get('/debug/pprof/')).body, /cmdline/);
  });

  it('a request that is no address does not end the process', async () => {
    const status = await new Promise((resolve) => {
      const { port } = server;
      request({ port, host: '127.0.0.1', path: '//' }, (response) => resolve(response.statusCode)).end();
    });
    assert.ok(status === 404 || status === 500 || status === 400);
    assert.equal((await get('/-/healthy')).status, 200);
  });

  it('a stop ends a running profile', async () => {
    const [other] = monitorServers({ profileAddress: '127.0.0.1:0' }, dependencies);
    await other!.start();
    const running = fetch(`http://127.0.0.1:${other!.port}/debug/pprof/profile?seconds=200`);
    const failed = assert.rejects(running);
    await fetch(`http://127.0.0.1:${other!.port}/debug/pprof/`);
    await other!.stop();
    await failed;
  });
});

it('what has no address is off', () => {
  const dependencies = { metrics: new Metrics({ runtime: false }), health: new Health(), logger: silentLogger };
  assert.equal(monitorServers({}, dependencies).length, 0);
  assert.throws(() => monitorServers({ metricsAddress: '9090' }, dependencies), /expected host:port/);
});

it('addresses', () => {
  assert.deepEqual(parseAddress('localhost:80'), { host: 'localhost', port: 80 });
  assert.deepEqual(parseAddress(':80'), { host: '', port: 80 });
  assert.deepEqual(parseAddress('[::1]:0'), { host: '::1', port: 0 });
  for (const bad of ['', 'x', 'x:', 'x:70000', 'x:-1', 'a:b:c'])
    assert.throws(() => parseAddress(bad), RangeError, bad);
});

it('the command line is shown without secrets', () => {
  const args = ['node', 'main.ts', '--db-password', 'hunter2', '--private-key=abc', '--port', '80'];
  assert.deepEqual(commandLine(args).split('\0'), [
    'node',
    'main.ts',
    '--db-password',
    '[redacted]',
    '--private-key=[redacted]',
    '--port',
    '80',
  ]);
});
