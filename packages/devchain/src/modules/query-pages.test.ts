/** Rules of paging that all lists share (`reference/chain-state-machine.md` §13). */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AnyMessage, decode, encode } from '@prairie/chain';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';

/** Public nodes refuse to count these. */
const UNCOUNTED = /^\/(greenfield\.(storage|payment)|cosmos\.auth\.v1beta1)\.Query\//;

/** These know no cursors: the key of a request means nothing to them. */
const BY_NUMBER = /GetBlockWithTxs$|ValidatorSet(ByHeight)?$/;

let devchain: DevChain;
let lists: string[];
before(async () => {
  devchain = await testChain({ autoBlocks: false });
  const { queries } = devchain.chain;
  lists = queries.paths.filter((path) => queries.typesOf(path)!.request.fieldByName.has('pagination'));
});
after(() => devchain.close());

/** Arguments that make a list answer: an address for every text, 1 for every number. */
function ask(path: string, pagination: AnyMessage) {
  const { request } = devchain.chain.queries.typesOf(path)!;
  const values: AnyMessage = { pagination };
  for (const field of request.fields) {
    if (field.repeated || field.messageName || field.enumName) continue;
    if (field.scalar === 'string')
      values[field.name] = /id$|number/.test(field.name) ? '1' : testKey('validator').address;
    if (/int/.test(field.scalar ?? '')) values[field.name] = /64$/.test(field.scalar!) ? 1n : 1;
  }
  return devchain.chain.queries.query(path, encode(request, request.create(values)), 0);
}

test('lists of storage, payment and auth neither skip nor count', () => {
  const uncounted = lists.filter((path) => UNCOUNTED.test(path) && ask(path, {}).code === 0);
  assert.ok(uncounted.length >= 6, uncounted.join());
  for (const path of uncounted) {
    for (const pagination of [{ offset: 1n }, { count_total: true }]) {
      const { code, log } = ask(path, pagination);
      const text =
        'rpc error: code = InvalidArgument desc = query with offset/count total is not allowed: invalid request';
      assert.deepEqual([code, log], [18, text], path);
    }
  }
});

test('no list takes a place and a number to skip', () => {
  const both = { offset: 1n, key: Buffer.of(1) };
  assert.deepEqual(
    lists.filter((path) => !BY_NUMBER.test(path) && ask(path, both).code === 0),
    [],
  );
});

test('following the cursors of pages of one gives the same list', () => {
  const { queries } = devchain.chain;
  for (const path of lists) {
    const { response } = queries.typesOf(path)!;
    const field = response.fields.find(({ repeated }) => repeated);
    const whole = ask(path, {});
    if (whole.code !== 0 || !field) continue;
    const expected = decode(response, whole.value!) as AnyMessage;
    const found: unknown[] = [];
    let key: Uint8Array = new Uint8Array(0);
    do {
      const { value, log } = ask(path, { key, limit: 1n });
      assert.ok(value, `${path}: ${log}`);
      const page = decode(response, value) as AnyMessage;
      assert.ok(page[field.name].length <= 1, path);
      found.push(...page[field.name]);
      key = page.pagination?.next_key ?? new Uint8Array(0);
    } while (key.length > 0 && found.length < 100);
    assert.deepEqual(new Set(found.map(text)), new Set(expected[field.name].map(text)), path);
  }
});

const text = (value: unknown): string =>
  JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item));
