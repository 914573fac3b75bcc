/** A provider that governance creates: the grant of its funding account decides. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { cosmosAuthzV1beta1 as authz, type Init, moduleAddress, greenfieldSp as sp } from '@prairie/chain';
import { coin } from '../../coins.ts';
import type { DevChain } from '../../devchain.ts';
import { testBls, testKey } from '../../testing/network.ts';
import { deliver, msg } from '../../testing/sender.ts';
import { any, attributesOf, decide, govChain, proposalOf } from './test-support.ts';

const GOV = moduleAddress('gov');
const DEPOSIT = 10n ** 22n;
const key = (role: string) => testKey(`new ${role}`);
const FUNDING = key('funding');
const SP_OPERATOR = key('operator');

let devchain: DevChain;
afterEach(() => devchain.close());
const start = async () => {
  devchain = await govChain({}, [FUNDING, SP_OPERATOR]);
};

const creation = () => {
  const { blsKey, blsProof } = testBls('new');
  return any(sp.MsgCreateStorageProvider, {
    creator: GOV,
    description: { moniker: 'new' },
    sp_address: SP_OPERATOR.address,
    funding_address: FUNDING.address,
    seal_address: key('seal').address,
    approval_address: key('approval').address,
    gc_address: key('gc').address,
    maintenance_address: key('maintenance').address,
    endpoint: 'http://127.0.0.1:9100',
    deposit: coin(DEPOSIT),
    read_price: 1n,
    store_price: 1n,
    free_read_quota: 1n,
    bls_key: blsKey.toString('hex'),
    bls_proof: blsProof.toString('hex'),
  });
};

function grant(over: Init<sp.DepositAuthorization> = {}) {
  const authorization = any(sp.DepositAuthorization, {
    max_deposit: coin(DEPOSIT),
    sp_address: SP_OPERATOR.address,
    ...over,
  });
  const { seconds } = devchain.chain.context('deliver').time;
  const expiration = { seconds: seconds + 86_400n, nanos: 0 };
  const message = { granter: FUNDING.address, grantee: GOV, grant: { authorization, expiration } };
  const result = deliver(devchain, FUNDING, [msg(authz.MsgGrant, message)]);
  assert.equal(result.code, 0, result.log);
}

const created = () => devchain.keepers.sp.byOperator(SP_OPERATOR.address);
const outcome = () => {
  const { id, events } = decide(devchain, [creation()]);
  return { ...proposalOf(devchain, id), events };
};

test('without a grant, or with one for less or for another, there is no provider', async () => {
  await start();
  const before = devchain.keepers.bank.balance(FUNDING.address);
  assert.match(outcome().failed_reason, /authorization not found/);
  grant({ max_deposit: coin(DEPOSIT - 1n) });
  assert.match(outcome().failed_reason, /more than the limit/);
  grant({ sp_address: FUNDING.address });
  assert.match(outcome().failed_reason, /cannot deposit to/);
  assert.equal(created(), undefined);
  const fees = 2n * 1600n * 5n * 10n ** 9n;
  assert.ok(before - devchain.keepers.bank.balance(FUNDING.address) >= fees);
  assert.ok(devchain.keepers.bank.balance(FUNDING.address) > before - DEPOSIT, 'nothing was deposited');
});

test('with the grant the provider begins in maintenance, serves when it says so, and the grant is spent', async () => {
  await start();
  grant();
  const { failed_reason, status, events } = outcome();
  assert.equal(failed_reason, '');
  assert.equal(status, 3);
  const types = events.map(({ type }) => type);
  const order = ['cosmos.authz.v1beta1.EventRevoke', 'greenfield.sp.EventCreateStorageProvider', 'active_proposal'];
  assert.deepEqual(
    types.filter((type) => order.includes(type)),
    order,
  );
  assert.deepEqual(attributesOf(events, order[0]!), [
    { msg_type_url: '"/greenfield.sp.MsgDeposit"', granter: `"${FUNDING.address}"`, grantee: `"${GOV}"` },
  ]);
  assert.equal(created()!.status, sp.Status.STATUS_IN_MAINTENANCE);
  assert.equal(created()!.total_deposit, DEPOSIT);
  const message = { sp_address: SP_OPERATOR.address, status: sp.Status.STATUS_IN_SERVICE };
  const result = deliver(devchain, SP_OPERATOR, [msg(sp.MsgUpdateStorageProviderStatus, message)]);
  assert.equal(result.code, 0, result.log);
  assert.equal(created()!.status, sp.Status.STATUS_IN_SERVICE);
});
