import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  addressOf,
  approvalDigest,
  fromProtoJson,
  greenfieldPermission,
  greenfieldSp,
  type Init,
  parseJson,
  recoverAddress,
  sameAddress,
  signDigest,
  greenfieldStorage as storage,
  taskDigest,
  toHeaderJson,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { MIGRATE_BUCKET_MSG_HEADER, SIGNED_MSG_HEADER, SpClient, UNSIGNED_MSG_HEADER } from '@prairie/client';
import { BucketMigrationInfo, BucketQuotaInfo, type Consensus, GfSpError, nowSeconds } from '@prairie/gfsp';
import fc from 'fast-check';
import { chainOf, gatewayOf, type Stubs, USER_KEY } from '../testing.ts';
import { SECONDARY_MIGRATION_MSG_HEADER } from './approvals.ts';
import { enoughQuota } from './bucket-quota.ts';
import { SWAP_OUT_MSG_HEADER } from './swap-out.ts';

const DESTINATION_KEY = Buffer.alloc(32, 7);
const DESTINATION = addressOf(DESTINATION_KEY);
const DESTINATION_ID = 4;

/** Knows one provider beside itself. */
const chain: Partial<Consensus> = {
  spByOperator: async (operator_address) =>
    sameAddress(operator_address, DESTINATION)
      ? greenfieldSp.StorageProvider.create({ id: DESTINATION_ID, operator_address })
      : undefined,
};

const infoOf = (fields: Init<BucketMigrationInfo> = {}, key: Uint8Array = DESTINATION_KEY): BucketMigrationInfo => {
  const info = BucketMigrationInfo.create({ bucket_id: 3n, expire_time: nowSeconds() + 3600n, ...fields });
  return { ...info, signature: signDigest(key, taskDigest(BucketMigrationInfo, info)) };
};

const hexOf = (text: string) => Buffer.from(text).toString('hex');
const { EFFECT_ALLOW, EFFECT_DENY } = greenfieldPermission.Effect;
const QUOTA = BucketQuotaInfo.create({ bucket_id: 3n, month: '2026-11', charged_quota_size: 100n });

async function codeOf(work: Promise<unknown>): Promise<[number, number]> {
  const error = await work.then(
    () => assert.fail('it was answered'),
    (thrown) => GfSpError.from(thrown),
  );
  return [error.httpStatus, error.innerCode];
}

/** Asks over a socket, as another provider does. */
async function asking(t: TestContext, client: Stubs) {
  const gateway = await gatewayOf(t, client, chainOf(chain));
  const provider = new SpClient({ retry: { attempts: 1 } });
  t.after(() => provider.close());
  const endpoint = `http://127.0.0.1:${gateway.port}`;
  const ask = (question: 'quota' | 'enough' | 'pre' | 'post', info = infoOf()) =>
    provider.askBucketQuota(endpoint, question, info);
  return { ...gateway, ask };
}

describe('the quota of a bucket that moves', () => {
  it('is enough when more can be read than the bucket is large', async () => {
    const size = fc.bigInt({ min: 0n, max: 1000n });
    const sizes = fc.tuple(size, size, size, size, size);
    await fc.assert(
      fc.asyncProperty(sizes, async ([free, charged, monthly, consumed, bucketSize]) => {
        const quota = { ...QUOTA, free_quota_size: free, charged_quota_size: charged };
        Object.assign(quota, { monthly_free_quota_size: monthly, read_consumed_size: consumed });
        const allowed = await allowedBy(quota, bucketSize);
        assert.equal(allowed, bucketSize === 0n || free + charged + monthly - consumed > bucketSize);
      }),
      { numRuns: 30 },
    );
  });

  /** Without a socket for each of many. */
  async function allowedBy(quota: BucketQuotaInfo, size: bigint): Promise<boolean> {
    const metadata = { getLatestBucketReadQuota: async () => quota, getBucketSize: async () => size };
    const answer = await enoughQuota({ dependencies: { client: { metadata } } } as never, infoOf(), DESTINATION_ID);
    return answer!.allow_migrate;
  }

  it('is told to any provider of the network, and to nobody else', async (t) => {
    const { ask } = await asking(t, { metadata: { getLatestBucketReadQuota: async () => QUOTA } });
    assert.deepEqual(await ask('quota'), QUOTA);
    assert.deepEqual(await codeOf(ask('quota', infoOf({}, USER_KEY))), [401, 50004]);
    assert.deepEqual(await codeOf(ask('quota', infoOf({ expire_time: nowSeconds() - 1n }))), [401, 50004]);
    const broken = { ...infoOf(), signature: Buffer.alloc(65, 9) };
    assert.deepEqual(await codeOf(ask('quota', broken)), [406, 50015]);
  });

  it('is taken and given back for the destination only', async (t) => {
    const told: unknown[] = [];
    const tell = <T>(what: unknown, answer: T): T => {
      told.push(what);
      return answer;
    };
    let dest_sp_id = 0;
    let effect: greenfieldPermission.Effect = EFFECT_DENY;
    const { ask } = await asking(t, {
      metadata: { verifyMigrateGvgPermission: async (...args) => tell(args, effect) },
      manager: {
        notifyPreMigrateBucket: async (id) => tell(id, QUOTA),
        notifyPostMigrateBucket: async (info) => tell(info.migrated_bytes_size, QUOTA),
        queryBucketMigrationProgress: async () => ({ dest_sp_id }) as never,
      },
    });
    const post = () => ask('post', infoOf({ migrated_bytes_size: 5n }));
    assert.deepEqual(await codeOf(ask('pre')), [401, 50004]);
    assert.deepEqual(await codeOf(post()), [401, 50004]);
    assert.deepEqual(told.splice(0), [
      [3n, 0, DESTINATION_ID],
      [3n, 0, DESTINATION_ID],
    ]);
    effect = EFFECT_ALLOW;
    assert.deepEqual([await ask('pre'), await post()], [QUOTA, QUOTA]);
    assert.deepEqual(
      told.filter((one) => !Array.isArray(one)),
      [3n, 5n],
    );
    effect = EFFECT_DENY;
    dest_sp_id = DESTINATION_ID;
    assert.deepEqual(await post(), QUOTA, 'after a cancel, too');
    assert.deepEqual(await codeOf(ask('pre')), [401, 50004]);
  });

  it('that was taken before is answered without it', async (t) => {
    const { ask } = await asking(t, {
      metadata: { verifyMigrateGvgPermission: async () => EFFECT_ALLOW },
      manager: { notifyPreMigrateBucket: async () => undefined },
    });
    assert.equal(await ask('pre'), undefined);
  });
});

describe('headers that make no sense', () => {
  it('are 50005', async (t) => {
    const { send } = await asking(t, {});
    const routes = [
      ['migrate-query-bucket-quota', MIGRATE_BUCKET_MSG_HEADER],
      ['migration-bucket-approval', SECONDARY_MIGRATION_MSG_HEADER],
      ['get-swap-out-approval', UNSIGNED_MSG_HEADER],
    ] as const;
    for (const [route, name] of routes) {
      for (const text of ['xyz', '123', hexOf('no json'), hexOf('[]'), hexOf('{"bucket_id":"a"}')]) {
        const answer = await send({ path: `/greenfield/migrate/v1/${route}`, headers: { [name]: text } });
        assert.deepEqual([answer.status, answer.code], [400, 50005], `${route} ${text}: ${answer.body}`);
      }
      const answer = await send({ path: `/greenfield/migrate/v1/${route}` });
      assert.deepEqual([answer.status, answer.code], [400, 50005], route);
    }
  });
});

describe('a swap-out', () => {
  const message = (fields: Init<virtualgroup.MsgSwapOut> = {}): Init<virtualgroup.MsgSwapOut> => ({
    ...{ storage_provider: DESTINATION, global_virtual_group_family_id: 3, successor_sp_id: 1 },
    ...fields,
  });
  const path = '/greenfield/migrate/v1/get-swap-out-approval';

  it('is approved with a signature of the successor', async (t) => {
    const { send } = await asking(t, {
      signer: {
        sign: async (what, value) => {
          assert.equal(what, 'sign_swap_out');
          return signDigest(USER_KEY, approvalDigest(virtualgroup.MsgSwapOut, value as virtualgroup.MsgSwapOut));
        },
      },
    });
    const unsigned = JSON.stringify({
      ...{ storage_provider: DESTINATION, global_virtual_group_family_id: 3, global_virtual_group_ids: [] },
      ...{ successor_sp_id: 1, successor_sp_approval: null },
    });
    const answer = await send({ path, headers: { [UNSIGNED_MSG_HEADER]: hexOf(unsigned) } });
    assert.equal(answer.status, 200, String(answer.body));
    const text = Buffer.from(String(answer.headers[SIGNED_MSG_HEADER.toLowerCase()]), 'hex').toString();
    const signed = fromProtoJson(virtualgroup.MsgSwapOut, parseJson(text), { strict: true });
    assert.equal(signed.successor_sp_approval?.expired_height, 100n);
    const digest = approvalDigest(virtualgroup.MsgSwapOut, signed);
    assert.equal(recoverAddress(digest, signed.successor_sp_approval!.sig), addressOf(USER_KEY));
  });

  it('that the chain would not take is 50006, and a signer that is away 50033', async (t) => {
    const { send } = await asking(t, { signer: { sign: () => Promise.reject(new Error('away')) } });
    const cases: [object, number][] = [
      [{ storage_provider: 'nobody' }, 50006],
      [{ global_virtual_group_family_id: 0 }, 50006],
      [{ global_virtual_group_ids: [1] }, 50006],
      [{ successor_sp_id: 0 }, 50006],
      [{}, 50033],
    ];
    for (const [fields, code] of cases) {
      const unsigned = JSON.stringify({ ...message(), ...fields });
      const answer = await send({ path, headers: { [UNSIGNED_MSG_HEADER]: hexOf(unsigned) } });
      assert.equal(answer.code, code, unsigned);
    }
  });

  it('is noted by the manager; what it refuses is 50034', async (t) => {
    const noted: virtualgroup.MsgSwapOut[] = [];
    const { send } = await asking(t, {
      manager: {
        notifyMigrateSwapOut: async (msg) => {
          if (msg.successor_sp_id !== 1) throw new Error('it is not this provider');
          noted.push(msg);
        },
      },
    });
    const notify = (msg: Init<virtualgroup.MsgSwapOut>) => {
      const headers = { [SWAP_OUT_MSG_HEADER]: hexOf(toHeaderJson(virtualgroup.MsgSwapOut, msg)) };
      return send({ method: 'POST', path: '/greenfield/migrate/v1/notify-migrate-swap-out-task', headers });
    };
    assert.equal((await notify(message())).status, 200);
    assert.deepEqual(noted, [virtualgroup.MsgSwapOut.create(message())]);
    const refused = await notify(message({ successor_sp_id: 2 }));
    assert.deepEqual([refused.status, refused.code], [500, 50034]);
  });
});

describe('the progress of a migration', () => {
  it('is shown as the network shows it', async (t) => {
    const client: Stubs = {
      authenticator: {
        authorize: async (operation, _account, bucket) =>
          assert.deepEqual([operation, bucket], ['query-bucket-migration-progress', 'photos']),
      },
      manager: {
        queryBucketMigrationProgress: async (bucket_id) =>
          ({ bucket_id, migrated_bytes: 77n, migration_state: 5 }) as never,
      },
    };
    const bucket_info = storage.BucketInfo.create({ id: 9n });
    const consensus = chainOf({ bucket: async () => ({ bucket_info, is_rate_limited: false }) });
    const { send } = await gatewayOf(t, client, consensus);
    const answer = await send({ path: '/photos?bucket-migration-progress', key: USER_KEY });
    assert.equal(
      String(answer.body),
      '<QueryMigrationProgress version="1.0"><ErrorDescription></ErrorDescription>' +
        '<MigratedBytes>77</MigratedBytes><MigrationState>5</MigrationState></QueryMigrationProgress>',
    );
    assert.equal((await send({ path: '/photos?bucket-migration-progress' })).code, 50023);
  });
});
