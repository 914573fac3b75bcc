import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { addressOf, greenfieldSp, greenfieldVirtualgroup, greenfieldStorage as storage } from '@prairie/chain';
import { type Modules, silentLogger } from '@prairie/gfsp';
import { openSpDb } from '@prairie/store';
import { AuthenticatorModule } from '../../authenticator/index.ts';
import { QuotaTables } from '../../metadata/quota.ts';
import type { GatewayOptions } from '../http/handler.ts';
import { chainOf, gatewayOf, OPERATOR, OPERATOR_KEY, USER, USER_KEY } from '../testing.ts';

const STRANGER_KEY = Buffer.alloc(32, 9);
const MONTH = '2026-11';
const RECORDS = '/photos/?list-read-record&max-records=10&start-timestamp=0&end-timestamp=9000';
const QUOTA = `/photos/?read-quota&year-month=${MONTH}`;

/** `photos` of the user is ours with 100 bytes of charged quota, `videos` is another provider's. */
async function setUp(t: TestContext, settings: Partial<GatewayOptions> = {}) {
  const spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' });
  const bucket = (name: string) =>
    storage.BucketInfo.create({
      ...{ id: name === 'photos' ? 1n : 2n, bucket_name: name, owner: USER, charged_read_quota: 100n },
      global_virtual_group_family_id: name === 'photos' ? 1 : 2,
    });
  const consensus = chainOf({
    bucket: async (name) => (name === 'none' ? undefined : { bucket_info: bucket(name), is_rate_limited: false }),
    family: async (id) => greenfieldVirtualgroup.GlobalVirtualGroupFamily.create({ id, primary_sp_id: id }),
    spPrice: async () => greenfieldSp.SpStoragePrice.create({ free_read_quota: 50n }),
    verifyPermission: async () => false,
  });
  const dependencies = { client: {} as Modules, consensus, spdb, logger: silentLogger };
  const { openQueries = false } = settings;
  const authenticator = new AuthenticatorModule({ operatorAddress: OPERATOR, openQueries }, dependencies);
  const options = { operatorAddress: OPERATOR, monthlyFreeQuota: 30n };
  const metadata = new QuotaTables(options, { spdb, chain: consensus, logger: silentLogger });
  const gateway = await gatewayOf(t, { authenticator, metadata }, consensus, settings);
  const read = async (size: bigint, bucket_id = 1n) => {
    const pools = { charged_quota: 100n, free_quota: 50n, monthly_free_quota: 30n };
    const request = { bucket_id, bucket_name: 'photos', month: MONTH, read_size: size, ...pools };
    const record = { bucket_id, object_id: 4n, user_address: USER, bucket_name: 'photos', object_name: 'a&b' };
    assert.ok(await spdb.consumeReadQuota(request, { ...record, read_timestamp_us: 1000n, read_size: size }));
  };
  const ask = async (path: string, key?: Uint8Array) => {
    const { status, code, body } = await gateway.send(key ? { path, key } : { path });
    return { status, code, text: body.toString() };
  };
  return { ask, read };
}

it('the quota of a bucket: what a month begins with, then what is left of it', async (t) => {
  const { ask, read } = await setUp(t);
  const text = (left: string) =>
    `<GetReadQuotaResult version="1.0"><BucketName>photos</BucketName><BucketID>1</BucketID>` +
    `<ReadQuotaSize>100</ReadQuotaSize>${left}</GetReadQuotaResult>`;
  const fresh =
    '<SPFreeReadQuotaSize>50</SPFreeReadQuotaSize><ReadConsumedSize>0</ReadConsumedSize>' +
    '<FreeConsumedSize>0</FreeConsumedSize><MonthlyFreeQuota>30</MonthlyFreeQuota>' +
    '<MonthlyQuotaConsumedSize>0</MonthlyQuotaConsumedSize>';
  assert.equal((await ask(QUOTA, USER_KEY)).text, text(fresh));
  await read(140n);
  const used =
    '<SPFreeReadQuotaSize>40</SPFreeReadQuotaSize><ReadConsumedSize>100</ReadConsumedSize>' +
    '<FreeConsumedSize>10</FreeConsumedSize><MonthlyFreeQuota>0</MonthlyFreeQuota>' +
    '<MonthlyQuotaConsumedSize>30</MonthlyQuotaConsumedSize>';
  assert.equal((await ask(QUOTA, USER_KEY)).text, text(used));
  assert.equal((await ask(`/photos/?read-quota=null&year-month=2020-01`, USER_KEY)).text, text(fresh));
});

it('quota and records of a bucket are for its owner and this provider', async (t) => {
  const { ask } = await setUp(t);
  for (const path of [QUOTA, RECORDS]) {
    assert.equal((await ask(path, USER_KEY)).status, 200);
    assert.equal((await ask(path, OPERATOR_KEY)).status, 200);
    assert.deepEqual((await ask(path, STRANGER_KEY)).code, 50004);
    assert.equal((await ask(path)).code, 50023);
  }
  assert.notEqual(addressOf(STRANGER_KEY), USER);
});

it('a bucket of another provider is 50014, one that is not there 55001, before anything else is looked at', async (t) => {
  const { ask } = await setUp(t);
  assert.equal((await ask('/videos/?read-quota&year-month=x', STRANGER_KEY)).code, 50014);
  assert.equal((await ask('/none/?read-quota&year-month=x', USER_KEY)).code, 55001);
  assert.equal((await ask(RECORDS.replace('photos', 'videos').replace('10', 'x'), USER_KEY)).code, 50014);
});

it('read records page by page, by time, at most as many as are configured', async (t) => {
  const { ask, read } = await setUp(t, { maxReadRecords: 3 });
  for (let size = 1n; size <= 5n; size++) await read(size);
  const page = async (query: string) => {
    const { text } = await ask(`/photos/?list-read-record&${query}`, USER_KEY);
    const sizes = [...text.matchAll(/<ReadSize>(\d+)</g)].map((match) => Number(match[1]));
    return { text, sizes, next: /<NextStartTimestampUs>(\d+)</.exec(text)?.[1] };
  };
  const first = await page('max-records=2&start-timestamp=0&end-timestamp=9000');
  assert.equal(
    first.text,
    '<GetBucketReadQuotaResult version="1.0"><NextStartTimestampUs>1002</NextStartTimestampUs>' +
      [1, 2]
        .map(
          (size) =>
            `<ReadRecord><ObjectName>a&amp;b</ObjectName><ObjectID>4</ObjectID><ReadAccountAddress>${USER}` +
            `</ReadAccountAddress><ReadTimestampUs>${999 + size}</ReadTimestampUs><ReadSize>${size}</ReadSize></ReadRecord>`,
        )
        .join('') +
      '</GetBucketReadQuotaResult>',
  );
  assert.deepEqual((await page(`max-records=2&start-timestamp=${first.next}&end-timestamp=9000`)).sizes, [3, 4]);
  for (const most of ['0', '-1', '4', '9223372036854775807']) {
    assert.deepEqual((await page(`max-records=${most}&start-timestamp=0&end-timestamp=9000`)).sizes, [1, 2, 3]);
  }
  const none = await page('max-records=2&start-timestamp=5&end-timestamp=2');
  assert.deepEqual([none.sizes, none.next], [[], '0']);
  for (const bad of ['max-records=x', 'max-records=', 'max-records=1e3', 'max-records=9223372036854775808']) {
    assert.equal(
      (await ask(`/photos/?list-read-record&${bad}&start-timestamp=0&end-timestamp=1`, USER_KEY)).code,
      50010,
    );
  }
});

it('what all buckets read is for this provider alone', async (t) => {
  const { ask, read } = await setUp(t);
  await read(140n, 7n);
  await read(1n, 3n);
  const list = (limit: string, offset = '0', month = MONTH) =>
    ask(`/?list-read-record&year_month=${month}&offset=${offset}&limit=${limit}`, OPERATOR_KEY);
  const { text } = await list('10');
  assert.match(text, /^<GetReadQuotaResult version="1.0"><result><BucketName>photos<\/BucketName><BucketId>3</);
  assert.match(
    text,
    /<BucketId>7<\/BucketId><SpFreeQuotaSize>40<\/SpFreeQuotaSize><ConsumedSize>100<\/ConsumedSize><FreeQuotaConsumeSize>10<\/FreeQuotaConsumeSize><SpMonthlyFreeQuotaSize>0<\/SpMonthlyFreeQuotaSize><MonthlyFreeQuotaConsumeSize>30<\/MonthlyFreeQuotaConsumeSize><TotalConsumeSize>140<\/TotalConsumeSize><\/result>/,
  );
  assert.equal((await list('1', '2')).text, '<GetReadQuotaResult version="1.0"></GetReadQuotaResult>');
  assert.equal((await list('10', '0', 'bad')).text, '<GetReadQuotaResult version="1.0"></GetReadQuotaResult>');
  for (const [limit, offset] of [['0'], ['501'], ['x'], [''], ['1', '-1'], ['1', '4294967296']] as const) {
    assert.equal((await list(limit, offset)).code, 50010);
  }
  const count = await ask(`/?list-read-count&year_month=${MONTH}`, OPERATOR_KEY);
  assert.equal(count.text, '<GetReadQuotaResult version="1.0"><count>2</count></GetReadQuotaResult>');
  for (const path of ['/?list-read-count&year_month=x', '/?list-read-record&offset=0&limit=1']) {
    assert.deepEqual((await ask(path, USER_KEY)).code, 50004);
    assert.equal((await ask(path)).code, 50023);
  }
});

it('open queries are for anyone, as at the reference', async (t) => {
  const { ask } = await setUp(t, { openQueries: true });
  for (const path of [QUOTA, RECORDS, '/?list-read-count', '/?list-read-record&offset=0&limit=1']) {
    assert.equal((await ask(path)).status, 200);
    assert.equal((await ask(path, STRANGER_KEY)).status, 200);
  }
  assert.equal((await ask('/videos/?read-quota&year-month=x')).code, 50014);
  assert.equal((await ask('/none/?read-quota&year-month=x')).code, 55001);
});
