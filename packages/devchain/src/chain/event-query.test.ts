import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cosmosBankV1beta1 as bank } from '@prairie/chain';
import { coin } from '../coins.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { deliver, msg } from '../testing/sender.ts';
import { eventMap, matches, parseQuery } from './event-query.ts';

const event = (type: string, key: string, value: string) => ({ type, attributes: [{ key, value, index: true }] });
const events = eventMap([event('transfer', 'amount', '12BNB'), event('a.B', 'name', '"x y"')], { 'tx.height': '7' });
const holds = (query: string) => matches(parseQuery(query), events);

test('conditions compare texts and numbers, and all must hold', () => {
  for (const query of [
    'a.B.name=\'"x y"\'',
    'tx.height=7',
    'tx.height > 6 AND tx.height<=7',
    'transfer.amount >= 12',
    "transfer.amount CONTAINS 'BNB'",
    "a.B.name EXISTS AND transfer.amount = '12BNB'",
  ]) {
    assert.ok(holds(query), query);
  }
  for (const query of ['tx.height<7', "a.B.name='x'", 'nothing.here EXISTS', "tx.height=7 AND a.B.name='z'"]) {
    assert.ok(!holds(query), query);
  }
});

test('what is no query is refused where it stops being one', () => {
  for (const text of ['', 'key', "key='x' OR b=1", "key='x", "a='1' AND ", 'a=b', `a='${'x'.repeat(600)}'`]) {
    assert.throws(() => parseQuery(text), /query/, text);
  }
});

let devchain: DevChain;
const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(testKey);
before(async () => {
  devchain = await testChain();
  for (const to of [bob!, carol!, bob!]) {
    const amount = [coin(to === carol ? 9n : 4n)];
    deliver(devchain, alice!, [msg(bank.MsgSend, { from_address: alice!.address, to_address: to.address, amount })]);
  }
});
after(() => devchain.close());

test('transactions are found by hash, height and any attribute', () => {
  const { search, store } = devchain.chain;
  const heights = (query: string) => search.txs(parseQuery(query)).map(({ height }) => height);
  assert.equal([...store.txsBetween(1, 99)].length, 3);
  assert.deepEqual(heights(`transfer.recipient='${bob!.address}'`), [3, 5]);
  assert.deepEqual(heights(`transfer.recipient='${bob!.address}' AND tx.height>3`), [5]);
  assert.deepEqual(heights("coin_received.amount='9BNB'"), [4]);
  assert.deepEqual(heights('tx.height>=4'), [4, 5]);
  assert.deepEqual(heights('tx.height=99'), []);
  assert.deepEqual(heights(`tx.hash='${'0'.repeat(64)}'`), []);
  assert.deepEqual(heights("message.action CONTAINS 'MsgSend'"), [3, 4, 5]);
});

test('all conditions hold for what is found, whichever the index knows', () => {
  const heights = (query: string) => devchain.chain.search.txs(parseQuery(query)).map(({ height }) => height);
  const [to, by] = [`transfer.recipient='${bob!.address}'`, `message.sender='${alice!.address}'`];
  assert.deepEqual(heights(`${by} AND ${to}`), [3, 5]);
  assert.deepEqual(heights(`transfer.amount EXISTS AND ${to} AND tx.height<5`), [3]);
  assert.deepEqual(heights(`transfer.amount = 4 AND ${by}`), [3, 5]);
  assert.deepEqual(heights(`transfer.amount = 9 AND transfer.amount > 8 AND ${by}`), [4]);
  assert.deepEqual(heights(`${to} AND transfer.recipient='${carol!.address}'`), []);
  assert.deepEqual(heights('nothing.here EXISTS'), []);
  assert.deepEqual(heights('tx.height=4'), [4]);
});

test('blocks are found by height and by what their ends did', () => {
  const { search } = devchain.chain;
  assert.deepEqual(search.blocks(parseQuery('block.height>=2 AND block.height<4')), [2, 3]);
  const prices = search.blocks(parseQuery('greenfield.sp.EventGlobalSpStorePriceUpdate.read_price EXISTS'));
  assert.ok(prices.includes(1));
});
