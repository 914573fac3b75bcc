/** What providers of the network asked each other, and were answered: here they get the same answers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { blsSign, decode, greenfieldPermission, greenfieldSp, migrationDocDigest, sameAddress } from '@prairie/chain';
import { MIGRATE_BUCKET_MSG_HEADER, QUOTA_INFO_HEADER } from '@prairie/client';
import { BucketQuotaInfo, type Consensus, type Signatures } from '@prairie/gfsp';
import { chainOf, gatewayOf, type Stubs } from '../testing.ts';
import { SECONDARY_MIGRATION_APPROVAL_HEADER, SECONDARY_MIGRATION_MSG_HEADER } from './approvals.ts';

interface Exchange {
  id: number;
  time_ms: number;
  sp: string;
  method: 'GET' | 'POST';
  url: string;
  request_headers: [string, string][];
  response_headers: [string, string][];
}

const fixture = (name: string) =>
  readFileSync(new URL(`../../../../../test/fixtures/${name}`, import.meta.url), 'utf8');
const exchangesOf = (name: string): Exchange[] =>
  fixture(`sp/${name}.jsonl`)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const headerOf = (headers: [string, string][], name: string) => headers.find(([key]) => key === name)?.[1] ?? '';

const { storage_providers: providers } = JSON.parse(fixture('keys.json')) as {
  storage_providers: Record<string, { OperatorAddress: string; BlsPrivateKey: string; on_chain_id: number }>;
};

/** The providers of the recording. */
const chain: Partial<Consensus> = {
  spByOperator: async (operator) => {
    const found = Object.values(providers).find(({ OperatorAddress }) => sameAddress(OperatorAddress, operator));
    return found && greenfieldSp.StorageProvider.create({ id: found.on_chain_id, operator_address: operator });
  },
};

/** A source whose modules say what the recorded one said. */
function sourceOf(quota: BucketQuotaInfo, size: bigint): Stubs {
  return {
    metadata: {
      getLatestBucketReadQuota: async () => ({ ...quota, allow_migrate: false }),
      getBucketSize: async () => size,
      // buckets 3 and 6 were on their way to providers 4 and 5
      verifyMigrateGvgPermission: async (bucket, _group, sp) =>
        ({ 3: 4, 6: 5 })[Number(bucket)] === sp
          ? greenfieldPermission.Effect.EFFECT_ALLOW
          : greenfieldPermission.Effect.EFFECT_DENY,
    },
    manager: {
      notifyPreMigrateBucket: async () => quota,
      notifyPostMigrateBucket: async () => quota,
      queryBucketMigrationProgress: async () => ({ dest_sp_id: 4 }) as never,
    },
  };
}

async function replay(t: TestContext, { time_ms, method, url, request_headers }: Exchange, client: Stubs) {
  t.mock.timers.enable({ apis: ['Date'], now: time_ms });
  const gateway = await gatewayOf(t, client, chainOf(chain));
  const headers = Object.fromEntries(request_headers.filter(([name]) => name.startsWith('X-Gnfd-')));
  return gateway.send({ method, path: url, headers });
}

for (const name of ['query-bucket-quota', 'query-enough-quota', 'pre-migrate-bucket', 'post-migrate-bucket']) {
  describe(name, () => {
    for (const exchange of exchangesOf(name)) {
      it(`${exchange.id}: the same quota, byte for byte`, async (t) => {
        const expected = headerOf(exchange.response_headers, QUOTA_INFO_HEADER);
        const quota = decode(BucketQuotaInfo, Buffer.from(expected, 'hex'));
        const answer = await replay(t, exchange, sourceOf(quota, 3_000_020n));
        assert.equal(answer.status, 200, String(answer.body));
        assert.equal(answer.headers[QUOTA_INFO_HEADER.toLowerCase()], expected);
        assert.equal(answer.headers['content-type'], 'application/xml');
        assert.equal(answer.body.length, 0);
      });
    }
  });
}

describe('what was recorded, when it is wrong', () => {
  const [exchange] = exchangesOf('pre-migrate-bucket') as [Exchange];
  const quota = BucketQuotaInfo.create({ bucket_id: 3n });

  it('an hour later it is refused', async (t) => {
    const late = { ...exchange, time_ms: exchange.time_ms + 3_601_000 };
    const answer = await replay(t, late, sourceOf(quota, 1n));
    assert.deepEqual([answer.status, answer.code], [401, 50004]);
  });

  it('with one byte changed nobody of the network has signed it', async (t) => {
    const message = Buffer.from(headerOf(exchange.request_headers, MIGRATE_BUCKET_MSG_HEADER), 'hex').toString();
    const changed = Buffer.from(message.replace('"bucket_id":3', '"bucket_id":6')).toString('hex');
    const answer = await replay(
      t,
      { ...exchange, request_headers: [[MIGRATE_BUCKET_MSG_HEADER, changed]] },
      sourceOf(quota, 1n),
    );
    assert.ok([50004, 50015].includes(answer.code), String(answer.body));
  });
});

describe('migration-bucket-approval', () => {
  for (const exchange of exchangesOf('migration-bucket-approval')) {
    it(`${exchange.sp}: the same signature`, async (t) => {
      const key = Buffer.from(providers[exchange.sp]!.BlsPrivateKey, 'hex');
      const sign = async (what: string, value: unknown) => {
        assert.equal(what, 'sign_secondary_sp_migration_bucket');
        const doc = value as Signatures['sign_secondary_sp_migration_bucket'];
        return blsSign(
          key,
          migrationDocDigest({
            chainId: doc.chain_id,
            dstPrimarySpId: doc.dst_primary_sp_id,
            srcGlobalVirtualGroupId: doc.src_global_virtual_group_id,
            dstGlobalVirtualGroupId: doc.dst_global_virtual_group_id,
            bucketId: doc.bucket_id,
          }),
        );
      };
      const answer = await replay(t, exchange, { signer: { sign } });
      assert.equal(answer.status, 200, String(answer.body));
      const expected = headerOf(exchange.response_headers, SECONDARY_MIGRATION_APPROVAL_HEADER);
      assert.equal(answer.headers[SECONDARY_MIGRATION_APPROVAL_HEADER.toLowerCase()], expected);
    });
  }

  it('signs nothing for another chain', async (t) => {
    const [exchange] = exchangesOf('migration-bucket-approval') as [Exchange];
    const message = headerOf(exchange.request_headers, SECONDARY_MIGRATION_MSG_HEADER);
    const other = Buffer.from(Buffer.from(message, 'hex').toString().replace('9000-121', '1017-1')).toString('hex');
    const sign = async () => assert.fail('it was signed');
    const answer = await replay(
      t,
      { ...exchange, request_headers: [[SECONDARY_MIGRATION_MSG_HEADER, other]] },
      { signer: { sign } },
    );
    assert.deepEqual([answer.status, answer.code], [500, 50033]);
  });
});
