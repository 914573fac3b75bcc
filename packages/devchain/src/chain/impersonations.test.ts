import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChainStore } from './chain-store.ts';
import { Impersonations, MAX_IMPERSONATED } from './impersonations.ts';

const address = (i: number) => `0x${i.toString(16).padStart(40, '0')}`;

test('addresses are the same in any case, and are kept', (t) => {
  const store = new ChainStore({});
  t.after(() => store.close());
  const list = new Impersonations(store);
  const mixed = '0x52908400098527886E0F7030069857D2E4169EE7';
  list.add(mixed.toLowerCase());
  list.add(mixed);
  assert.deepEqual(list.addresses, [mixed]);
  assert.ok(new Impersonations(store).has(mixed.slice(2).toUpperCase()));
  assert.equal(list.remove(mixed), true);
  assert.equal(list.remove(mixed), false);
  assert.deepEqual(new Impersonations(store).addresses, []);
});

test('there is an end to their number', (t) => {
  const store = new ChainStore({});
  t.after(() => store.close());
  const list = new Impersonations(store);
  for (let i = 0; i < MAX_IMPERSONATED; i++) list.add(address(i));
  assert.throws(() => list.add(address(MAX_IMPERSONATED)), /1000 accounts are impersonated already/);
  list.add(address(3));
  list.remove(address(3));
  list.add(address(MAX_IMPERSONATED));
});
