/**
 * Pieces that are deleted or change silently while the network runs: every object still reads back exactly, and a scrub
 * of each provider restores every piece. Which pieces that are follows from a seed, `PRAIRIE_SEED=7` repeats a run.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectOnChain } from '@prairie/chain';
import type { UserClient } from '@prairie/client';
import { GfSpError, type ScrubCounts, type ScrubReport } from '@prairie/gfsp';
import { connectModules } from '@prairie/rpc';
import { download, type User, user } from '../e2e/support.ts';
import type { TestAccount } from '../support/account.ts';
import { prairie } from '../support/command.ts';
import { changeRow, differences, PRIMARY, pieceFiles, pieceName, snapshotOf, spoil } from '../support/damage.ts';
import type { DevnetProcess } from '../support/devnet-process.ts';
import { contentOf, generator, inChunks, readObject } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet } from '../support/used-devnet.ts';

const bucket = 'damage-bucket';
const seed = Number(process.env.PRAIRIE_SEED ?? Date.now() % 1_000_000);
/** How many objects there are of sizes from, to. */
const SIZES = [
  { count: 440, from: 1, to: 32_768 },
  { count: 45, from: 65_536, to: 262_144 },
  { count: 12, from: 1_000_000, to: 3_000_000 },
  // of two segments
  { count: 3, from: 16_777_217, to: 18_000_000 },
];
const SECONDARIES = 6;
const AT_ONCE = 8;

interface Kept {
  content: Buffer;
  onChain: ObjectOnChain;
}

describe('damaged pieces', () => {
  const random = generator(seed);
  const objects = new Map<string, Kept>();
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;
  let client: UserClient;
  let sdkUser: User;
  let whole: Map<string, string>;
  const promised = new Set<string>();

  const below = (end: number) => Math.floor(random() * end);

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-damage-'));
    ({ devnet, owner, client } = await startUsedDevnet(dataDir));
    sdkUser = user(devnet.rpc, devnet.evmChainId, devnet.accounts[0]!);
    await owner.createBucket(bucket);
    const contents = new Map<string, Buffer>();
    for (const { count, from, to } of SIZES) {
      for (let i = 0; i < count; i++) {
        const size = from + below(to - from);
        contents.set(`o${contents.size}`, contentOf(size, seed + contents.size));
      }
    }
    await owner.createObjects(bucket, contents);
    await inTurns([...contents], ([object, content]) =>
      client.putObject({ bucket, object, size: content.length, body: inChunks(content) }),
    );
    for (const [object, content] of contents) {
      await owner.sealed(bucket, object, 120);
      objects.set(object, { content, onChain: (await owner.chain.object(bucket, object))! });
    }
    whole = snapshotOf(dataDir);
    for (const { onChain } of objects.values()) {
      for (let index = PRIMARY; index < SECONDARIES; index++) {
        for (const file of pieceFiles(dataDir, onChain, index)) promised.add(pieceName(file));
      }
    }
  });

  /** Since all objects were sealed. A provider that was in another group at first may still throw its pieces away. */
  const changes = () => differences(whole, snapshotOf(dataDir), promised);

  after(async () => {
    if (devnet) await stopUsedDevnet({ devnet, owner, client }, 'SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Of each object the primary's pieces, or those of two secondaries. Returns how many pieces that are. */
  function damageAll(): number {
    let spoiled = 0;
    for (const { onChain } of objects.values()) {
      const first = below(SECONDARIES);
      const second = (first + 1 + below(SECONDARIES - 1)) % SECONDARIES;
      const places = random() < 0.5 ? [PRIMARY] : [first, second];
      for (const file of places.flatMap((index) => pieceFiles(dataDir, onChain, index))) {
        spoil(file, random);
        spoiled++;
      }
    }
    return spoiled;
  }

  /** By every provider, several at a time. What they found, by its fate. */
  async function scrubAll(): Promise<ScrubCounts> {
    const all = { pieces: 0, bytes: 0, damaged: 0, repaired: 0, failed: 0 };
    await inTurns(devnet.sps, async ({ grpc }) => {
      const { modules, close } = connectModules({ manager: [grpc] }, {});
      try {
        const request = { bucket_name: '', object_name: '', bytes_per_second: 0n };
        let last: ScrubReport | undefined;
        for await (last of modules.manager.scrub(request, AbortSignal.timeout(120_000)));
        assert.equal(last?.finished, true);
        for (const key of Object.keys(all) as (keyof typeof all)[]) all[key] += last.counts[key];
      } finally {
        close();
      }
    });
    return all;
  }

  /** The same as an operator does it. */
  async function scrubAllByCommand(): Promise<ScrubCounts[]> {
    const counts: ScrubCounts[] = [];
    for (const { grpc } of devnet.sps) {
      const { code, stdout, stderr } = await prairie('sp', 'scrub', '--all', '--endpoint', grpc, '--json');
      assert.equal(code, 0, `${stdout}${stderr}\n${devnet.log()}`);
      counts.push((JSON.parse(stdout.trim().split('\n').at(-1)!) as { summary: ScrubCounts }).summary);
    }
    return counts;
  }

  const tellSeed = (t: TestContext) => t.diagnostic(`seed ${seed}`);

  it('two of six secondaries, or the primary: every object reads back exactly, whole and in part', async (t) => {
    tellSeed(t);
    t.diagnostic(`${damageAll()} pieces of ${objects.size} objects deleted or with a wrong bit`);
    const plans = [...objects].map(([name, { content }]) => {
      const from = below(content.length);
      const to = from + below(content.length - from);
      return { name, content, from, to, bySdk: random() < 0.3, partFirst: random() < 0.5 };
    });
    await inTurns(plans, async ({ name, content, from, to, bySdk, partFirst }) => {
      const part = async () => {
        const { stream } = await client.getObject(bucket, name, { from, to });
        assert.ok((await joined(stream)).equals(content.subarray(from, to + 1)), `${name}, bytes ${from}-${to}`);
      };
      const all = async () => {
        const read = bySdk ? await download(sdkUser, bucket, name) : await readObject(client, bucket, name);
        assert.ok(read.equals(content), `${name} has other bytes`);
      };
      for (const read of partFirst ? [part, all] : [all, part]) await read();
    });
  });

  it('a scrub restores every piece', async (t) => {
    tellSeed(t);
    const counts = await scrubAllByCommand();
    t.diagnostic(`found, by provider: ${counts.map(({ damaged, pieces }) => `${damaged} of ${pieces}`).join(', ')}`);
    assert.deepEqual(
      counts.map(({ repaired }) => repaired),
      counts.map(({ damaged }) => damaged),
    );
    assert.deepEqual(changes(), []);
  });

  it('and finds exactly what nobody has read since', async (t) => {
    tellSeed(t);
    const spoiled = damageAll();
    const found = await scrubAll();
    assert.deepEqual([found.damaged, found.repaired, found.failed], [spoiled, spoiled, 0]);
    assert.ok(found.pieces >= promised.size, `${found.pieces} of ${promised.size} pieces were looked at`);
    assert.deepEqual(changes(), []);
    const began = performance.now();
    const again = await scrubAll();
    t.diagnostic(`${again.pieces} whole pieces looked at in ${Math.round(performance.now() - began)} ms`);
    assert.equal(again.damaged, 0);
  });

  it('checksums that are not those on chain are made again, also where pieces are damaged as well', async (t) => {
    tellSeed(t);
    const zeros = '0'.repeat(64);
    const ofZeros = createHash('sha256').update(Buffer.alloc(32)).digest('hex');
    const cases = [
      { name: 'o499', index: PRIMARY, spoiled: 1, to: { piece_checksum_list: zeros } },
      { name: 'o498', index: 2, spoiled: 0, to: { piece_checksum_list: `${zeros},${zeros}` } },
      { name: 'o10', index: PRIMARY, spoiled: undefined, to: { integrity_checksum: zeros } },
      { name: 'o11', index: 4, spoiled: 0, to: { integrity_checksum: zeros, piece_checksum_list: '' } },
      { name: 'o12', index: 3, spoiled: undefined, to: { integrity_checksum: ofZeros, piece_checksum_list: zeros } },
    ];
    const right = cases.map(({ name, index, spoiled, to }) => {
      const { onChain } = objects.get(name)!;
      if (spoiled !== undefined) spoil(pieceFiles(dataDir, onChain, index)[spoiled]!, random);
      return changeRow(dataDir, onChain, index, (row) => ({ ...row, ...to })).before;
    });
    const { damaged, repaired } = await scrubAll();
    assert.deepEqual([damaged, repaired], [8, 8]);
    const rows = cases.map(
      ({ name, index }) => changeRow(dataDir, objects.get(name)!.onChain, index, (row) => row).after,
    );
    assert.deepEqual(rows, right);
    assert.deepEqual(changes(), []);
  });

  it('the primary and three secondaries lost: a clear error, nothing wrong is stored, one piece back heals it', async (t) => {
    tellSeed(t);
    for (const name of ['o3', 'o499']) {
      const { content, onChain } = objects.get(name)!;
      const lost = [PRIMARY, 0, 3, 5].map((index) => pieceFiles(dataDir, onChain, index)[0]!);
      const kept = join(dataDir, 'kept-piece');
      copyFileSync(lost[2]!, kept);
      for (const file of lost) rmSync(file);
      await assert.rejects(readObject(client, bucket, name), (error) => {
        assert.ok(error instanceof GfSpError, String(error));
        assert.equal(error.innerCode, 45203);
        assert.equal(error.httpStatus, 500);
        assert.match(error.message, /failed to get enough piece data to recovery: 3 of 6 secondaries/);
        return true;
      });
      const scrubbed = await prairie('sp', 'scrub', '--object', `${bucket}/${name}`, '--endpoint', devnet.sps[0]!.grpc);
      assert.equal(scrubbed.code, 1, scrubbed.stdout);
      assert.match(scrubbed.stdout, /is missing .*not repaired: failed to get enough piece data/);
      assert.deepEqual(lost.filter(existsSync), []);
      copyFileSync(kept, lost[2]!);
      // for a second after a failure nobody is made to try again
      await sleep(1100);
      assert.ok((await readObject(client, bucket, name)).equals(content));
      rmSync(kept);
    }
    await scrubAll();
    assert.deepEqual(changes(), []);
  });

  it('the background pass and the command tell how far they are', async () => {
    const { code, stdout } = await prairie('sp', 'scrub', 'status', '--endpoint', devnet.sps[0]!.grpc);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^in the background {2}8\.0 MiB\/s, a pass every 604800 s at most\nlast whole pass {4}ended 2/,
    );
    const inBucket = await prairie('sp', 'scrub', '--bucket', bucket, '--endpoint', devnet.sps[0]!.grpc);
    assert.match(inBucket.stdout, /^\d+ pieces of .* looked at: nothing is damaged\n$/);
    const none = await prairie('sp', 'scrub', '--object', `${bucket}/none`, '--endpoint', devnet.sps[0]!.grpc);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /there is no object damage-bucket\/none on chain/);
  });
});

async function joined(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Several at a time, in any order. */
async function inTurns<T>(list: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const rest = [...list];
  const worker = async () => {
    for (let one = rest.pop(); one !== undefined; one = rest.pop()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
