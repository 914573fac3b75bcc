/** What queries may carry, and what they are refused for, through a gateway on a socket. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Metadata } from '@prairie/gfsp';
import { chainOf, gatewayOf, USER } from '../testing.ts';

/** Notes what was asked, and answers nothing. */
function listening() {
  const asked: unknown[][] = [];
  const note =
    <T>(answer: T) =>
    async (...args: unknown[]) => {
      asked.push(args);
      return answer;
    };
  const metadata: Partial<Metadata> = {
    listGroups: note({ groups: [], count: 0 }),
    getUserGroups: note([]),
    getGroupMembers: note([]),
    listObjectsByIds: note(new Map()),
    listObjectPolicies: note([]),
    verifyPermissionById: note(1),
    listExpiredBuckets: note([]),
    listSwapOutEvents: note([]),
    getObjectCounts: note(undefined),
    listObjectsByBucket: note({
      objects: [],
      common_prefixes: [],
      is_truncated: false,
      next_continuation_token: '',
    }),
  };
  return { asked, client: { metadata } };
}

async function sending(t: Parameters<typeof gatewayOf>[0]) {
  const { asked, client } = listening();
  const gateway = await gatewayOf(t, client, chainOf(), { env: 'testnet' });
  return async (path: string, user = USER) => {
    asked.length = 0;
    const headers: Record<string, string> = user === '' ? {} : { 'X-Gnfd-User-Address': user };
    const { status, code, body } = await gateway.send({ path, headers });
    return { status, code, asked: asked[0], body: body.toString() };
  };
}

test('optional parameters may be empty, or a word for nothing', async (t) => {
  const send = await sending(t);
  for (const nothing of ['', 'null', 'undefined']) {
    const options = ['limit', 'offset', 'source-type'].map((key) => `${key}=${nothing}`).join('&');
    const { asked } = await send(`/?group-query=${nothing}&name=a&prefix=b&${options}`);
    assert.deepEqual(asked, [{ name: 'a', prefix: 'b', source_type: undefined, limit: 50, offset: 0 }]);
    const groups = await send(`/?user-groups=${nothing}&limit=${nothing}&start-after=${nothing}`);
    assert.deepEqual(groups.asked, [USER, 0n, 50]);
    const members = await send(`/?group-members=${nothing}&group-id=1&start-after=${nothing}&limit=0`);
    assert.deepEqual(members.asked, [1n, `0x${'0'.repeat(40)}`, 50]);
  }
});

test('limits are cut, numbers read to their width', async (t) => {
  const send = await sending(t);
  const max = 2n ** 64n - 1n;
  assert.deepEqual((await send(`/?user-groups&limit=4294967295&start-after=${max}`)).asked, [USER, max, 1000]);
  assert.equal((await send(`/?user-groups&limit=4294967296`)).code, 50010);
  assert.equal((await send(`/?user-groups&start-after=${max + 1n}`)).code, 50010);
  assert.deepEqual((await send('/?expired-buckets&limit=5000&create-at=7&primary-sp-id=1')).asked, [7n, 1, 1000]);
  const ids = Array.from({ length: 100 }, (_, i) => i);
  assert.equal((await send(`/?objects-query&ids=${ids}`)).status, 200);
  assert.equal((await send(`/?objects-query&ids=${ids},100`)).code, 50010);
});

test('what does not fit is refused', async (t) => {
  const send = await sending(t);
  for (const query of [
    'group-query&name=&prefix=a',
    'group-query&name=a',
    'group-query&name=a&prefix=a&limit=0',
    'group-query&name=a&prefix=a&limit=-1',
    'group-query&name=a&prefix=a&offset=100001',
    'group-query&name=a&prefix=a&source-type=0',
    'group-members',
    'group-members&group-id=-1',
    'group-members&group-id=%2B1',
    'objects-query&ids=%2B1',
    'group-members&group-id=1&start-after=2',
    ...['', ',', '1,', '1,1', '-1', '1%20,2', '0x1', '18446744073709551616'].map((ids) => `objects-query&ids=${ids}`),
    `verify-id&operator=${USER}&resource-id=1&resource-type=0&action-type=1`,
    `verify-id&operator=${USER}&resource-id=1&resource-type=1&action-type=15`,
    `verify-id&operator=${USER}&resource-id=1&resource-type=1&action-type=ACTION_GET_OBJECT`,
    'verify-id&resource-id=1&resource-type=1&action-type=1',
    'bsdb-info',
    'bsdb-info&block_height=9223372036854775808',
    'expired-buckets&limit=0&create-at=0&primary-sp-id=1',
    'vgf-sp-id&sp-id=4294967296',
    'deleted-objects&sp-operator-address=1&start-block-number=1&end-block-number=1',
  ]) {
    const answer = await send(`/?${query}`);
    assert.deepEqual([answer.status, answer.code, answer.asked], [400, 50010, undefined], query);
  }
  for (const path of ['/?user-groups', '/?owned-groups', '/?user-payments', '/?buckets-count', '/']) {
    assert.equal((await send(path, '')).code, 50009, path);
    assert.equal((await send(path, '0x12')).code, 50009, path);
  }
});

test('a listing has 50 entries, or as many as are asked for up to 1000', async (t) => {
  const send = await sending(t);
  const max = 2n ** 64n - 1n;
  for (const [keys, expected] of [
    ['', 50],
    ['1', 1],
    ['007', 7],
    ['1000', 1000],
    ['1001', 1000],
    [String(max), 1000],
  ] as const) {
    const { asked, body } = await send(`/photos/?max-keys=${keys}`);
    assert.partialDeepStrictEqual(asked, [{ max_keys: expected }]);
    assert.match(body, new RegExp(`<MaxKeys>${expected}</MaxKeys>`));
  }
  for (const keys of ['0', '-1', '%2B1', '1.0', '1e3', 'abc', String(max + 1n), '9'.repeat(200)]) {
    assert.equal((await send(`/photos/?max-keys=${keys}`)).code, 50010, keys);
  }
});

test('signed numbers may have a sign, others not', async (t) => {
  const send = await sending(t);
  const query = (sign: string) => `/?expired-buckets&limit=${sign}5&create-at=${sign}7&primary-sp-id=1`;
  assert.deepEqual((await send(query('%2B'))).asked, [7n, 1, 5]);
  assert.equal((await send(query('-'))).code, 50010);
  assert.equal((await send('/?expired-buckets&limit=5&create-at=7&primary-sp-id=%2B1')).code, 50010);
});

test('a height above all that a table holds is the highest', async (t) => {
  const send = await sending(t);
  const { asked } = await send('/?swap-out-events&sp-id=1&block-id=18446744073709551615');
  assert.deepEqual(asked, [1, 2n ** 63n - 1n]);
});

test('names arrive as they are', async (t) => {
  const send = await sending(t);
  const name = 'a b+c/é\u{1f600}%2F&=;\\';
  const { asked } = await send(`/?group-query&name=${encodeURIComponent(name)}&prefix=${encodeURIComponent('% _')}`);
  assert.deepEqual(asked, [{ name, prefix: '% _', source_type: undefined, limit: 50, offset: 0 }]);
  for (const [path, object] of [
    ['a%20b%2Bc', 'a b+c'],
    ['a+b', 'a+b'],
    ['a%2Fb', 'a/b'],
    ['%C3%A9%F0%9F%98%80', 'é\u{1f600}'],
    [`${'x'.repeat(1024)}`, 'x'.repeat(1024)],
  ]) {
    const policies = await send(`/photos/${path}?object-policies&action-type=6`);
    assert.partialDeepStrictEqual(policies.asked, [{ object_name: object }]);
  }
  assert.equal((await send(`/photos/${'x'.repeat(1025)}?object-policies&action-type=6`)).code, 50010);
  for (const prefix of ['a b', 'é', '+', '%', 'a/b']) {
    const listing = await send(
      `/photos/?prefix=${encodeURIComponent(prefix)}&start-after=${encodeURIComponent(`${prefix}x`)}`,
    );
    assert.partialDeepStrictEqual(listing.asked, [{ prefix, start_after: `${prefix}x` }]);
  }
});
