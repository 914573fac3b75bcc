/** What the metadata module says of rights, against the chain's own verdicts, after blocks of random messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainClient, greenfieldPermission } from '@prairie/chain';
import { again, chosenSeed, RandomRun } from '@prairie/devchain/testing';
import { type Metadata, silentLogger } from '@prairie/gfsp';
import { BlockSyncerModule, metadataModule } from '@prairie/sp';
import { BsDb, openSpDb } from '@prairie/store';
import { serveRandomRun } from './testing/random-chain.ts';

const { ActionType, Effect } = greenfieldPermission;
const BLOCKS = 60;
/** An account of nothing. */
const STRANGER = `0x${'9'.repeat(40)}`;

/** Tables with all blocks of the run. */
async function synced(run: RandomRun, client: ChainClient): Promise<BsDb> {
  const db = await BsDb.open({ engine: 'sqlite', path: ':memory:' });
  const syncer = new BlockSyncerModule({}, { db, chain: client, logger: silentLogger });
  await syncer.start();
  assert.ok(await syncer.waitForHeight(BigInt(run.world.opened.chain.height), 120_000));
  await syncer.stop();
  return db;
}

/** Asked when the chain is where the tables are. */
async function metadataOf(db: BsDb): Promise<Metadata> {
  const { block_height: height, update_time: now } = (await db.epoch.get())!;
  return metadataModule(
    { operatorAddress: STRANGER, now: () => now },
    {
      bsdb: db,
      spdb: await openSpDb({ engine: 'sqlite', path: ':memory:' }),
      chain: {
        currentHeight: async () => height,
        objectById: async () => undefined,
        bucketById: async () => undefined,
        spPrice: async () => undefined,
      },
      progress: { height, waitForHeight: async () => true },
      logger: silentLogger,
    },
  );
}

interface Subject {
  bucket: string;
  object: string;
}

/** Live buckets, and of their objects those that somebody has a policy on, or may have by a bucket's. */
async function subjectsOf(db: BsDb): Promise<Subject[]> {
  const { rows } = await db.database.session.execute('SELECT bucket_name FROM buckets WHERE removed = 0');
  const subjects = rows.map(async ({ bucket_name }) => {
    const bucket = String(bucket_name);
    const objects = await db.objects.list({ bucket, prefix: '', from: '', limit: 5 }, false);
    return ['', ...objects.map(({ object_name }) => object_name)].map((object) => ({ bucket, object }));
  });
  return (await Promise.all(subjects)).flat();
}

test('rights are those that the chain gives', async (t) => {
  const seed = chosenSeed();
  const run = new RandomRun(seed);
  for (let i = 0; i < BLOCKS; i++) run.block();
  const { client, close } = await serveRandomRun(run);
  const db = await synced(run, client);
  const metadata = await metadataOf(db);
  const accounts = [...run.world.users.map(({ address }) => address), STRANGER, ''];
  const actions = Object.values<number>(ActionType).filter((action) => action > 0 && action < 99);
  const counts = { allowed: 0, refused: 0 };
  for (const { bucket, object } of await subjectsOf(db)) {
    for (const account of accounts) {
      for (const action of actions) {
        const effect = await metadata.verifyPermission(account, bucket, object, action);
        const may = run.world.may(account, action, bucket, object);
        const about = `${account || 'nobody'}, action ${action}, ${bucket}/${object}`;
        assert.equal(effect === Effect.EFFECT_ALLOW, may, `${about}: ${again(seed, 'node --test')}`);
        counts[may ? 'allowed' : 'refused'] += 1;
      }
    }
  }
  await close();
  await db.close();
  t.diagnostic(`${counts.allowed} times allowed, ${counts.refused} times refused`);
  assert.ok(counts.allowed > 100 && counts.refused > 100);
});
