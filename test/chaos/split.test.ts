/**
 * One provider split into all its modules, a process each; `kill -9` of one process of each kind at a random moment of
 * 200 uploads. The devnet starts it again after a second. What was acknowledged has to be sealed in the end and read
 * back exactly; the rest has to be refused, with an error or, when the gateway itself dies, a broken connection, and can
 * be uploaded again. `PRAIRIE_SEED` repeats a run as far as processes and clocks can be repeated; `PRAIRIE_UPLOADS`
 * changes the 200.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { processesIn, restarted } from '../support/processes.ts';
import { SplitNetwork, summaryOf } from '../support/split-network.ts';
import { generator } from '../support/uploads.ts';

const UPLOADS = Number(process.env.PRAIRIE_UPLOADS ?? 200);
/** Of a restart in turn, for each process. */
const UPLOADS_PER_RESTART = 20;
/** What a provider says of content that it has after all: it has arrived already, or the object is sealed. */
const ALREADY_THERE = ['110006', '20003'];
const seed = Number(process.env.PRAIRIE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = generator(seed);

describe(`kill -9 of a process of a split provider (seed ${seed})`, () => {
  let network: SplitNetwork;

  before(async () => {
    network = await SplitNetwork.start('split-bucket');
  });

  after(() => network?.stop());

  for (const kind of [
    ...['gateway', 'uploader', 'manager', 'taskexecutor', 'signer', 'receiver', 'downloader'],
    ...['metadata', 'authenticator', 'approver', 'blocksyncer'],
  ]) {
    it(`of kind ${kind} loses nothing`, async () => {
      const contents = await network.createContents(kind, UPLOADS, random);
      const victims = processesIn(network.dataDir).filter(({ services }) => services.includes(kind));
      const victim = victims[Math.floor(random() * victims.length)];
      assert.ok(victim, `no process runs ${kind}`);
      // when so many uploads have ended, with eight others on their way
      const moment = 1 + Math.floor(random() * (UPLOADS - 1));
      const { acknowledged, refused } = await network.uploadAll(contents, (ended) => {
        if (ended === moment) process.kill(victim.pid, 'SIGKILL');
      });
      await restarted(network.dataDir, victim);
      await network.expectSealed(acknowledged, contents);
      const counts = `${acknowledged.length} sealed, ${refused.size} refused`;
      say(`${victim.name}, killed after ${moment} uploads: ${counts} ${summaryOf(refused)}`);
      assert.equal(acknowledged.length + refused.size, UPLOADS);
      const again = await network.uploadAll(new Map([...contents].filter(([name]) => refused.has(name))));
      const lost = [...again.refused].filter(([, code]) => !ALREADY_THERE.includes(code));
      assert.deepEqual(lost, [], 'what was refused can be uploaded again');
      await network.expectSealed(refused.keys(), contents);
    });
  }

  it('a restart of one process after the other, with uploads all the while, loses nothing', async () => {
    const counts: string[] = [];
    for (const entry of processesIn(network.dataDir)) {
      const contents = await network.createContents(`restart-${entry.name}`, UPLOADS_PER_RESTART, random);
      const { acknowledged, refused } = await network.uploadAll(contents, (ended) => {
        if (ended === 1) process.kill(entry.pid, 'SIGTERM');
      });
      await restarted(network.dataDir, entry);
      await network.expectSealed(acknowledged, contents);
      counts.push(`${entry.name}: ${acknowledged.length} sealed, ${refused.size} refused ${summaryOf(refused)}`);
    }
    say(counts.join('; '));
  });
});

/** Told as it happens: the run takes minutes. */
function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
