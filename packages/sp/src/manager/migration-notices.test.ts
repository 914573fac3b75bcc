import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { greenfieldPermission, greenfieldSp, type Init, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import {
  BucketMigrationInfo,
  BucketMigrationState,
  BucketQuotaInfo,
  type Consensus,
  GfSpError,
  type Modules,
  type SpDb,
  silentLogger,
} from '@prairie/gfsp';
import fc from 'fast-check';
import { lateness, memorySpDb } from '../testing/memory-spdb.ts';
import { MigrationNotices } from './migration-notices.ts';

const OPERATOR = '0x55Bb0651F974cd14E9aEf38776613a7837375683';
const OWN_ID = 1;
const BUCKET = 3n;
/** Where the bucket goes. */
const DESTINATION = 4;
const SIZE = 1000n;
const CHARGED = 10_000n;
const MONTH = new Date().toISOString().slice(0, 7);
const { EFFECT_ALLOW, EFFECT_DENY } = greenfieldPermission.Effect;
const { SRC_SP_PRE_DEDUCT_QUOTA_DONE, MIGRATION_FINISHED, INIT_UNSPECIFIED } = BucketMigrationState;

/** The tables are real, and quota is taken from them; the other modules say what they are told to. */
class Bench {
  readonly spdb: SpDb;
  /** Groups that are left to this provider on chain. */
  readonly left = new Set<number>();
  failing = '';
  readonly notices: MigrationNotices;
  /** Another manager's, on the same tables. */
  readonly others: MigrationNotices;

  constructor(pause?: () => Promise<void>) {
    this.spdb = memorySpDb(pause);
    const chain: Partial<Consensus> = {
      spByOperator: async () => greenfieldSp.StorageProvider.create({ id: OWN_ID, operator_address: OPERATOR }),
      family: async (id) => virtualgroup.GlobalVirtualGroupFamily.create({ id, global_virtual_group_ids: [21, 22] }),
    };
    const dependencies = {
      client: this.#client(),
      consensus: chain as Consensus,
      spdb: this.spdb,
      logger: silentLogger,
    };
    this.notices = new MigrationNotices({ operatorAddress: OPERATOR }, dependencies);
    this.others = new MigrationNotices({ operatorAddress: OPERATOR }, dependencies);
  }

  #client(): Modules {
    const client = {
      metadata: {
        getBucketSize: async () => SIZE,
        getLatestBucketReadQuota: async () =>
          BucketQuotaInfo.create({ bucket_id: BUCKET, read_consumed_size: await this.consumed() }),
        verifyMigrateGvgPermission: async (bucket: bigint, group: number, sp: number) =>
          bucket === 0n && sp === OWN_ID && this.left.has(group) ? EFFECT_ALLOW : EFFECT_DENY,
      },
      downloader: {
        deductQuotaForBucketMigrate: async (_: bigint, size: bigint, month: string) => this.#take(size, month),
        reimburseQuota: (id: bigint, size: bigint, month: string) => this.spdb.reimburseReadQuota(id, month, size),
      },
    };
    return client as unknown as Modules;
  }

  async #take(read_size: bigint, month: string): Promise<void> {
    await new Promise(setImmediate);
    if (this.failing === 'quota') throw new Error('no quota');
    const { spdb } = this;
    await spdb.consumeReadQuota(
      {
        ...{ bucket_id: BUCKET, bucket_name: 'b', month, read_size },
        ...{ charged_quota: CHARGED, free_quota: 0n, monthly_free_quota: 0n },
      },
      {
        ...{ bucket_id: BUCKET, object_id: 0n, user_address: '', bucket_name: 'b', object_name: '' },
        ...{ read_timestamp_us: BigInt(Date.now()) * 1000n, read_size },
      },
    );
    if (this.failing === 'tables') {
      this.failing = '';
      spdb.transaction = async () => {
        throw new Error('the disk is full');
      };
    }
  }

  async consumed(): Promise<bigint> {
    return (await this.spdb.getBucketTraffic(BUCKET, MONTH))?.read_consumed_size ?? 0n;
  }

  async state(): Promise<number> {
    return (await this.spdb.getBucketMigration(BUCKET))?.migration_state ?? INIT_UNSPECIFIED;
  }

  post(fields: Init<BucketMigrationInfo> = {}, notices = this.notices): Promise<BucketQuotaInfo> {
    return notices.notifyPostMigrateBucket(BucketMigrationInfo.create({ bucket_id: BUCKET, ...fields }));
  }
}

async function codeOf(work: Promise<unknown>): Promise<number> {
  return work.then(
    () => 0,
    (error) => GfSpError.from(error).innerCode,
  );
}

describe('the quota that a migration takes', () => {
  it('is taken once, however often it is said, and the quota before is told', async () => {
    const bench = new Bench();
    const answers = await Promise.all([1, 2, 3].map(() => bench.notices.notifyPreMigrateBucket(BUCKET, DESTINATION)));
    assert.deepEqual(
      answers.map((answer) => answer?.read_consumed_size),
      [0n, undefined, undefined],
    );
    assert.equal(await bench.consumed(), SIZE);
    const row = await bench.notices.queryBucketMigrationProgress(BUCKET);
    assert.equal(row.migration_state, SRC_SP_PRE_DEDUCT_QUOTA_DONE);
    assert.deepEqual([row.pre_deducted_quota, row.deducted_month], [SIZE, MONTH]);
  });

  it('counts for the migration that follows a cancelled one', async () => {
    const bench = new Bench();
    for (const destination of [DESTINATION, DESTINATION + 1]) {
      await bench.notices.notifyPreMigrateBucket(BUCKET, destination);
      assert.equal((await bench.notices.queryBucketMigrationProgress(BUCKET)).dest_sp_id, destination);
    }
    assert.equal(await bench.consumed(), SIZE);
  });

  it('is not taken when there is too little, and is given back when nobody would know of it', async () => {
    const bench = new Bench();
    bench.failing = 'quota';
    assert.equal(await codeOf(bench.notices.notifyPreMigrateBucket(BUCKET, DESTINATION)), 999999);
    assert.equal(await bench.state(), INIT_UNSPECIFIED);
    bench.failing = 'tables';
    assert.equal(await codeOf(bench.notices.notifyPreMigrateBucket(BUCKET, DESTINATION)), 65201);
    assert.deepEqual([await bench.consumed(), await bench.state()], [0n, INIT_UNSPECIFIED]);
  });

  it('property: what was not moved is given back once, never more than was taken', async () => {
    const end = fc.record({ finished: fc.boolean(), migrated_bytes_size: fc.bigInt({ min: 0n, max: 2n * SIZE }) });
    await fc.assert(
      fc.asyncProperty(fc.array(end, { minLength: 1, maxLength: 4 }), async (ends) => {
        const bench = new Bench();
        await bench.notices.notifyPreMigrateBucket(BUCKET, DESTINATION);
        let isOver = false;
        for (const info of ends) {
          const before = await bench.consumed();
          const code = await codeOf(bench.post(info));
          assert.equal(code, isOver ? 999999 : 0);
          const givenBack = before - (await bench.consumed());
          const isRefund: boolean = !isOver && !info.finished && info.migrated_bytes_size < SIZE;
          assert.equal(givenBack, isRefund ? SIZE - info.migrated_bytes_size : 0n);
          isOver ||= isRefund;
          assert.equal(await bench.state(), isOver ? MIGRATION_FINISHED : SRC_SP_PRE_DEDUCT_QUOTA_DONE);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('property: of notices that come to two managers at once each counts once', async () => {
    const count = fc.integer({ min: 1, max: 3 });
    await fc.assert(
      fc.asyncProperty(lateness, count, count, async (pause, here, there) => {
        const bench = new Bench(pause);
        const both = [...Array(here).fill(bench.notices), ...Array(there).fill(bench.others)] as MigrationNotices[];
        const answers = await Promise.all(both.map((one) => one.notifyPreMigrateBucket(BUCKET, DESTINATION)));
        assert.equal(answers.filter(Boolean).length, 1);
        assert.deepEqual([await bench.consumed(), await bench.state()], [SIZE, SRC_SP_PRE_DEDUCT_QUOTA_DONE]);
        const ended = await Promise.allSettled(both.map((one) => bench.post({ migrated_bytes_size: 1n }, one)));
        assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 1);
        assert.deepEqual([await bench.consumed(), await bench.state()], [1n, MIGRATION_FINISHED]);
      }),
      { numRuns: 20 },
    );
  });

  it('is not given back for a bucket that nothing was taken of', async () => {
    const bench = new Bench();
    await assert.rejects(bench.post(), /the bucket has already post/);
    assert.deepEqual(await bench.notices.queryBucketMigrationProgress(7n), {
      ...{ bucket_id: 7n, migration_state: 0, total_gvg_num: 0, migrated_finished_gvg_num: 0, gc_finished_gvg_num: 0 },
      ...{ pre_deducted_quota: 0n, recoup_quota: 0n, last_gc_object_id: 0n, last_gc_gvg_id: 0n, migrated_bytes: 0n },
      ...{ deducted_month: '', dest_sp_id: 0 },
    });
  });
});

describe('a swap-out', () => {
  const message = (fields: Init<virtualgroup.MsgSwapOut> = {}): virtualgroup.MsgSwapOut =>
    virtualgroup.MsgSwapOut.create({ storage_provider: OPERATOR, successor_sp_id: OWN_ID, ...fields });
  const ofFamily = message({ global_virtual_group_family_id: 2 });
  const ofGroups = message({ global_virtual_group_ids: [5, 6] });

  it('is written down once it is on chain, and stays as it was when it is said again', async () => {
    const bench = new Bench();
    for (const msg of [ofFamily, ofGroups]) assert.equal(await codeOf(bench.notices.notifyMigrateSwapOut(msg)), 60006);
    bench.left.add(5).add(21);
    assert.equal(await codeOf(bench.notices.notifyMigrateSwapOut(ofGroups)), 60006, 'one of two is not enough');
    bench.left.add(6);
    for (const msg of [ofFamily, ofGroups, ofFamily]) {
      assert.equal(await codeOf(bench.notices.notifyMigrateSwapOut(msg)), 0);
    }
    const row = await bench.spdb.getSwapOutUnit('familyID-2', true);
    assert.deepEqual(row?.completed_gvg_list, []);
    const text = Buffer.from(row!.swap_out_msg, 'hex').toString();
    assert.deepEqual(JSON.parse(text), {
      ...{ storage_provider: OPERATOR, global_virtual_group_family_id: 2, successor_sp_id: OWN_ID },
    });
    assert.ok(await bench.spdb.getSwapOutUnit('gvgIDList-5,6', true));
    assert.equal(await bench.spdb.getSwapOutUnit('gvgIDList-5,6', false), undefined);
  });

  it('to another provider, of nothing, or of more groups than anybody has, is refused', async () => {
    const bench = new Bench();
    bench.left.add(21);
    const refused = [
      message({ global_virtual_group_family_id: 2, successor_sp_id: 9 }),
      message(),
      message({ global_virtual_group_ids: Array.from({ length: 5000 }, () => 21) }),
    ];
    for (const msg of refused) assert.equal(await codeOf(bench.notices.notifyMigrateSwapOut(msg)), 60006);
    assert.equal(await codeOf(bench.notices.notifyMigrateSwapOut(undefined as never)), 60001);
  });
});
