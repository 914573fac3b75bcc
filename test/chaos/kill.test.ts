/**
 * `kill -9` at random moments of many uploads. Whatever was acknowledged has to be sealed in the end and read back
 * exactly; whatever was not can be uploaded again. The seed is printed: PRAIRIE_SEED repeats a run.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserClient } from '@prairie/client';
import { GfSpError } from '@prairie/gfsp';
import { TestAccount } from '../support/account.ts';
import { startDevnet } from '../support/devnet-process.ts';

const ROUNDS = 10;
const UPLOADS_PER_ROUND = 12;
const PARALLEL = 4;
const bucket = 'chaos-bucket';

/** What a provider says of content that it has acknowledged, or sealed, before. */
const ALREADY_UPLOADED = [110006, 20003];

it('kill -9 at random moments loses no acknowledged upload', async (t) => {
  const seed = Number(process.env.PRAIRIE_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed}`);
  const random = generator(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'prairie-chaos-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const contents = new Map<string, Buffer>();
  const acknowledged = new Set<string>();

  for (let round = 0; round < ROUNDS; round++) {
    const network = await open(dataDir);
    if (round === 0) await network.owner.createBucket(bucket);
    const fresh = new Map(
      Array.from({ length: UPLOADS_PER_ROUND }, (_, i) => [`r${round}-${i}`, randomContent(random)] as const),
    );
    for (const [name, content] of fresh) contents.set(name, content);
    await network.owner.createObjects(bucket, fresh);
    const uploads = network.uploadAll(fresh, acknowledged);
    await sleep(20 + random() * 600);
    await network.close('SIGKILL');
    await uploads;
  }

  const network = await open(dataDir);
  t.after(() => network.close('SIGKILL'));
  const lost = new Map([...contents].filter(([name]) => !acknowledged.has(name)));
  await network.uploadAll(lost, new Set(), true);
  for (const [name, content] of contents) {
    await network.owner.sealed(bucket, name, 120);
    assert.ok((await network.read(name)).equals(content), name);
  }
  const left = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tmp/.test(file));
  assert.deepEqual(left, [], 'temporary files');
  t.diagnostic(
    `${contents.size} objects: ${acknowledged.size} acknowledged before a kill, ${lost.size} uploaded again`,
  );
});

async function open(dataDir: string) {
  const devnet = await startDevnet(['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200']);
  const owner = new TestAccount(devnet);
  const client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
  return {
    owner,
    async close(signal: NodeJS.Signals) {
      await devnet.end(signal);
      owner.close();
      client.close();
    },
    /** Notes what was acknowledged. Failures are those of a killed provider, unless `must` they succeed. */
    async uploadAll(contents: ReadonlyMap<string, Buffer>, done: Set<string>, must = false) {
      const queue = [...contents];
      const worker = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          const [object, content] = next;
          try {
            await client.putObject({ bucket, object, size: content.length, body: once(content) });
            done.add(object);
          } catch (error) {
            const there = error instanceof GfSpError && ALREADY_UPLOADED.includes(error.innerCode);
            if (must && !there) throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, worker));
    },
    async read(object: string): Promise<Buffer> {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await client.getObject(bucket, object)).stream) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

async function* once(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 128 * 1024) yield content.subarray(at, at + 128 * 1024);
}

/** Mostly small, sometimes more than a segment. */
function randomContent(random: () => number): Buffer {
  const size = random() < 0.1 ? 16_800_000 : 1 + Math.floor(random() ** 3 * 2_000_000);
  return Buffer.alloc(size, 1 + Math.floor(random() * 255));
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
