/** A validator's life on a whole chain: governance makes it, delegators carry it, jail takes it out of the set. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import {
  cosmosAuthzV1beta1 as authz,
  cosmosCryptoEd25519,
  decode,
  cosmosDistributionV1beta1 as distribution,
  encode,
  moduleAddress,
  cosmosSlashingV1beta1 as slashing,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import { coin } from '../../coins.ts';
import type { DevChain } from '../../devchain.ts';
import { type TestKey, testBls, testChain, testGenesis, testKey } from '../../testing/network.ts';
import { deliver, msg } from '../../testing/sender.ts';
import { ALICE, after, any, ask, attributesOf, BOB, decide, OPERATOR, proposalOf } from '../gov/test-support.ts';
import { consensusAddress } from '../staking/validators.ts';

const GOV = moduleAddress('gov');
const BNB = 10n ** 18n;
const STAKE = 1000n * BNB;
const UNBONDING = 60n;
const [SECOND, SECOND_DELEGATOR] = [testKey('second validator'), testKey('second delegator')];
const { BOND_STATUS_BONDED, BOND_STATUS_UNBONDING, BOND_STATUS_UNBONDED } = staking.BondStatus;

let devchain: DevChain;
let dataDir: string | undefined;
afterEach(async () => {
  await devchain.close();
  if (dataDir) rmSync(dataDir, { recursive: true });
  dataDir = undefined;
});

const genesis = () =>
  testGenesis({
    params: { staking: { unbonding_time: `${UNBONDING}s` } },
    accounts: [ALICE, BOB, SECOND, SECOND_DELEGATOR].map(({ address }) => ({ address })),
  });

async function start(): Promise<void> {
  devchain = await testChain({ genesis: genesis() });
}

const creation = (over: Partial<staking.MsgCreateValidator> = {}) => {
  const { blsKey, blsProof } = testBls('second');
  return any(staking.MsgCreateValidator, {
    description: { moniker: 'second' },
    commission: { rate: BNB / 10n, max_rate: BNB, max_change_rate: BNB / 10n },
    min_self_delegation: 500n * BNB,
    delegator_address: SECOND_DELEGATOR.address,
    validator_address: SECOND.address,
    pubkey: {
      type_url: cosmosCryptoEd25519.PubKey.typeUrl,
      value: encode(cosmosCryptoEd25519.PubKey, { key: Buffer.alloc(32, 7) }),
    },
    value: coin(STAKE),
    from: GOV,
    relayer_address: testKey('second relayer').address,
    challenger_address: testKey('second challenger').address,
    bls_key: blsKey.toString('hex'),
    bls_proof: blsProof.toString('hex'),
    ...over,
  });
};

function grant(): void {
  const authorization = any(staking.StakeAuthorization, {
    max_tokens: coin(STAKE),
    allow_list: { address: [SECOND.address] },
    authorization_type: staking.AuthorizationType.AUTHORIZATION_TYPE_DELEGATE,
  });
  const { seconds } = devchain.chain.context('deliver').time;
  const expiration = { seconds: seconds + 86_400n, nanos: 0 };
  const message = { granter: SECOND_DELEGATOR.address, grantee: GOV, grant: { authorization, expiration } };
  const result = deliver(devchain, SECOND_DELEGATOR, [msg(authz.MsgGrant, message)]);
  assert.equal(result.code, 0, result.log);
}

/** Two validators in the set. */
async function startWithTwo(): Promise<void> {
  await start();
  grant();
  assert.equal(proposalOf(devchain, decide(devchain, [creation()]).id).failed_reason, '');
}

/** Operators with this status, or all. */
function validators(status = 'BOND_STATUS_BONDED'): string[] {
  const path = '/cosmos.staking.v1beta1.Query/Validators';
  const answer = ask(devchain, path, [staking.QueryValidatorsRequest, { status }], staking.QueryValidatorsResponse);
  return answer.validators.map(({ operator_address }) => operator_address);
}

const second = () => devchain.keepers.staking.validator(SECOND.address)!;
const pair = (delegator: TestKey) => ({ delegator_address: delegator.address, validator_address: SECOND.address });
const delegate = (from: TestKey, amount: bigint) =>
  deliver(devchain, from, [msg(staking.MsgDelegate, { ...pair(from), amount: coin(amount) })]);
const undelegate = (from: TestKey, amount: bigint) =>
  deliver(devchain, from, [msg(staking.MsgUndelegate, { ...pair(from), amount: coin(amount) })]);
const unjail = () => deliver(devchain, SECOND, [msg(slashing.MsgUnjail, { validator_addr: SECOND.address })]);
const refusal = ({ codespace, code }: { codespace: string; code: number }) => [codespace, code];

function signingInfo(): slashing.ValidatorSigningInfo {
  const cons_address = consensusAddress(second().consensus_pubkey);
  const path = '/cosmos.slashing.v1beta1.Query/SigningInfo';
  const request = [slashing.QuerySigningInfoRequest, { cons_address }] as const;
  return ask(devchain, path, [...request], slashing.QuerySigningInfoResponse).val_signing_info!;
}

test('without a grant of its delegator there is no validator; with it there are two', async () => {
  await start();
  assert.deepEqual(validators(), [OPERATOR.address]);
  const refused = proposalOf(devchain, decide(devchain, [creation()]).id);
  assert.match(refused.failed_reason, /authorization not found/);
  assert.deepEqual(validators(''), [OPERATOR.address]);
  grant();
  const { id, events } = decide(devchain, [creation()]);
  assert.equal(proposalOf(devchain, id).failed_reason, '');
  assert.deepEqual(attributesOf(events, 'create_validator'), [{ validator: SECOND.address, amount: `${STAKE}BNB` }]);
  assert.deepEqual(validators().sort(), [OPERATOR.address, SECOND.address].sort());
  assert.equal(second().tokens, STAKE);
  const again = proposalOf(devchain, decide(devchain, [creation()]).id);
  assert.match(again.failed_reason, /validator already exist for this operator address/);
  const other = { validator_address: BOB.address, pubkey: second().consensus_pubkey };
  const sameKey = proposalOf(devchain, decide(devchain, [creation(other)]).id);
  assert.match(sameKey.failed_reason, /validator already exist for this pubkey/);
});

test('nobody but governance makes validators, or impeaches them', async () => {
  await start();
  const created = decode(staking.MsgCreateValidator, creation({ from: ALICE.address }).value);
  const made = deliver(devchain, ALICE, [msg(staking.MsgCreateValidator, created)]);
  assert.deepEqual(refusal(made), ['gov', 13]);
  // it has no gas price: it comes in proposals alone
  const impeachment = msg(slashing.MsgImpeach, { from: ALICE.address, validator_address: OPERATOR.address });
  assert.throws(() => deliver(devchain, ALICE, [impeachment]), /gashub\/2/);
});

test('stake comes, goes, and is paid back when its time is over', async () => {
  await startWithTwo();
  const before = devchain.keepers.bank.balance(BOB.address);
  const delegated = delegate(BOB, 7n * BNB);
  assert.deepEqual(attributesOf(delegated.events, 'delegate')[0]!.amount, `${7n * BNB}BNB`);
  assert.equal(second().tokens, STAKE + 7n * BNB);
  const undelegated = undelegate(BOB, 7n * BNB);
  assert.equal(undelegated.code, 0, undelegated.log);
  assert.equal(second().tokens, STAKE);
  const less = devchain.keepers.bank.balance(BOB.address);
  assert.deepEqual(attributesOf(after(devchain, UNBONDING - 1n), 'complete_unbonding'), []);
  assert.deepEqual(attributesOf(after(devchain, 1n), 'complete_unbonding'), [
    { amount: `${7n * BNB}BNB`, validator: SECOND.address, delegator: BOB.address },
  ]);
  assert.equal(devchain.keepers.bank.balance(BOB.address), less + 7n * BNB);
  assert.ok(less + 7n * BNB < before, 'fees');
});

test('a validator whose own stake is too small is jailed, and comes back with enough of it', async () => {
  await startWithTwo();
  assert.deepEqual(refusal(unjail()), ['slashing', 5]);
  undelegate(SECOND_DELEGATOR, 501n * BNB);
  assert.deepEqual([second().jailed, second().status], [true, BOND_STATUS_UNBONDING]);
  assert.deepEqual(validators(), [OPERATOR.address]);
  assert.deepEqual(validators('BOND_STATUS_UNBONDING'), [SECOND.address]);
  assert.deepEqual(refusal(unjail()), ['slashing', 7]);
  delegate(SECOND_DELEGATOR, BNB);
  assert.equal(unjail().code, 0);
  assert.deepEqual([second().jailed, second().status], [false, BOND_STATUS_BONDED]);
  assert.equal(validators().length, 2);
});

test('an impeached validator is out for ever', async () => {
  await startWithTwo();
  for (let blocks = 0; blocks < 5; blocks++) devchain.produceBlock();
  assert.equal(signingInfo().index_offset, 3n);
  const impeachment = () =>
    decide(devchain, [any(slashing.MsgImpeach, { from: GOV, validator_address: SECOND.address })]).id;
  assert.equal(proposalOf(devchain, impeachment()).failed_reason, '');
  assert.equal(second().jailed, true);
  assert.equal(signingInfo().tombstoned, true);
  assert.deepEqual(validators(), [OPERATOR.address]);
  assert.match(proposalOf(devchain, impeachment()).failed_reason, /already tombstoned/);
  after(devchain, 365n * 86_400n);
  assert.equal(second().status, BOND_STATUS_UNBONDED);
  assert.deepEqual(refusal(unjail()), ['slashing', 4]);
  undelegate(SECOND_DELEGATOR, STAKE);
  assert.deepEqual(validators(''), [OPERATOR.address], 'unbonded and empty, it is forgotten');
});

test('votes on challenges and the historical record have both, strongest first', async () => {
  await startWithTwo();
  devchain.produceBlock();
  const set = devchain.keepers.staking.historicalValidators(devchain.chain.context('deliver'));
  assert.deepEqual(
    set.map(({ operator_address }) => operator_address),
    [OPERATOR.address, SECOND.address],
  );
  const height = BigInt(devchain.chain.height);
  const path = '/cosmos.staking.v1beta1.Query/HistoricalInfo';
  const at = (height: bigint) =>
    ask(devchain, path, [staking.QueryHistoricalInfoRequest, { height }], staking.QueryHistoricalInfoResponse).hist!;
  assert.equal(at(height).valset.length, 2);
  assert.equal(at(height).header!.height, height);
  assert.equal(at(3n).valset.length, 1);
});

test('both earn by power, and the books survive a restart', async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'validators-'));
  const options = { genesis: genesis(), dataDir };
  devchain = await testChain(options);
  grant();
  decide(devchain, [creation()]);
  for (let blocks = 0; blocks < 3; blocks++) devchain.produceBlock();
  delegate(BOB, BNB);
  devchain.produceBlock();
  const rewards = () =>
    ask(
      devchain,
      '/cosmos.distribution.v1beta1.Query/DelegationTotalRewards',
      [distribution.QueryDelegationTotalRewardsRequest, { delegator_address: SECOND_DELEGATOR.address }],
      distribution.QueryDelegationTotalRewardsResponse,
    );
  const before = rewards();
  assert.ok(before.total[0]!.amount > 0n);
  await devchain.close();
  devchain = await testChain(options);
  assert.deepEqual(validators().sort(), [OPERATOR.address, SECOND.address].sort());
  assert.ok(rewards().total[0]!.amount >= before.total[0]!.amount);
  const withdrawn = deliver(devchain, SECOND_DELEGATOR, [
    msg(distribution.MsgWithdrawDelegatorReward, pair(SECOND_DELEGATOR)),
  ]);
  assert.equal(withdrawn.code, 0, withdrawn.log);
  const [paid] = attributesOf(withdrawn.events, 'withdraw_rewards');
  assert.deepEqual([paid!.validator, paid!.delegator], [SECOND.address, SECOND_DELEGATOR.address]);
  assert.ok(BigInt(paid!.amount!.slice(0, -'BNB'.length)) > 0n);
});
