import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameAddress } from '@prairie/chain';
import type { Genesis } from '../chain/chain.ts';
import { DevChain } from '../devchain.ts';
import { moduleAddress } from '../modules/auth/module-accounts.ts';
import { testBls, testChain, testGenesis, testKey } from '../testing/network.ts';
import { recordedGenesis } from '../testing/recordings.ts';
import { rpcCall } from '../testing/rpc-call.ts';
import { extendGenesis } from './build.ts';
import { forkGenesis } from './fork.ts';
import type { GenesisJson } from './shapes.ts';

const start = (genesis: Genesis) => DevChain.create({ genesis, port: 0, autoBlocks: false, powers: true });
const copy = <T>(value: T): T => structuredClone(value);

test('the recorded genesis file of a network begins a chain with its accounts, providers and parameters', async () => {
  const file = recordedGenesis();
  const { genesis, differences } = forkGenesis(file);
  assert.deepEqual(differences, ['the consensus key of the validator is one of this chain, made from the chain id']);
  const chain = await start(genesis);
  assert.equal(chain.chainId, file.chain_id);
  assert.equal(chain.keepers.sp.all().length, file.app_state.gensp.gensp_txs.length);
  for (const { address, account_number } of file.app_state.auth.accounts) {
    assert.equal(chain.keepers.accounts.account(address)?.account_number, BigInt(account_number));
  }
  await chain.close();
});

test('a network with providers of its own leaves those of the file out', async () => {
  const { genesis, differences } = forkGenesis(recordedGenesis(), { providers: false });
  assert.match(differences.join('\n'), /providers: \d+ left out/);
  const chain = await start(genesis);
  assert.equal(chain.keepers.sp.all().length, 0);
  await chain.close();
});

/** What a network exports that has run: no genesis transactions, lists instead. */
function exported(): GenesisJson {
  const file: GenesisJson = copy(testGenesis({ providers: 2 }));
  const parts = file.app_state;
  const [{ '@type': _, value, ...created }] = parts.genutil.gen_txs[0].body.messages;
  const validator = {
    ...{ operator_address: created.validator_address, consensus_pubkey: created.pubkey, jailed: false },
    ...{ status: 'BOND_STATUS_BONDED', tokens: value.amount, delegator_shares: `${value.amount}.000000000000000000` },
    ...{ description: created.description, min_self_delegation: '1' },
    commission: { commission_rates: created.commission, update_time: file.genesis_time },
    ...{ self_del_address: created.delegator_address, relayer_address: created.relayer_address },
    ...{ challenger_address: created.challenger_address },
    bls_key: Buffer.from(created.bls_key, 'hex').toString('base64'),
  };
  const minor = { ...validator, tokens: '5', operator_address: testKey('minor').address };
  parts.genutil.gen_txs = [];
  parts.staking.validators = [minor, validator];
  parts.staking.exported = true;
  parts.distribution.outstanding_rewards = [{ validator_address: validator.operator_address }];
  parts.bank.balances.push(
    { address: moduleAddress('bonded_tokens_pool'), coins: [{ denom: 'BNB', amount: `${BigInt(value.amount) + 5n}` }] },
    { address: moduleAddress('not_bonded_tokens_pool'), coins: [{ denom: 'BNB', amount: '4' }] },
    { address: moduleAddress('crosschain'), coins: [{ denom: 'BNB', amount: '7' }] },
    { address: testKey('other coins').address, coins: [{ denom: 'atom', amount: '3' }] },
  );
  const pool = { address: moduleAddress('bonded_tokens_pool'), account_number: '90', sequence: '0', pub_key: null };
  parts.auth.accounts.push({
    ...{ '@type': '/cosmos.auth.v1beta1.ModuleAccount', base_account: pool },
    ...{ name: 'bonded_tokens_pool', permissions: ['burner', 'staking'] },
  });
  parts.feegrant.allowances = [
    {
      granter: testKey('alice').address,
      grantee: testKey('bob').address,
      allowance: { '@type': '/cosmos.feegrant.v1beta1.BasicAllowance', spend_limit: [], expiration: null },
    },
  ];
  parts.payment.payment_account_list = [
    { addr: testKey('payment account').address, owner: testKey('alice').address, refundable: true },
  ];
  parts.mint = { params: {} };
  parts.sp.params.brand_new = '1';
  delete parts.storage.params.max_buckets_per_account;
  file.initial_height = '500';
  return file;
}

test('an exported file begins a chain with its lists, and says what is left out', async () => {
  const file = exported();
  const before = copy(file);
  const { genesis, differences } = forkGenesis(file);
  assert.deepEqual(file, before, 'the file is not changed');
  const said = differences.join('\n');
  for (const expected of [
    /initial_height 500/,
    /mint: left out/,
    /sp\.params\.brand_new: left out/,
    /storage\.params\.max_buckets_per_account: not in the file/,
    /bank\.balances: 1 of other coins/,
    /crosschain module begins/,
    /validator0 is taken, of 2 entries/,
    /9 wei bonded to other validators, or unbonding, go to the community pool/,
    /distribution\.outstanding_rewards: 1 entry left out/,
    /staking\.validators: 2 entries left out/,
  ]) {
    assert.match(said, expected);
  }
  const chain = await start(genesis);
  const { accounts, bank, payment } = chain.keepers;
  assert.equal(accounts.account(moduleAddress('bonded_tokens_pool'))?.account_number, 90n);
  const { tokens, operator } = chain.chain.validator;
  assert.ok(sameAddress(operator, testKey('validator').address));
  assert.equal(bank.balance(moduleAddress('bonded_tokens_pool')), tokens);
  assert.equal(bank.balance(moduleAddress('distribution')), 9n);
  assert.equal(bank.balance(testKey('delegator').address), 10n ** 27n);
  assert.ok(payment.paymentAccount(testKey('payment account').address));
  const grant = { granter: testKey('alice').address, grantee: testKey('bob').address };
  const { response } = chain.chain.queries.call('/cosmos.feegrant.v1beta1.Query/Allowance', grant, 0);
  assert.equal(response.allowance.grantee, grant.grantee);
  assert.deepEqual((await rpcCall(chain, 'dev_audit')).result.findings, []);
  await chain.close();
});

test('providers and accounts that are added to a fork work, and those of the file keep their coins', async () => {
  const alice = testKey('alice').address;
  const fork = forkGenesis(testGenesis({ providers: 1, accounts: [{ address: alice, balance: 5n }] }));
  const key = (label: string) => testKey(`added ${label}`).address;
  const provider = {
    ...{ operator: key('operator'), funding: key('funding'), seal: key('seal'), approval: key('approval') },
    ...{ gc: key('gc'), maintenance: key('maintenance'), ...testBls('added') },
    ...{ endpoint: 'http://127.0.0.1:9999', moniker: 'added' },
  };
  const genesis = extendGenesis(fork.genesis, {
    accounts: [{ address: alice }, { address: key('user') }],
    sps: [provider],
  });
  const chain = await start(genesis);
  assert.deepEqual(
    chain.keepers.sp.all().map(({ description }) => description?.moniker),
    ['sp0', 'added'],
  );
  assert.equal(chain.keepers.bank.balance(alice), 5n);
  assert.equal(chain.keepers.bank.balance(key('user')), 10n ** 27n);
  const numbers = genesis.app_state.auth.accounts.map(({ account_number }: GenesisJson) => account_number);
  assert.equal(new Set(numbers).size, numbers.length, 'every account has a number of its own');
  await chain.close();
});

test('what is no genesis file is refused with what is missing', () => {
  const file = testGenesis();
  assert.throws(() => forkGenesis(null), /a genesis file expected/);
  assert.throws(() => forkGenesis({ ...file, chain_id: 'x' }), /chain id "x", expected/);
  assert.throws(() => forkGenesis({ ...file, genesis_time: 'now' }), /RFC 3339/);
  const without = { ...file, app_state: { ...file.app_state, genutil: { gen_txs: [] } } };
  assert.throws(() => forkGenesis(without), /has no validator/);
});

test('a chain forked from the genesis file of one of ours is that chain', async () => {
  const file = testGenesis();
  const [one, other] = [await testChain({ genesis: file }), await start(forkGenesis(file).genesis)];
  const time = { seconds: 4_000_000_000n, nanos: 0 };
  assert.equal(one.chain.produceBlock(time).app_hash, other.chain.produceBlock(time).app_hash);
  await one.close();
  await other.close();
});
