/** What managers of several processes do at the same moment, on each kind of database. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  BucketQuotaInfo,
  type Consensus,
  GfSpError,
  MemoryQueueEngine,
  type Modules,
  type SpDb,
  silentLogger,
  TaskState,
} from '@prairie/gfsp';
import { openSpDb } from '@prairie/store';
import { testDatabases } from '@prairie/store/testing';
import { holderOf } from '../common/upload-holder.ts';
import { Network, payloadOf } from '../testing/network.ts';
import type { Members } from './members.ts';
import { MigrationNotices } from './migration-notices.ts';
import { Progress } from './progress.ts';
import { Uploads } from './uploads.ts';

const MANAGERS = 4;
const ROUNDS = 5;
/** Of a bucket, bytes. */
const SIZE = 10n;

/** Every uploader is there. */
const members = { isThere: async () => true } as unknown as Members;

for (const { engine, skip, fresh } of testDatabases()) {
  describe(`at once on ${engine}`, { skip }, () => {
    /** The same tables, as each manager has them. */
    const open = async (t: TestContext): Promise<SpDb[]> => {
      const address = await fresh();
      const all: SpDb[] = [];
      for (let i = 0; i < MANAGERS; i++) all.push(await openSpDb(address));
      t.after(() => Promise.all(all.map((spdb) => spdb.close())));
      return all;
    };

    test('an upload of an object begins with one of them', async (t) => {
      const managers = await Promise.all(
        (await open(t)).map(async (spdb) => {
          const queues = new MemoryQueueEngine();
          t.after(() => queues.close());
          return { spdb, uploads: await Uploads.open({}, { engine: queues, members, spdb }) };
        }),
      );
      const network = new Network();
      for (let round = 0; round < ROUNDS; round++) {
        const task = network.uploadTask(await network.createObject(payloadOf(10)));
        const outcomes = await Promise.all(
          managers.map(({ uploads }, index) =>
            uploads.begin({ ...task, task: { ...task.task, address: `uploader-${index}` } }).then(
              () => `uploader-${index}`,
              (error: unknown) => GfSpError.from(error).innerCode,
            ),
          ),
        );
        const row = await managers[0]!.spdb.getUploadProgress(task.object_info.id);
        assert.deepEqual(
          outcomes.filter((outcome) => outcome !== 60002),
          [holderOf(row)],
        );
      }
    });

    test('a step of a job is taken by one of them', async (t) => {
      const [spdb, ...others] = (await open(t)) as [SpDb, ...SpDb[]];
      for (let id = 1n; id <= ROUNDS; id++) {
        await spdb.insertUploadProgress(id, false);
        const taken = await Promise.all(
          [spdb, ...others].map((tables) =>
            new Progress(tables).change(id, (row) =>
              row.task_state === TaskState.INIT ? { task_state: TaskState.UPLOAD_OBJECT_DONE } : undefined,
            ),
          ),
        );
        assert.equal(taken.filter(Boolean).length, 1);
      }
    });

    test('the quota of a migration is taken by one of them', async (t) => {
      let taken = 0n;
      const client = {
        metadata: {
          getBucketSize: async () => SIZE,
          getLatestBucketReadQuota: async () => BucketQuotaInfo.create({}),
        },
        downloader: {
          deductQuotaForBucketMigrate: async (_: bigint, size: bigint) => {
            taken += size;
          },
          reimburseQuota: async (_: bigint, size: bigint) => {
            taken -= size;
          },
        },
      } as unknown as Modules;
      const managers = (await open(t)).map((spdb) => {
        const dependencies = { client, consensus: {} as Consensus, spdb, logger: silentLogger };
        return new MigrationNotices({ operatorAddress: '' }, dependencies);
      });
      for (let bucket = 1n; bucket <= ROUNDS; bucket++) {
        taken = 0n;
        const answers = await Promise.all(managers.map((one) => one.notifyPreMigrateBucket(bucket, 7)));
        assert.equal(answers.filter(Boolean).length, 1);
        assert.equal(taken, SIZE);
      }
    });
  });
}
