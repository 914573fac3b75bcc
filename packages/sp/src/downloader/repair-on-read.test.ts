import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ChallengePieceTask,
  type DownloadObjectTask,
  DownloadPieceTask,
  newTask,
  type PieceStore,
  silentLogger,
} from '@prairie/gfsp';
import { verifyChallenge } from '@prairie/redundancy';
import fc from 'fast-check';
import { flipBit, type Sealed, sealedObject } from '../recovery/testing.ts';
import { operatorOf } from '../testing/chain.ts';
import { rejectsWith } from '../testing/network.ts';
import { DownloaderModule, type DownloaderOptions } from './index.ts';
import { read } from './testing.ts';

/** The downloader of the provider that has the redundancy index. */
function downloaderOf(sealed: Sealed, index = -1, options: Partial<DownloaderOptions> = {}) {
  const { chain, disk, repairOf } = sealed;
  const all = { operatorAddress: operatorOf(index + 2), sliceBytes: 100, ...options };
  const dependencies = { consensus: chain, ...disk(index), repair: repairOf(index), logger: silentLogger };
  return new DownloaderModule(all, dependencies);
}

function requestOf({ object, chain }: Sealed, low = 0, high = Number(object.object_info.payload_size) - 1) {
  const { bucket_info } = chain.buckets.get('bucket')!;
  // the operator reads without quota
  const task = newTask({ user_address: operatorOf(1) });
  return { ...object, bucket_info, task, low: BigInt(low), high: BigInt(high) } satisfies DownloadObjectTask;
}

type Harm = { segment: number; kind: 'flip' | 'lose' | 'shorten' | 'lengthen'; at: number };

async function harm(store: PieceStore, key: string, { kind, at }: Harm): Promise<void> {
  if (kind === 'lose') return store.delete(key);
  if (kind === 'flip') return flipBit(store, key, at);
  const bytes = await store.get(key);
  const other =
    kind === 'shorten' ? bytes.subarray(0, at % bytes.length) : Buffer.concat([bytes, Buffer.alloc(1 + at)]);
  await store.put(key, other);
}

test('whatever the primary lost or damaged, every range reads back exactly, and what is stored is right again', async () => {
  const sealed = await sealedObject();
  const { disk, key, payload } = sealed;
  const kind = fc.constantFrom('flip' as const, 'lose' as const, 'shorten' as const, 'lengthen' as const);
  const harms = fc.array(fc.record({ segment: fc.nat(2), kind, at: fc.nat(1000) }), { maxLength: 4 });
  const bound = fc.nat(2499);
  // with memory for a whole segment, and with none
  const memory = fc.constantFrom(1 << 20, 1);
  await fc.assert(
    fc.asyncProperty(harms, bound, bound, memory, async (all, a, b, readMemoryBytes) => {
      for (const one of all) await harm(disk(-1).pieceStore, key(one.segment, -1), one).catch(() => {});
      const downloader = downloaderOf(sealed, -1, { readMemoryBytes });
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const got = await read(await downloader.downloadObject(requestOf(sealed, low, high)));
      assert.deepEqual(got, payload.subarray(low, high + 1));
      assert.deepEqual(await read(await downloader.downloadObject(requestOf(sealed))), payload);
      for (const at of [0, 1, 2]) {
        const stored = await disk(-1).pieceStore.get(key(at, -1));
        assert.deepEqual(stored, payload.subarray(at * 1024, (at + 1) * 1024));
      }
    }),
    { numRuns: 60 },
  );
});

test('an object of one segment is known by the chain alone, and its lost row is written again', async () => {
  const sealed = await sealedObject(1000);
  const { disk, key, payload } = sealed;
  await disk(-1).spdb.deleteIntegrity(1n, -1);
  await flipBit(disk(-1).pieceStore, key(0, -1), 999);
  assert.deepEqual(await read(await downloaderOf(sealed).downloadObject(requestOf(sealed))), payload);
  assert.equal((await disk(-1).spdb.getIntegrity(1n, -1))?.piece_checksum_list.length, 1);
});

test('memory that is used again: many slow readers of large segments each get their own bytes', async () => {
  const size = 128 << 10;
  const sealed = await sealedObject(3 * size + 777, size);
  const downloader = downloaderOf(sealed, -1, { sliceBytes: 50_000, readMemoryBytes: 5 * size });
  const slowly = async (): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of await downloader.downloadObject(requestOf(sealed))) {
      // as a socket that takes its time: only then the bytes are looked at
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks);
  };
  for (const got of await Promise.all(Array.from({ length: 8 }, slowly))) assert.ok(got.equals(sealed.payload));
});

test('a thousand readers of a lost piece: one repair', async () => {
  const sealed = await sealedObject();
  const { disk, key, payload, peers } = sealed;
  await disk(-1).pieceStore.delete(key(1, -1));
  const downloader = downloaderOf(sealed);
  const ranges = Array.from({ length: 1000 }, (_, i) => requestOf(sealed, 1024 + (i % 500), 1600));
  const all = await Promise.all(ranges.map(async (one) => read(await downloader.downloadObject(one))));
  for (const [i, got] of all.entries()) assert.deepEqual(got, payload.subarray(1024 + (i % 500), 1601));
  assert.equal(peers.calls.length, 4);
});

test('what cannot be repaired is the clear error before the first byte; memory is given back', async () => {
  const sealed = await sealedObject(1000);
  const { disk, key } = sealed;
  await disk(-1).pieceStore.delete(key(0, -1));
  for (const index of [0, 1, 2]) await disk(index).pieceStore.delete(key(0, index));
  const downloader = downloaderOf(sealed, -1, { readMemoryBytes: 1000 });
  for (let again = 0; again < 3; again++) await rejectsWith(downloader.downloadObject(requestOf(sealed)), 45203);
});

test("a secondary's damaged piece is refused to other providers, and repaired for a challenge", async () => {
  const sealed = await sealedObject();
  const { disk, key, object, peers } = sealed;
  const downloader = downloaderOf(sealed, 3);
  const piece = DownloadPieceTask.create({
    ...{ ...object, task: newTask(), piece_key: key(0, 3), piece_length: 100n, total_size: 100n },
  });
  await flipBit(disk(3).pieceStore, key(0, 3), 200);
  await rejectsWith(downloader.downloadPiece(piece), 85101);
  await disk(3).pieceStore.delete(key(0, 3));
  await rejectsWith(downloader.downloadPiece(piece), 85102);
  assert.equal(peers.calls.length, 0);
  const challenge = ChallengePieceTask.create({ ...object, task: newTask(), segment_idx: 0, redundancy_idx: 3 });
  const { checksums, data } = await downloader.getChallengeInfo(challenge);
  assert.equal(verifyChallenge(object.object_info.checksums[4]!, checksums, 0, data), undefined);
  assert.equal((await downloader.downloadPiece(piece)).length, 100);
});
