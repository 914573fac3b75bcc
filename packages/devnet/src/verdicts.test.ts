/** What the metadata module says of rights, against the chain's own verdicts, after blocks of random messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChainClient, greenfieldPermission } from '@prairie/chain';
import { RpcServer } from '@prairie/devchain/conformance';
import { again, chosenSeed, RandomRun } from '@prairie/devchain/testing';
import { type Metadata, silentLogger } from '@prairie/gfsp';
import { BlockSyncerModule, metadataModule } from '@prairie/sp';
import { BsDb, SqliteSpDb } from '@prairie/store';

const { ActionType, Effect } = greenfieldPermission;
const BLOCKS = 60;
/** An account of nothing. */
const STRANGER = `0x${'9'.repeat(40)}`;

/** Tables with all blocks of the run. */
async function synced(run: RandomRun): Promise<BsDb> {
  const { chain, keepers, text } = run.world.opened;
  const identity = () => ({
    ...{ id: '0'.repeat(40), moniker: 'random', network: run.world.chainId, channels: '' },
    ...{ listenAddress: 'tcp://127.0.0.1:26656', rpcAddress: 'tcp://127.0.0.1:26657' },
  });
  const listening = { port: 0, host: '127.0.0.1' };
  const server = await RpcServer.listen(listening, { chain, identity, genesis: text, bank: keepers.bank });
  const client = new ChainClient({ rpcUrl: `http://127.0.0.1:${server.port}`, chainId: run.world.chainId });
  const db = new BsDb({ path: ':memory:' });
  const syncer = new BlockSyncerModule({}, { db, chain: client, logger: silentLogger });
  await syncer.start();
  assert.ok(await syncer.waitForHeight(BigInt(chain.height), 120_000));
  await syncer.stop();
  client.close();
  await server.close();
  return db;
}

/** Asked when the chain is where the tables are. */
function metadataOf(db: BsDb): Metadata {
  const { block_height: height, update_time: now } = db.epoch.get()!;
  return metadataModule(
    { operatorAddress: STRANGER, now: () => now },
    {
      bsdb: db,
      spdb: new SqliteSpDb({ path: ':memory:' }),
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

const rowsOf = (db: BsDb, sql: string) => db.sqlite.all(sql).map((row) => String(Object.values(row)[0]));

/** Live buckets, and of their objects those that somebody has a policy on, or may have by a bucket's. */
function subjectsOf(db: BsDb): Subject[] {
  const buckets = rowsOf(db, 'SELECT bucket_name FROM buckets WHERE removed = 0');
  return buckets.flatMap((bucket) => {
    const query = { bucket, prefix: '', from: '', limit: 5 };
    const objects = db.objects.list(query, false).map(({ object_name }) => object_name);
    return ['', ...objects].map((object) => ({ bucket, object }));
  });
}

test('rights are those that the chain gives', async (t) => {
  const seed = chosenSeed();
  const run = new RandomRun(seed);
  for (let i = 0; i < BLOCKS; i++) run.block();
  const db = await synced(run);
  const metadata = metadataOf(db);
  const accounts = [...run.world.users.map(({ address }) => address), STRANGER, ''];
  const actions = Object.values<number>(ActionType).filter((action) => action > 0 && action < 99);
  const counts = { allowed: 0, refused: 0 };
  for (const { bucket, object } of subjectsOf(db)) {
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
  run.world.opened.store.close();
  db.close();
  t.diagnostic(`${counts.allowed} times allowed, ${counts.refused} times refused`);
  assert.ok(counts.allowed > 100 && counts.refused > 100);
});
