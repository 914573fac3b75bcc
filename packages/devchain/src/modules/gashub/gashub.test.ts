import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosmosGashubV1beta1 as gashub, type Init, moduleAddress } from '@prairie/chain';
import { testContext } from '../../chain/execution-context.ts';
import { ChainState } from '../../state/index.ts';
import { recordedGenesis } from '../../testing/recordings.ts';
import { UPGRADES, UpgradePlan } from '../../upgrades.ts';
import { chainError } from '../payment/test-support.ts';
import { createGashubModule, GAS_TABLE } from './index.ts';

const ctx = testContext();
const gov = moduleAddress('gov');
const gasOf = (fixed_gas: bigint) => ({ fixed_type: { fixed_gas } });
const fixed = (msg_type_url: string, gas: bigint): Init<gashub.MsgGasParams> => ({ msg_type_url, ...gasOf(gas) });

function gashubOf(plan: UpgradePlan) {
  const { module, keeper } = createGashubModule({ state: new ChainState() });
  module.initGenesis!(ctx, recordedGenesis().app_state.gashub, plan);
  const prices = () => new Map([...keeper.list({})].map(([, price]) => [price.msg_type_url, price]));
  const set = (fields: Init<gashub.MsgSetMsgGasParams>) => {
    const handler = module.messages.find(({ type }) => type.name === gashub.MsgSetMsgGasParams.name)!;
    const msg = gashub.MsgSetMsgGasParams.create({ authority: gov, ...fields });
    handler.validateBasic!(msg);
    handler.handle(ctx, msg);
  };
  return { module, keeper, prices, set };
}

const later = new UpgradePlan(Object.fromEntries(UPGRADES.map((name, i) => [name, 20 + i])));

test('a chain that is born with all upgrades has every price', () => {
  const { prices } = gashubOf(new UpgradePlan());
  assert.equal(prices().size, GAS_TABLE.length);
  for (const price of GAS_TABLE) assert.deepEqual(prices().get(price.msg_type_url), price);
});

test('upgrades add and remove prices, one after the other', () => {
  const { module, prices } = gashubOf(later);
  const genesis = prices().size;
  assert.equal(genesis, 91);
  const changes = UPGRADES.map((name) => {
    const before = prices();
    module.upgrade!(ctx, name);
    const added = [...prices().keys()].filter((url) => !before.has(url)).length;
    return [name, added, [...before.keys()].filter((url) => !prices().has(url)).length];
  });
  assert.deepEqual(
    changes.filter(([, added, removed]) => added !== 0 || removed !== 0),
    [
      ['Pampas', 0, 8],
      ['Manchurian', 1, 0],
      ['Hulunbeier', 6, 0],
      ['Pawnee', 2, 0],
      ['Serengeti', 4, 0],
      ['Erdos', 1, 0],
    ],
  );
  const url = '/greenfield.virtualgroup.MsgStorageProviderExit';
  assert.deepEqual(prices().get(url)!.fixed_type, { fixed_gas: 1200n });
});

test('the recorded proposal brings the six messages back that an upgrade had removed', () => {
  const { module, keeper, prices, set } = gashubOf(later);
  for (const name of UPGRADES) module.upgrade!(ctx, name);
  const storage = ['MigrateBucket', 'CancelMigrateBucket', 'CompleteMigrateBucket'];
  const groups = ['SwapOut', 'CompleteSwapOut', 'CancelSwapOut'];
  const urls = [
    ...storage.map((name) => `/greenfield.storage.Msg${name}`),
    ...groups.map((name) => `/greenfield.virtualgroup.Msg${name}`),
  ];
  for (const typeUrl of urls) assert.throws(() => keeper.gasOf([{ typeUrl, value: {} }], 0), chainError('gashub', 2));
  set({ update_set: urls.map((url) => fixed(url, 1200n)) });
  for (const typeUrl of urls) assert.equal(keeper.gasOf([{ typeUrl, value: {} }], 0), 1200n);
  assert.deepEqual(new Set(prices().keys()), new Set(GAS_TABLE.map(({ msg_type_url }) => msg_type_url)));
});

test('a chain that is born with some upgrades has what those changed', () => {
  const some = Object.fromEntries(UPGRADES.map((name, i) => [name, i < 3 ? 0 : 50]));
  const { prices } = gashubOf(new UpgradePlan(some));
  assert.ok(prices().has('/greenfield.storage.MsgSetTag'));
  assert.ok(!prices().has('/greenfield.virtualgroup.MsgSwapOut'));
  assert.ok(!prices().has('/greenfield.storage.MsgUpdateObjectContent'));
});

test('governance sets and deletes prices; nobody else does', () => {
  const { keeper, set } = gashubOf(new UpgradePlan());
  const [send, multiSend] = ['/cosmos.bank.v1beta1.MsgSend', '/cosmos.bank.v1beta1.MsgMultiSend'];
  set({ update_set: [fixed(send, 7n)], delete_set: [multiSend] });
  assert.equal(keeper.gasOf([{ typeUrl: send, value: {} }], 0), 7n);
  assert.equal(keeper.price(multiSend), undefined);
  const stranger = { authority: moduleAddress('sp'), update_set: [fixed(send, 8n)] };
  assert.throws(() => set(stranger), chainError('gov', 13));
  assert.equal(keeper.gasOf([{ typeUrl: send, value: {} }], 0), 7n);
});

test('a price without a message, without a value, or twice is none', () => {
  const { set } = gashubOf(new UpgradePlan());
  const refused = chainError('gashub', 2);
  assert.throws(() => set({ update_set: [gasOf(1n)] }), refused);
  assert.throws(() => set({ update_set: [{ msg_type_url: '/a.MsgB' }] }), refused);
  assert.throws(() => set({ update_set: [fixed('/a.MsgB', 1n), fixed('/a.MsgB', 2n)] }), refused);
  assert.throws(() => set({ update_set: [fixed('/a.MsgB', 1n)], delete_set: ['/a.MsgB'] }), refused);
});
