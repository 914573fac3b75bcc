/** Queries of a real chain, asked again on a chain with the same genesis file. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  cosmosAuthV1beta1 as auth,
  decode,
  encode,
  cosmosGashubV1beta1 as gashub,
  type MessageType,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import type { DevChain } from '../devchain.ts';
import { testChain } from '../testing/network.ts';
import { recordedGenesis, recordedQueries } from '../testing/recordings.ts';

let devchain: DevChain;
before(async () => {
  devchain = await testChain({ genesis: recordedGenesis() });
});
after(() => devchain.close());

function both<T>(path: string, type: MessageType<T>): { ours: T; recorded: T }[] {
  const found = recordedQueries().filter((query) => query.path === path && query.code === 0);
  assert.ok(found.length > 0, path);
  return found.map(({ request_data_hex, value_base64 }) => {
    const answer = devchain.chain.queries.query(path, Buffer.from(request_data_hex, 'hex'), 0);
    assert.equal(answer.code, 0, answer.log);
    return { ours: decode(type, answer.value!), recorded: decode(type, Buffer.from(value_base64!, 'base64')) };
  });
}

test('accounts and module accounts are the same bytes', () => {
  for (const { ours, recorded } of both('/cosmos.auth.v1beta1.Query/Account', auth.QueryAccountResponse)) {
    assert.deepEqual(ours, recorded);
  }
  const byName = both('/cosmos.auth.v1beta1.Query/ModuleAccountByName', auth.QueryModuleAccountByNameResponse);
  for (const { ours, recorded } of byName) assert.deepEqual(ours, recorded);
});

test('module accounts come in the same order, with the same addresses and permissions', () => {
  const outline = ({ accounts }: auth.QueryModuleAccountsResponse) =>
    accounts.map(({ value }) => {
      const { name, permissions, base_account } = decode(auth.ModuleAccount, value);
      return { name, permissions, address: base_account?.address };
    });
  for (const { ours, recorded } of both(
    '/cosmos.auth.v1beta1.Query/ModuleAccounts',
    auth.QueryModuleAccountsResponse,
  )) {
    assert.deepEqual(outline(ours), outline(recorded));
  }
});

test('the validator is the recorded one, with this chain’s consensus key', () => {
  for (const { ours, recorded } of both('/cosmos.staking.v1beta1.Query/Validators', staking.QueryValidatorsResponse)) {
    recorded.validators[0]!.consensus_pubkey = ours.validators[0]!.consensus_pubkey;
    assert.deepEqual(ours, recorded);
  }
});

test('the gas table is the recorded one, but for the two prices that a proposal had changed', () => {
  const changed = /SwapOut$/;
  const kept = ({ msg_gas_params }: gashub.QueryMsgGasParamsResponse) =>
    msg_gas_params.filter(({ msg_type_url }) => !changed.test(msg_type_url) || msg_type_url.includes('Cancel'));
  for (const { ours, recorded } of both(
    '/cosmos.gashub.v1beta1.Query/MsgGasParams',
    gashub.QueryMsgGasParamsResponse,
  )) {
    assert.deepEqual(kept(ours), kept(recorded));
    assert.deepEqual(ours.pagination, recorded.pagination);
  }
});

test('every recorded path that succeeded is answered, and an unknown account is not found', () => {
  for (const { path, code, request_data_hex } of recordedQueries()) {
    if (code !== 0 || /Service\/(GetTx|Simulate)/.test(path)) continue;
    const { code: ours, log } = devchain.chain.queries.query(path, Buffer.from(request_data_hex, 'hex'), 0);
    assert.equal(ours, 0, `${path}: ${log}`);
  }
  const address = '0x00000000000000000000000000000000000000aa';
  const request = encode(auth.QueryAccountRequest, { address });
  const { code, log } = devchain.chain.queries.query('/cosmos.auth.v1beta1.Query/Account', request, 0);
  assert.equal(code, 22);
  assert.equal(log, `rpc error: code = NotFound desc = account ${address} not found: key not found`);
});
