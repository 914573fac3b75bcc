/**
 * One provider split into all its modules, a process each; `kill -9` of one process of each kind at a random moment of
 * 200 uploads. The devnet starts it again after a second. What was acknowledged has to be sealed in the end and read
 * back exactly; the rest has to be refused, with an error or, when the gateway itself dies, a broken connection.
 * `PRAIRIE_SEED` repeats a run as far as processes and clocks can be repeated; `PRAIRIE_UPLOADS` changes the 200.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserClient } from '@prairie/client';
import { GfSpError } from '@prairie/gfsp';
import { TestAccount } from '../support/account.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { faultsOf } from '../support/pieces.ts';
import { processesIn, restarted } from '../support/processes.ts';
import { contentOf, generator, inChunks, readObject } from '../support/uploads.ts';

const UPLOADS = Number(process.env.PRAIRIE_UPLOADS ?? 200);
const PARALLEL = 8;
/** The kill comes between the first upload and about the last. */
const LONGEST_MS = 6000;
/** What a provider says of content that it has after all: it has arrived already, or the object is sealed. */
const ALREADY_THERE = ['110006', '20003'];
const bucket = 'split-bucket';
const seed = Number(process.env.PRAIRIE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = generator(seed);

interface Round {
  acknowledged: string[];
  refused: Map<string, string>;
}

describe(`kill -9 of a process of a split provider (seed ${seed})`, () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;
  let client: UserClient;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-split-'));
    const ports = ['--rpc-port', '0', '--sp-port', '0', '--block-time', '200'];
    devnet = await startDevnet(['--data-dir', dataDir, ...ports, '--shape', 'split']);
    owner = new TestAccount(devnet);
    client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
    await owner.createBucket(bucket);
  });

  after(async () => {
    await devnet?.end('SIGTERM');
    owner?.close();
    client?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function uploadAll(contents: ReadonlyMap<string, Buffer>): Promise<Round> {
    const round: Round = { acknowledged: [], refused: new Map() };
    const queue = [...contents];
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [object, content] = next;
        await client.putObject({ bucket, object, size: content.length, body: inChunks(content) }).then(
          () => round.acknowledged.push(object),
          (error: unknown) => round.refused.set(object, refusal(error)),
        );
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    return round;
  }

  async function expectSealed(names: readonly string[], contents: ReadonlyMap<string, Buffer>): Promise<void> {
    for (const name of names) {
      await owner.sealed(bucket, name, 180).catch((cause) => {
        throw new Error(`${name} is not sealed; the devnet's log:\n${devnet.log()}`, { cause });
      });
      const read = await readObject(client, bucket, name);
      assert.ok(read.equals(contents.get(name)!), `${name} has other bytes`);
      assert.deepEqual(faultsOf(dataDir, (await owner.chain.object(bucket, name))!), []);
    }
  }

  for (const kind of [
    ...['gateway', 'uploader', 'manager', 'taskexecutor', 'signer', 'receiver', 'downloader'],
    ...['metadata', 'authenticator', 'approver', 'blocksyncer'],
  ]) {
    it(`loses nothing when a ${kind} dies`, async (t) => {
      const contents = freshContents(kind);
      await owner.createObjects(bucket, contents);
      const victims = processesIn(dataDir).filter(({ services }) => services.includes(kind));
      const victim = victims[Math.floor(random() * victims.length)];
      assert.ok(victim, `no process runs ${kind}`);
      const uploads = uploadAll(contents);
      await sleep(random() * LONGEST_MS);
      process.kill(victim.pid, 'SIGKILL');
      await restarted(dataDir, victim);
      const { acknowledged, refused } = await uploads;
      await expectSealed(acknowledged, contents);
      t.diagnostic(`${victim.name}: ${acknowledged.length} sealed, ${refused.size} refused ${summary(refused)}`);
      assert.equal(acknowledged.length + refused.size, UPLOADS);
      const again = await uploadAll(new Map([...contents].filter(([name]) => refused.has(name))));
      const lost = [...again.refused].filter(([, code]) => !ALREADY_THERE.includes(code));
      assert.deepEqual(lost, [], 'what was refused can be uploaded again');
      await expectSealed([...refused.keys()], contents);
    });
  }
});

function freshContents(kind: string): Map<string, Buffer> {
  return new Map(
    Array.from({ length: UPLOADS }, (_, index) => {
      const size = 1 + Math.floor(random() ** 3 * 400_000);
      return [`${kind}-${index}`, contentOf(size, random() * 2 ** 32)] as const;
    }),
  );
}

/** The code of an answer, or how the connection ended. */
function refusal(error: unknown): string {
  if (error instanceof GfSpError) return String(error.innerCode);
  const { message } = error as Error;
  return /socket hang up|E[A-Z]{5,}/.exec(message)?.[0] ?? message;
}

function summary(refused: ReadonlyMap<string, string>): string {
  const counts = new Map<string, number>();
  for (const reason of refused.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${reason}: ${count}`).join(', ');
}
