/** A network whose providers keep their pieces in buckets of an S3 server: uploads, reads, ranges, a restart, a deletion. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { skipWithoutS3, startS3 } from '../support/s3-server.ts';
import { expectSealed } from '../support/sealed.ts';
import { contentOf, inChunks, readObject } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet, type UsedDevnet } from '../support/used-devnet.ts';

const bucket = 'pieces-elsewhere';
/** One byte, small, two segments. */
const SIZES = [1, 65_536, 17_000_000];
/** A provider of several processes has none: one would not see what another writes. */
const CACHE = process.env.PRAIRIE_SHAPE === 'split' ? [] : ['--set', 'Prairie.PieceCacheBytes=100000000'];

describe('a network on an object storage', { skip: skipWithoutS3() }, () => {
  it('keeps what it was given, through a stop and a kill', async (t) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'prairie-object-storage-'));
    t.after(() => rmSync(dataDir, { recursive: true, force: true }));
    const server = await startS3();
    t.after(() => server.remove());
    // the devnet, and its processes, have the environment of this one
    Object.assign(process.env, server.env);
    const pieces = (provider: number) => server.folderOf(`pieces-sp${provider}`);
    const contents = new Map(SIZES.map((size) => [`folder/${size}`, contentOf(size, size)]));

    let network: UsedDevnet | undefined;
    t.after(() => network && stopUsedDevnet(network, 'SIGKILL'));
    const start = async (...more: string[]) => {
      network = await startUsedDevnet(dataDir, ['--pieces', `${server.endpoint}/pieces-sp%d`, ...more]);
      return { ...network, bucket, dataDir, pieces, log: network.devnet.log };
    };

    const first = await start();
    await first.owner.createBucket(bucket);
    await first.owner.createObjects(bucket, contents);
    for (const [object, content] of contents) {
      await first.client.putObject({ bucket, object, size: content.length, body: inChunks(content) });
    }
    await expectSealed(first, contents);
    assert.ok(!existsSync(join(dataDir, 'sp1', 'pieces')), 'no piece is a file of the provider');
    assert.ok(readdirSync(pieces(1)).length > 0);
    assert.equal(await stopUsedDevnet(first, 'SIGTERM'), 0);

    const second = await start(...CACHE);
    await expectSealed(second, contents);
    await expectSealed(second, contents); // from memory, if there is some
    const [name, content] = [...contents].at(-1)!;
    // over the end of the first segment
    const range = { from: 16 * 2 ** 20 - 100, to: 16 * 2 ** 20 + 99 };
    const part = await readObject(second.client, bucket, name, range);
    assert.ok(part.equals(content.subarray(range.from, range.to + 1)));
    assert.equal(await stopUsedDevnet(second, 'SIGKILL'), null);

    await expectSealed(await start(), contents);
  });
});
