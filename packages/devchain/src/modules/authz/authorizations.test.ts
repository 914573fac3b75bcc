import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cosmosAuthzV1beta1 as authz,
  cosmosBankV1beta1 as bank,
  decode,
  encode,
  type googleProtobuf,
  type Init,
  type MessageType,
  greenfieldSp as sp,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import fc from 'fast-check';
import { coin } from '../../coins.ts';
import { acceptMessage, checkAuthorization, messageUrlOf } from './authorizations.ts';

type Any = googleProtobuf.Any;
const any = <T>(type: MessageType<T>, value: Init<T>): Any => ({ type_url: type.typeUrl, value: encode(type, value) });
const address = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;
const refused = (codespace: string, code: number) => ({ name: 'ChainError', codespace, code });
const sent = (amount: bigint, to = 1) =>
  bank.MsgSend.create({ from_address: address(9), to_address: address(to), amount: [coin(amount)] });

test('a limit is spent exactly, in any split, and one wei more never', () => {
  const limits: ((total: bigint) => [Any, (part: bigint) => object])[] = [
    (total) => [any(bank.SendAuthorization, { spend_limit: [coin(total)] }), (part) => sent(part)],
    (total) => [
      any(sp.DepositAuthorization, { max_deposit: coin(total), sp_address: address(5) }),
      (part) => sp.MsgDeposit.create({ sp_address: address(5), deposit: coin(part) }),
    ],
    (total) => [
      any(staking.StakeAuthorization, { max_tokens: coin(total), authorization_type: 1 }),
      (part) => staking.MsgDelegate.create({ validator_address: address(5), amount: coin(part) }),
    ],
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...limits),
      fc.array(fc.bigInt(1n, 50n), { minLength: 1, maxLength: 20 }),
      (make, parts) => {
        const total = parts.reduce((a, b) => a + b, 0n);
        const [first, messageOf] = make(total);
        let left: Any | undefined = first;
        let rest = total;
        for (const part of parts) {
          assert.throws(() => acceptMessage(left!, messageOf(rest + 1n)), refused('sdk', 5));
          left = acceptMessage(left!, messageOf(part));
          rest -= part;
        }
        assert.equal(left, undefined);
      },
    ),
  );
});

test('a generic authorization is for its message, and does not wear out', () => {
  const grant = any(authz.GenericAuthorization, { msg: bank.MsgSend.typeUrl });
  assert.equal(messageUrlOf(grant), bank.MsgSend.typeUrl);
  assert.deepEqual(acceptMessage(grant, sent(10n ** 30n)), grant);
});

test('coins are sent to those on the list only, if there is one', () => {
  const grant = any(bank.SendAuthorization, {
    spend_limit: [coin(9n)],
    allow_list: [address(0xab).toUpperCase().replace('0X', '0x')],
  });
  assert.throws(() => acceptMessage(grant, sent(1n, 1)), refused('sdk', 4));
  const left = acceptMessage(grant, sent(1n, 0xab))!;
  const { spend_limit, allow_list } = decode(bank.SendAuthorization, left.value);
  assert.deepEqual(spend_limit, [coin(8n)]);
  assert.equal(allow_list.length, 1);
});

test('stake goes to validators of the allowed list, or to all but those of the denied one', () => {
  const { AuthorizationType } = staking;
  const grant = (value: Init<staking.StakeAuthorization>) =>
    any(staking.StakeAuthorization, { authorization_type: AuthorizationType.AUTHORIZATION_TYPE_DELEGATE, ...value });
  const delegate = (n: number) => staking.MsgDelegate.create({ validator_address: address(n), amount: coin(5n) });
  const allowed = grant({ allow_list: { address: [address(1)] } });
  assert.deepEqual(acceptMessage(allowed, delegate(1)), allowed, 'without a limit it stays as it is');
  assert.throws(() => acceptMessage(allowed, delegate(2)), refused('sdk', 4));
  const denied = grant({ deny_list: { address: [address(1)] } });
  assert.deepEqual(acceptMessage(denied, delegate(2)), denied);
  assert.throws(() => acceptMessage(denied, delegate(1)), refused('sdk', 4));
});

test('each kind of stake authorization is for its message, and looks at where stake goes', () => {
  const { AuthorizationType } = staking;
  const of = (authorization_type: number) => any(staking.StakeAuthorization, { authorization_type });
  assert.equal(messageUrlOf(of(AuthorizationType.AUTHORIZATION_TYPE_DELEGATE)), staking.MsgDelegate.typeUrl);
  assert.equal(messageUrlOf(of(AuthorizationType.AUTHORIZATION_TYPE_UNDELEGATE)), staking.MsgUndelegate.typeUrl);
  assert.equal(messageUrlOf(of(AuthorizationType.AUTHORIZATION_TYPE_REDELEGATE)), staking.MsgBeginRedelegate.typeUrl);
  assert.throws(() => messageUrlOf(of(0)), refused('authz', 4));
  const redelegation = any(staking.StakeAuthorization, {
    authorization_type: AuthorizationType.AUTHORIZATION_TYPE_REDELEGATE,
    allow_list: { address: [address(2)] },
  });
  const move = (from: number, to: number) =>
    staking.MsgBeginRedelegate.create({
      validator_src_address: address(from),
      validator_dst_address: address(to),
      amount: coin(1n),
    });
  assert.ok(acceptMessage(redelegation, move(1, 2)));
  assert.throws(() => acceptMessage(redelegation, move(2, 1)), refused('sdk', 4));
});

test('a deposit is for one provider', () => {
  const grant = any(sp.DepositAuthorization, { sp_address: address(5) });
  const deposit = (n: number) => sp.MsgDeposit.create({ sp_address: address(n), deposit: coin(5n) });
  assert.deepEqual(acceptMessage(grant, deposit(5)), grant);
  assert.throws(() => acceptMessage(grant, deposit(6)), refused('sdk', 4));
});

test('authorizations that allow nothing, or nothing that is known, are refused', () => {
  const check = <T>(type: MessageType<T>, value: Init<T>, codespace: string, code: number) =>
    assert.throws(() => checkAuthorization(any(type, value)), refused(codespace, code));
  check(bank.SendAuthorization, {}, 'sdk', 10);
  check(bank.SendAuthorization, { spend_limit: [coin(0n)] }, 'sdk', 10);
  check(bank.SendAuthorization, { spend_limit: [coin(1n)], allow_list: [address(1), address(1)] }, 'bank', 8);
  check(staking.StakeAuthorization, { max_tokens: coin(1n) }, 'authz', 4);
  check(staking.StakeAuthorization, { max_tokens: coin(-1n), authorization_type: 1 }, 'authz', 12);
  check(sp.DepositAuthorization, { sp_address: 'x' }, 'sdk', 7);
  check(bank.MsgSend, {}, 'sdk', 29);
  assert.throws(
    () => checkAuthorization({ type_url: bank.SendAuthorization.typeUrl, value: Buffer.from('ff', 'hex') }),
    refused('sdk', 2),
  );
});
