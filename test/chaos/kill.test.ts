/**
 * `kill -9` at random moments of many uploads, and of starts. Whatever was acknowledged has to be sealed in the end and
 * read back exactly; whatever was not can be uploaded again. The seed is printed: PRAIRIE_SEED repeats a run, as far as
 * two processes and a clock can be repeated.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserClient } from '@prairie/client';
import { GfSpError } from '@prairie/gfsp';
import { TestAccount } from '../support/account.ts';
import { killWhileStarting, startDevnet } from '../support/devnet-process.ts';
import { abandonedFiles } from '../support/pieces.ts';
import { expectSealed } from '../support/sealed.ts';
import { contentOf, generator, inChunks } from '../support/uploads.ts';

const ROUNDS = 10;
const FRESH_PER_ROUND = 12;
/** Of those that earlier rounds did not get acknowledged. */
const AGAIN_PER_ROUND = 3;
const PARALLEL = 4;
/** From the first upload of a round to the kill: from before the first answer to after the last seal. */
const LONGEST_ROUND_MS = 1200;
/** From the launch to a kill: from an empty process to one that serves. */
const LONGEST_START_MS = 1500;
const bucket = 'chaos-bucket';

/** What a provider says of content that it has: it has arrived already, or the object is sealed. */
const ALREADY_THERE = [110006, 20003];

type Contents = ReadonlyMap<string, Buffer>;
type Outcome = 'acknowledged' | 'already there' | 'cut off';

it('kill -9 at random moments loses no acknowledged upload', async (t) => {
  const seed = Number(process.env.PRAIRIE_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed}`);
  const random = generator(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'prairie-chaos-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const args = ['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200'];
  const contents = new Map<string, Buffer>();
  const settled = new Set<string>();
  const counts: Record<Outcome, number> = { acknowledged: 0, 'already there': 0, 'cut off': 0 };
  const note = (object: string, outcome: Outcome) => {
    counts[outcome]++;
    if (outcome !== 'cut off') settled.add(object);
  };
  const open = () => openNetwork(args);

  for (let round = 0; round < ROUNDS; round++) {
    if (round % 2 === 0) await killWhileStarting(args, random() * LONGEST_START_MS);
    const network = await open();
    try {
      if (round === 0) await network.owner.createBucket(bucket);
      const again = [...contents].filter(([name]) => !settled.has(name)).slice(0, AGAIN_PER_ROUND);
      const fresh = freshContents(round, random);
      for (const [name, content] of fresh) contents.set(name, content);
      await network.owner.createObjects(bucket, fresh);
      const uploads = network.uploadAll(new Map([...again, ...fresh]), note);
      await sleep(20 + random() * LONGEST_ROUND_MS);
      await network.kill();
      assert.deepEqual(await uploads, [], 'refused uploads');
    } finally {
      await network.kill();
    }
  }

  const atKills = `${counts.acknowledged} acknowledged, ${counts['cut off']} cut off by a kill`;
  const restarted = Date.now();
  const network = await open();
  t.after(() => network.kill());
  const lost = new Map([...contents].filter(([name]) => !settled.has(name)));
  assert.deepEqual(await network.uploadAll(lost, note), [], 'refused uploads');
  assert.equal(settled.size, contents.size, 'every upload has an end');
  await network.expectSealed(dataDir, contents);
  assert.deepEqual(abandonedFiles(dataDir, restarted), [], 'temporary files from before the last start');
  t.diagnostic(
    `${contents.size} objects in ${ROUNDS} rounds: ${atKills}; ${lost.size} uploaded after the last ` +
      `start, ${counts['already there']} found already there; all sealed, ${7 * contents.size} piece lists match`,
  );
});

async function openNetwork(args: string[]) {
  const devnet = await startDevnet(args);
  const owner = new TestAccount(devnet);
  const client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
  let killed = false;

  async function upload(object: string, content: Buffer): Promise<Outcome> {
    try {
      await client.putObject({ bucket, object, size: content.length, body: inChunks(content) });
      return 'acknowledged';
    } catch (error) {
      if (!(error instanceof GfSpError)) return 'cut off';
      if (ALREADY_THERE.includes(error.innerCode)) return 'already there';
      throw error;
    }
  }

  return {
    owner,
    async kill(): Promise<void> {
      killed = true;
      await devnet.end('SIGKILL');
      owner.close();
      client.close();
    },
    /** Begins none after the kill. Resolves with the refusals: a provider that lives has no reason for any. */
    async uploadAll(contents: Contents, note: (object: string, outcome: Outcome) => void): Promise<string[]> {
      const queue = [...contents];
      const refusals: string[] = [];
      const worker = async () => {
        for (let next = queue.shift(); next && !killed; next = queue.shift()) {
          const [object, content] = next;
          await upload(object, content).then(
            (outcome) => note(object, outcome),
            (error: Error) => refusals.push(`${object}: ${error.message}`),
          );
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, worker));
      return refusals;
    },
    expectSealed: (dataDir: string, contents: Contents) =>
      expectSealed({ owner, client, bucket, dataDir, seconds: 120, log: devnet.log }, contents),
  };
}

/** Mostly small, sometimes more than a segment. */
function freshContents(round: number, random: () => number): Contents {
  return new Map(
    Array.from({ length: FRESH_PER_ROUND }, (_, index) => {
      const size = random() < 0.1 ? 16_800_000 : 1 + Math.floor(random() ** 3 * 2_000_000);
      return [`r${round}-${index}`, contentOf(size, random() * 2 ** 32)] as const;
    }),
  );
}
