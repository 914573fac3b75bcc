import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosmosBankV1beta1 as bank, decode, encode, type Init, type MessageType, moduleAddress } from '@prairie/chain';
import { testContext } from '../../chain/execution-context.ts';
import { ChainState } from '../../state/index.ts';
import { UpgradePlan } from '../../upgrades.ts';
import { AccountKeeper } from '../auth/keeper.ts';
import { address, chainError, deliver } from '../payment/test-support.ts';
import { createBankModule } from './index.ts';

const authority = moduleAddress('gov');
const [alice, bob] = [address(1), address(2)];
const disabled = chainError('bank', 5, /^BNB transfers are currently disabled: send transactions are disabled$/);

function world(genesis: Init<bank.GenesisState> = {}) {
  const state = new ChainState();
  const { module, keeper } = createBankModule({ state, accounts: new AccountKeeper(state) });
  const ctx = testContext();
  module.initGenesis!(ctx, { params: { default_send_enabled: true }, ...genesis }, new UpgradePlan());
  keeper.endow(alice, 100n);
  const run = <M>(type: MessageType<M>, msg: Partial<M>) => deliver({ state }, module.messages, ctx, type, msg);
  const amount = [{ denom: 'BNB', amount: 1n }];
  return {
    run,
    send: () => run(bank.MsgSend, { from_address: alice, to_address: bob, amount }),
    multiSend: () =>
      run(bank.MsgMultiSend, {
        inputs: [{ address: alice, coins: amount }],
        outputs: [{ address: bob, coins: amount }],
      }),
    set: (msg: Partial<bank.MsgSetSendEnabled>) => run(bank.MsgSetSendEnabled, { authority, ...msg }),
    ask(request: Init<bank.QuerySendEnabledRequest> = {}) {
      const query = module.queries['/cosmos.bank.v1beta1.Query/SendEnabled']!;
      const message = decode(query.request, encode(bank.QuerySendEnabledRequest, request));
      return decode(bank.QuerySendEnabledResponse, encode(query.response, query.handle(ctx, message)));
    },
    keeper,
  };
}

test('users may send until their denomination, or the default, is switched off', () => {
  const { send, multiSend, set, run, keeper } = world();
  send();
  multiSend();
  set({ send_enabled: [{ denom: 'BNB', enabled: false }] });
  assert.throws(send, disabled);
  assert.throws(multiSend, disabled);
  set({ use_default_for: ['BNB'] });
  send();
  run(bank.MsgUpdateParams, { authority, params: { send_enabled: [], default_send_enabled: false } });
  assert.throws(send, disabled);
  set({ send_enabled: [{ denom: 'BNB', enabled: true }] });
  send();
  assert.equal(keeper.balance(bob), 4n);
});

test('modules move coins whatever users may do', () => {
  const { keeper } = world({ params: { default_send_enabled: false } });
  keeper.send(testContext(), alice, bob, 1n);
});

test('entries of genesis and of parameters are listed, the parameters’ own list stays empty', () => {
  const { ask, run, keeper } = world({
    params: { send_enabled: [{ denom: 'abc', enabled: false }], default_send_enabled: true },
    send_enabled: [{ denom: 'xyz', enabled: true }],
  });
  const xyz = { denom: 'xyz', enabled: true };
  assert.deepEqual(ask().send_enabled, [{ denom: 'abc', enabled: false }, xyz]);
  assert.deepEqual(keeper.sends.get(), { send_enabled: [], default_send_enabled: true });
  run(bank.MsgUpdateParams, {
    authority,
    params: { send_enabled: [{ denom: 'abc', enabled: true }], default_send_enabled: true },
  });
  assert.deepEqual(ask({ denoms: ['abc', 'none'] }).send_enabled, [{ denom: 'abc', enabled: true }]);
  const page = ask({ pagination: { limit: 1n } });
  assert.equal(page.send_enabled.length, 1);
  assert.deepEqual(ask({ pagination: { key: page.pagination!.next_key } }).send_enabled, [xyz]);
});

test('only governance decides, on denominations that are some, once each', () => {
  const { set, ask } = world();
  const entry = { denom: 'abc', enabled: false };
  assert.throws(() => set({ authority: alice, send_enabled: [entry] }), chainError('gov', 13));
  assert.throws(() => set({ send_enabled: [entry, entry] }), chainError('sdk', 18));
  assert.throws(() => set({ send_enabled: [{ denom: '1', enabled: true }] }), chainError('sdk', 18));
  assert.throws(() => set({ use_default_for: ['abc', 'abc'] }), chainError('sdk', 18));
  assert.deepEqual(ask().send_enabled, []);
});

test('multi-sends that do not add up have the codes of the bank', () => {
  const { run } = world();
  const side = (amount: bigint) => ({ address: alice, coins: [{ denom: 'BNB', amount }] });
  const multi = (inputs: bank.Input[], outputs: bank.Output[]) => () => run(bank.MsgMultiSend, { inputs, outputs });
  assert.throws(multi([], [side(1n)]), chainError('bank', 2));
  assert.throws(multi([side(1n)], []), chainError('bank', 3));
  assert.throws(multi([side(1n)], [side(2n)]), chainError('bank', 4));
  assert.throws(multi([side(1n), side(1n)], [side(2n)]), chainError('bank', 9));
});
