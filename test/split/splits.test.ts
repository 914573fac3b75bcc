/** A provider whose modules are put into processes at random, and one with two managers that share PostgreSQL's queues. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { processesIn, restarted } from '../support/processes.ts';
import { SplitNetwork, summaryOf } from '../support/split-network.ts';
import { generator } from '../support/uploads.ts';

/** Made for the tests of calls between processes, valid for 127.0.0.1. */
const certificates = fileURLToPath(new URL('../../packages/rpc/src/testing/fixtures/', import.meta.url));
const seed = Number(process.env.PRAIRIE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = generator(seed);
const MODULES = [
  ...['signer', 'blocksyncer', 'manager', 'metadata', 'authenticator', 'approver', 'receiver', 'uploader'],
  ...['downloader', 'taskexecutor', 'gateway'],
];
/** Those that may run several times. */
const SEVERAL = ['uploader', 'downloader', 'taskexecutor', 'receiver', 'metadata', 'authenticator', 'approver'];

/** Two to five processes, each module in one of them, some in a further one. */
function randomSplit(): string {
  const processes: string[][] = Array.from({ length: 2 + Math.floor(random() * 4) }, () => []);
  const put = (name: string) => processes[Math.floor(random() * processes.length)]!.push(name);
  for (const name of MODULES) put(name);
  const filled = processes.filter((names) => names.length > 0).map((names) => names.join());
  return [...filled, SEVERAL[Math.floor(random() * SEVERAL.length)]].join('/');
}

describe(`modules in processes at random (seed ${seed})`, { concurrency: 1 }, () => {
  for (let round = 1; round <= 3; round++) {
    const split = randomSplit();
    it(`stores, serves and lists: ${split}`, async (t) => {
      const network = await SplitNetwork.start('random-bucket', ['--split', split]);
      t.after(() => network.stop());
      const contents = await network.createContents('object', 20, random);
      const { acknowledged, refused } = await network.uploadAll(contents);
      assert.equal(acknowledged.length, 20, summaryOf(refused));
      await network.expectSealed(acknowledged, contents);
      const { objects } = await network.client.listObjects({ bucket: 'random-bucket' });
      assert.deepEqual(objects.map(({ name }) => name).sort(), [...contents.keys()].sort());
    });
  }
});

describe('processes that show one another a certificate', () => {
  it('store and serve', async (t) => {
    const keys = Object.entries({ GrpcTlsCa: 'ca.pem', GrpcTlsCert: 'peer.pem', GrpcTlsKey: 'peer.key' });
    const set = keys.flatMap(([key, file]) => ['--set', `Prairie.${key}=${join(certificates, file)}`]);
    const network = await SplitNetwork.start('secret-bucket', set);
    t.after(() => network.stop());
    const contents = await network.createContents('object', 5, random);
    const { acknowledged, refused } = await network.uploadAll(contents);
    assert.equal(acknowledged.length, 5, summaryOf(refused));
    await network.expectSealed(acknowledged, contents);
  });
});

describe('two managers', { skip: skipWithoutPostgres() }, () => {
  it('share queues on PostgreSQL: kill -9 of either loses nothing', async (t) => {
    const postgres = await startPostgres();
    t.after(() => postgres.remove());
    const split =
      'signer/blocksyncer/manager/manager/metadata,authenticator,approver/receiver,downloader/uploader/taskexecutor/taskexecutor/gateway';
    const queue = ['--set', 'Prairie.QueueEngine=postgres', '--set', `Prairie.QueueUrl=${postgres.connectionString}`];
    const network = await SplitNetwork.start('managed-bucket', ['--split', split, ...queue]);
    t.after(() => network.stop());
    const contents = await network.createContents('object', 120, random);
    const uploads = network.uploadAll(contents);
    for (const name of ['sp1-manager-1', 'sp1-manager-2']) {
      await sleep(500 + random() * 1000);
      const victim = processesIn(network.dataDir).find((entry) => entry.name === name)!;
      process.kill(victim.pid, 'SIGKILL');
      await restarted(network.dataDir, victim);
    }
    const { acknowledged, refused } = await uploads;
    t.diagnostic(`${acknowledged.length} sealed, ${refused.size} refused ${summaryOf(refused)}`);
    await network.expectSealed(acknowledged, contents);
  });
});
