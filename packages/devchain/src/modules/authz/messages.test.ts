import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  cosmosBaseAbciV1beta1 as abci,
  cosmosAuthzV1beta1 as authz,
  cosmosBankV1beta1 as bank,
  decode,
  encode,
  type googleProtobuf,
  type Init,
  type MessageType,
  moduleAddress,
  greenfieldPayment as payment,
  greenfieldSp as sp,
} from '@prairie/chain';
import { coin } from '../../coins.ts';
import type { DevChain } from '../../devchain.ts';
import { type TestKey, testChain, testGenesis, testKey } from '../../testing/network.ts';
import { deliver, msg, signed } from '../../testing/sender.ts';

type Any = googleProtobuf.Any;
const ALICE = testKey('alice');
const BOB = testKey('bob');
const SEND = bank.MsgSend.typeUrl;

let devchain: DevChain;
const start = async () => {
  devchain = await testChain();
};
afterEach(() => devchain.close());

const any = <T>(type: MessageType<T>, value: Init<T>): Any => ({ type_url: type.typeUrl, value: encode(type, value) });
const generic = (url = SEND) => any(authz.GenericAuthorization, { msg: url });
const inSeconds = (seconds: bigint) => ({ ...now(), seconds: now().seconds + seconds });
const now = () => devchain.chain.context('deliver').time;

const granting = (authorization: Any, over: Init<authz.MsgGrant> = {}, expiration?: googleProtobuf.Timestamp) =>
  msg(authz.MsgGrant, {
    granter: ALICE.address,
    grantee: BOB.address,
    grant: { authorization, expiration },
    ...over,
  });

function grant(authorization: Any, expiration?: googleProtobuf.Timestamp) {
  const result = deliver(devchain, ALICE, [granting(authorization, {}, expiration)]);
  assert.equal(result.code, 0, result.log);
  return result;
}

const sending = (amount: bigint, from: TestKey = ALICE, to: TestKey = BOB) =>
  any(bank.MsgSend, { from_address: from.address, to_address: to.address, amount: [coin(amount)] });
const exec = (msgs: Any[], grantee = BOB) =>
  deliver(devchain, grantee, [msg(authz.MsgExec, { grantee: grantee.address, msgs })]);
const attributes = (events: { type: string; attributes: { key: string; value: string }[] }[], type: string) =>
  events
    .filter((event) => event.type === type)
    .map((event) => Object.fromEntries(event.attributes.map(({ key, value }) => [key, value])));
const responseOf = (data: string) => decode(abci.TxMsgData, Buffer.from(data, 'base64')).msg_responses[0]!.value;
const parties = { granter: `"${ALICE.address}"`, grantee: `"${BOB.address}"` };

test('who has a grant sends in the granter’s name, until the limit is spent', async () => {
  await start();
  const { events } = grant(any(bank.SendAuthorization, { spend_limit: [coin(10n)] }));
  assert.deepEqual(attributes(events, 'cosmos.authz.v1beta1.EventGrant'), [{ ...parties, msg_type_url: `"${SEND}"` }]);
  const before = devchain.keepers.bank.balance(ALICE.address);
  const first = exec([sending(4n), sending(1n, BOB, ALICE), sending(3n)]);
  assert.equal(first.code, 0, first.log);
  assert.equal(devchain.keepers.bank.balance(ALICE.address), before - 6n);
  const transfers = attributes(first.events, 'transfer').filter((one) => 'authz_msg_index' in one);
  assert.deepEqual(
    transfers.map(({ amount, authz_msg_index }) => [amount, authz_msg_index]),
    [
      ['4BNB', '0'],
      ['1BNB', '1'],
      ['3BNB', '2'],
    ],
  );
  const tooMuch = exec([sending(1n), sending(3n)]);
  assert.deepEqual([tooMuch.codespace, tooMuch.code], ['sdk', 5]);
  assert.equal(devchain.keepers.bank.balance(ALICE.address), before - 6n, 'the first one is taken back too');
  const last = exec([sending(3n)]);
  assert.deepEqual(attributes(last.events, 'cosmos.authz.v1beta1.EventRevoke'), [
    { ...parties, msg_type_url: `"${SEND}"` },
  ]);
  assert.deepEqual([exec([sending(1n)]).codespace, exec([sending(1n)]).code], ['authz', 2]);
});

test('answers and errors of what was executed come back', async () => {
  await start();
  grant(generic(payment.MsgCreatePaymentAccount.typeUrl));
  const done = exec([any(payment.MsgCreatePaymentAccount, { creator: ALICE.address })]);
  assert.equal(done.code, 0, done.log);
  const [result] = decode(authz.MsgExecResponse, responseOf(done.data!)).results;
  decode(payment.MsgCreatePaymentAccountResponse, result!);
  grant(generic());
  const failed = exec([sending(10n ** 30n)]);
  assert.deepEqual([failed.codespace, failed.code], ['sdk', 5]);
  assert.match(failed.log, /failed to execute message; message \/cosmos\.bank\.v1beta1\.MsgSend/);
});

test('a grant is for one grantee and one message, and can be taken back', async () => {
  await start();
  grant(generic());
  assert.equal(exec([sending(1n)], testKey('validator')).code, 2);
  assert.equal(exec([any(payment.MsgCreatePaymentAccount, { creator: ALICE.address })]).code, 2);
  const revoke = () =>
    deliver(devchain, ALICE, [
      msg(authz.MsgRevoke, { granter: ALICE.address, grantee: BOB.address, msg_type_url: SEND }),
    ]);
  const { events } = revoke();
  assert.deepEqual(attributes(events, 'cosmos.authz.v1beta1.EventRevoke'), [{ ...parties, msg_type_url: `"${SEND}"` }]);
  assert.equal(exec([sending(1n)]).code, 2);
  assert.equal(revoke().code, 2);
});

test('a grant ends with its time, and a new one for the same message replaces its time', async () => {
  await start();
  grant(generic(), inSeconds(10n));
  grant(generic(), inSeconds(20n));
  devchain.chain.produceBlock(inSeconds(11n));
  assert.equal(exec([sending(1n)]).code, 0);
  grant(generic());
  devchain.chain.produceBlock(inSeconds(20n));
  assert.equal(exec([sending(1n)]).code, 0, 'now it has no end');
  grant(generic(), inSeconds(5n));
  devchain.chain.produceBlock(inSeconds(5n));
  assert.deepEqual(grants(), [], 'at its last second it is over');
  const late = deliver(devchain, ALICE, [granting(generic(), {}, now())]);
  assert.deepEqual([late.codespace, late.code], ['authz', 3]);
});

const grants = (over: Init<authz.QueryGrantsRequest> = {}) =>
  ask(
    'Grants',
    authz.QueryGrantsRequest,
    { granter: ALICE.address, grantee: BOB.address, ...over },
    authz.QueryGrantsResponse,
  ).grants;

function ask<Q, R>(name: string, type: MessageType<Q>, request: Init<Q>, response: MessageType<R>): R {
  const answer = devchain.chain.queries.query(`/cosmos.authz.v1beta1.Query/${name}`, encode(type, request), 0);
  assert.equal(answer.code, 0, answer.log);
  return decode(response as MessageType, answer.value!) as R;
}

test('grants are found by both, by granter and by grantee', async () => {
  await start();
  const GOV = moduleAddress('gov');
  grant(generic(), { ...inSeconds(50n), nanos: 5 });
  const url = payment.MsgCreatePaymentAccount.typeUrl;
  const toGov = granting(generic(url), { grantee: GOV });
  const fromBob = granting(generic(), { granter: BOB.address, grantee: GOV });
  assert.equal(deliver(devchain, ALICE, [toGov]).code, 0);
  assert.equal(deliver(devchain, BOB, [fromBob]).code, 0);
  assert.equal(grants().length, 1);
  assert.equal(grants({ msg_type_url: SEND })[0]!.expiration!.nanos, 5);
  const byGranter = ask(
    'GranterGrants',
    authz.QueryGranterGrantsRequest,
    { granter: ALICE.address },
    authz.QueryGranterGrantsResponse,
  );
  assert.deepEqual(new Set(byGranter.grants.map(({ grantee }) => grantee)), new Set([BOB.address, GOV]));
  const byGrantee = ask(
    'GranteeGrants',
    authz.QueryGranteeGrantsRequest,
    { grantee: GOV },
    authz.QueryGranteeGrantsResponse,
  );
  assert.deepEqual(new Set(byGrantee.grants.map(({ granter }) => granter)), new Set([ALICE.address, BOB.address]));
  const missing = encode(authz.QueryGrantsRequest, {
    granter: BOB.address,
    grantee: ALICE.address,
    msg_type_url: SEND,
  });
  const answer = devchain.chain.queries.query('/cosmos.authz.v1beta1.Query/Grants', missing, 0);
  assert.deepEqual([answer.code, /authorization not found/.test(answer.log)], [6, true]);
});

test('what makes no sense is refused with its code', async () => {
  await start();
  const refused = (key: TestKey, message: ReturnType<typeof granting>, codespace: string, code: number) => {
    const found = devchain.chain.simulate(signed(devchain, key, [message]));
    assert.deepEqual([found.codespace, found.code], [codespace, code], found.log);
  };
  refused(ALICE, granting(generic(), { grantee: ALICE.address }), 'authz', 7);
  refused(ALICE, granting(generic(), { grantee: '0x1' }), 'sdk', 7);
  refused(ALICE, granting(generic('/no.such.Msg')), 'sdk', 29);
  refused(ALICE, granting(generic(), { grant: {} }), 'sdk', 29);
  const granter = ALICE.address;
  refused(ALICE, msg(authz.MsgRevoke, { granter, grantee: BOB.address }), 'sdk', 18);
  const grantee = BOB.address;
  refused(BOB, msg(authz.MsgExec, { grantee, msgs: [] }), 'sdk', 18);
  refused(BOB, msg(authz.MsgExec, { grantee, msgs: [any(bank.MsgSend, { from_address: grantee })] }), 'sdk', 7);
  refused(BOB, msg(authz.MsgExec, { grantee, msgs: [any(bank.Params, {})] }), 'sdk', 6);
  refused(BOB, msg(authz.MsgExec, { grantee, msgs: [any(sp.MsgUpdateParams, { authority: 'nobody' })] }), 'sdk', 7);
  let nested = sending(1n, BOB, ALICE);
  for (let depth = 0; depth < 11; depth++) nested = any(authz.MsgExec, { grantee, msgs: [nested] });
  refused(BOB, msg(authz.MsgExec, { grantee, msgs: [nested] }), 'sdk', 18);
});

test('a block removes a bounded number of expired grants', async () => {
  await start();
  const expiration = inSeconds(30n);
  const key = (n: number) => testKey(`grantee ${n}`).address;
  for (let first = 0; first < 250; first += 50) {
    const messages = Array.from({ length: 50 }, (_, n) => granting(generic(), { grantee: key(first + n) }, expiration));
    const result = deliver(devchain, ALICE, messages);
    assert.equal(result.code, 0, result.log);
  }
  const left = () => devchain.keepers.authz.list({ granter: ALICE.address });
  devchain.chain.produceBlock(inSeconds(31n));
  assert.equal([...left()].length, 50);
  devchain.produceBlock();
  assert.equal([...left()].length, 0);
});

test('a genesis file hands on grants that are not over', async () => {
  const genesis = testGenesis({ genesisTime: new Date('2026-11-21T03:00:00Z') });
  const authorization = { '@type': authz.GenericAuthorization.typeUrl, msg: SEND };
  const entry = (grantee: string, expiration: string | null) => ({
    granter: ALICE.address,
    grantee,
    authorization,
    expiration,
  });
  genesis.app_state.authz.authorization = [
    entry(BOB.address, '2036-11-21T03:00:00Z'),
    entry(testKey('validator').address, '2026-11-21T03:00:00Z'),
  ];
  devchain = await testChain({ genesis });
  const found = [...devchain.keepers.authz.list({ granter: ALICE.address })].map(([, { grantee }]) => grantee);
  assert.deepEqual(found, [BOB.address]);
});
