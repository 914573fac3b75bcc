/**
 * `kill -9` at random points of five hundred uploads. What was acknowledged is whole, readable and sealed in the end;
 * what was not leaves nothing behind: after one pass of the collection no provider holds a piece that nothing entitles
 * it to. The seed is printed: PRAIRIE_SEED repeats a run, as far as two processes and a clock can be repeated.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ObjectOnChain, greenfieldStorage as storage, txMessage } from '@prairie/chain';
import { GfSpError } from '@prairie/gfsp';
import { pieceKey } from '@prairie/redundancy';
import { killWhileStarting } from '../support/devnet-process.ts';
import { gc } from '../support/gc.ts';
import { holdings } from '../support/leftovers.ts';
import { plantPiece } from '../support/planted.ts';
import { unrightful } from '../support/rightful.ts';
import { expectSealed } from '../support/sealed.ts';
import { contentOf, generator, inChunks } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet, type UsedDevnet } from '../support/used-devnet.ts';

const ROUNDS = 10;
const FRESH_PER_ROUND = 50;
const PARALLEL = 6;
/** Of what earlier rounds cut off, this part is uploaded again: the rest is what uploads that never come back leave. */
const AGAIN = 0.4;
/** From the acknowledgement that a round waits for to its kill. */
const LONGEST_DELAY_MS = 120;
const LONGEST_START_MS = 1500;
/** Acknowledged objects are sealed, and cut-off uploads discarded, so long after the last start. */
const SETTLE_MS = 90_000;
const PROVIDERS = 8;
/** Pieces that no crash of this run has left, so that there are some whatever it did. */
const STRAYS = 40;
const bucket = 'killed-uploads';
/** The newest objects are collected too: nothing is created while a pass runs. */
const ARGS = [
  ...['--set', 'GC.GCZombieSafeObjectIDDistance=0', 'GC.GCObjectSafeBlockDistance=0'],
  'GC.GCObjectTimeInterval=86400',
];
/** What a provider says of content that it has: it has arrived already, or the object is sealed. */
const ALREADY_THERE = [110006, 20003];
/** What the kill before left of the same upload is being taken away at this moment: try again. */
const CLEANING = 60002;
const CLEANING_MS = 250;

it('kill -9 during 500 uploads loses no acknowledged object and leaves no piece of others', async (t) => {
  const seed = Number(process.env.PRAIRIE_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed}`);
  const random = generator(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'prairie-killed-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const contents = new Map<string, Buffer>();
  const acknowledged = new Set<string>();
  let cutOff = 0;

  for (let round = 0; round < ROUNDS; round++) {
    const network = await startUsedDevnet(dataDir, ARGS);
    try {
      if (round === 0) await network.owner.createBucket(bucket);
      const again = [...contents].filter(([name]) => !acknowledged.has(name) && random() < AGAIN);
      const fresh = freshContents(round, random);
      for (const [name, content] of fresh) contents.set(name, content);
      await network.owner.createObjects(bucket, fresh);
      await killedUploads(network, [...again, ...fresh], acknowledged, random);
    } finally {
      await stopUsedDevnet(network, 'SIGKILL');
    }
    cutOff += openUploads(dataDir).length;
    if (round % 3 === 0) await killWhileStarting(devnetArgs(dataDir), random() * LONGEST_START_MS);
  }

  assert.ok(cutOff > 0, 'no kill came during an upload');
  const network = await startUsedDevnet(dataDir, ARGS);
  t.after(() => stopUsedDevnet(network, 'SIGKILL'));
  const lost = [...contents.keys()].filter((name) => !acknowledged.has(name));
  await settled(network, dataDir);
  const sealed = await sealedOf(network, contents.keys());
  for (const name of acknowledged) assert.ok(sealed.has(name), `${name} was acknowledged and is not sealed`);
  await expectSealed({ ...network, bucket, dataDir, log: network.devnet.log }, whole(contents, sealed));

  // half of what never came is taken off the chain, the rest goes on waiting
  const cancelled = lost.filter((name) => !sealed.has(name) && random() < 0.5);
  const objects = await onChain(network, contents.keys());
  await cancel(network, cancelled);
  plantStrays(dataDir, objects, new Set(cancelled), random);
  const before = unrightful({ dataDir, providers: PROVIDERS }, await onChain(network, contents.keys()));
  assert.ok(before.orphans.length >= STRAYS / 2, 'there is something to collect');
  const collected = await collectAll(network);
  const after = unrightful({ dataDir, providers: PROVIDERS }, await onChain(network, contents.keys()));
  assert.deepEqual(after, { orphans: [], missing: [], rows: [] }, network.devnet.log());
  t.diagnostic(
    `${contents.size} uploads in ${ROUNDS} rounds: ${acknowledged.size} acknowledged, ${cutOff} under way at a kill, ${sealed.size} sealed, ` +
      `${cancelled.length} of ${contents.size - sealed.size} others taken off the chain; ` +
      `${before.orphans.length} orphan pieces and ${before.rows.length} orphan rows before the pass, ` +
      `${collected} findings in it, none after`,
  );
});

const devnetArgs = (dataDir: string) => [
  ...['--data-dir', dataDir, '--rpc-port', '0', '--sp-port', '0', '--block-time', '200'],
  ...ARGS,
];

/** Mostly small, now and then more than a segment. */
function freshContents(round: number, random: () => number): Map<string, Buffer> {
  return new Map(
    Array.from({ length: FRESH_PER_ROUND }, (_, index) => {
      const size = random() < 0.03 ? 16_800_000 : 1 + Math.floor(random() ** 3 * 1_000_000);
      return [`r${round}-${index}`, contentOf(size, random() * 2 ** 32)] as const;
    }),
  );
}

/** Uploads until a random one of them is acknowledged, and a moment more; then the whole network is killed. */
async function killedUploads(
  { client, devnet }: UsedDevnet,
  contents: readonly (readonly [string, Buffer])[],
  acknowledged: Set<string>,
  random: () => number,
): Promise<void> {
  const queue = [...contents];
  const target = Math.floor(random() * contents.length * 0.9);
  const reached = Promise.withResolvers<void>();
  let answers = 0;
  let isKilled = false;
  const upload = async (object: string, content: Buffer) => {
    try {
      await client.putObject({ bucket, object, size: content.length, body: inChunks(content) });
    } catch (error) {
      if (!(error instanceof GfSpError)) return; // cut off by the kill
      if (error.innerCode === CLEANING) {
        await sleep(CLEANING_MS);
        queue.push([object, content]);
        return;
      }
      if (!ALREADY_THERE.includes(error.innerCode)) throw error;
    }
    acknowledged.add(object);
    if (++answers >= target) reached.resolve();
  };
  const worker = async () => {
    for (let next = queue.shift(); next && !isKilled; next = queue.shift()) await upload(...next);
  };
  const done = Promise.all(Array.from({ length: PARALLEL }, worker));
  await Promise.race([reached.promise, done]);
  await sleep(random() * LONGEST_DELAY_MS);
  isKilled = true;
  await devnet.end('SIGKILL');
  await done;
}

/** Uploads in the books of the first provider: begun, or acknowledged and not sealed yet. */
const openUploads = (dataDir: string): string[] =>
  holdings(dataDir).filter((line) => line.startsWith('sp1 upload_object_progress'));

/** Resolves when the first provider has no upload in its books any more: each was sealed, or discarded. */
async function settled({ owner, devnet }: UsedDevnet, dataDir: string): Promise<void> {
  const open = () => openUploads(dataDir);
  const deadline = Date.now() + SETTLE_MS;
  for (let height = await owner.chain.currentHeight(); open().length > 0; ) {
    if (Date.now() > deadline) throw new Error(`still in the books:\n${open().join('\n')}\n${devnet.log()}`);
    height = await owner.chain.waitForHeight(height + 1n);
  }
}

async function onChain({ owner }: UsedDevnet, names: Iterable<string>): Promise<ObjectOnChain[]> {
  const found = await Promise.all([...names].map((name) => owner.chain.object(bucket, name)));
  return found.filter((object) => object !== undefined);
}

async function sealedOf(network: UsedDevnet, names: Iterable<string>): Promise<Set<string>> {
  const objects = await onChain(network, names);
  const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;
  const sealed = objects.filter(({ object_info }) => object_info.object_status === OBJECT_STATUS_SEALED);
  return new Set(sealed.map(({ object_info }) => object_info.object_name));
}

const whole = (contents: ReadonlyMap<string, Buffer>, names: ReadonlySet<string>) =>
  [...contents].filter(([name]) => names.has(name));

async function cancel({ owner }: UsedDevnet, names: readonly string[]): Promise<void> {
  const messages = names.map((object_name) =>
    txMessage(storage.MsgCancelCreateObject, { operator: owner.address, bucket_name: bucket, object_name }),
  );
  for (let at = 0; at < messages.length; at += 50) await owner.send(...messages.slice(at, at + 50));
}

/** Pieces at wrong places of objects that are sealed, and at any of those that are gone. */
function plantStrays(
  dataDir: string,
  objects: readonly ObjectOnChain[],
  gone: ReadonlySet<string>,
  random: () => number,
): void {
  const pick = (count: number) => Math.floor(random() * count);
  const candidates = objects.filter(({ object_info, global_virtual_group }) => {
    return global_virtual_group !== undefined || gone.has(object_info.object_name);
  });
  for (let stray = 0; stray < STRAYS; stray++) {
    const { object_info, global_virtual_group: group } = candidates[pick(candidates.length)]!;
    const provider = 1 + pick(PROVIDERS);
    const index = pick(7) - 1;
    const holder = group && [group.primary_sp_id, ...group.secondary_sp_ids][index + 1];
    if (holder !== provider) plantPiece(dataDir, provider, pieceKey(object_info.id, 0, index));
  }
}

/** One pass at each provider, after its tables have the newest block. Number of findings. */
async function collectAll({ devnet }: UsedDevnet): Promise<number> {
  let findings = 0;
  for (const { grpc } of devnet.sps) findings += (await gc(grpc, 'zombie')).findings.length;
  return findings;
}
