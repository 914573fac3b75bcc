import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  cosmosBankV1beta1 as bank,
  cosmosGovV1 as gov,
  moduleAddress,
  greenfieldPermission as permission,
  greenfieldSp as sp,
} from '@prairie/chain';
import { coin } from '../../coins.ts';
import type { DevChain } from '../../devchain.ts';
import { deliver, msg } from '../../testing/sender.ts';
import {
  ALICE,
  after,
  any,
  attributesOf,
  BOB,
  DELEGATOR,
  decide,
  govChain,
  MIN_DEPOSIT,
  OPERATOR,
  proposalOf,
  propose,
  submission,
  VOTE_OPTION_ABSTAIN,
  VOTE_OPTION_NO,
  VOTE_OPTION_NO_WITH_VETO,
  VOTE_OPTION_YES,
  vote,
} from './test-support.ts';

const GOV = moduleAddress('gov');
const { ProposalStatus } = gov;

let devchain: DevChain;
const start = async (params: Record<string, unknown> = {}) => {
  devchain = await govChain(params);
};
afterEach(() => devchain.close());

const newParams = (maximum_group_num: bigint) =>
  any(permission.MsgUpdateParams, {
    authority: GOV,
    params: { maximum_statements_num: 5n, maximum_group_num, maximum_remove_expired_policies_iteration: 7n },
  });

const send = (amount: bigint) =>
  any(bank.MsgSend, { from_address: GOV, to_address: BOB.address, amount: [coin(amount)] });

const funds = () => devchain.keepers.bank.balance(GOV);
const groupLimit = () => devchain.keepers.permission.params().maximum_group_num;

test('a proposal that passes does what it says, and gives the deposit back', async () => {
  await start();
  const supply = devchain.keepers.bank.supply;
  const id = propose(devchain, [newParams(3n)]);
  assert.equal(id, 1n);
  assert.equal(proposalOf(devchain, id).status, ProposalStatus.PROPOSAL_STATUS_VOTING_PERIOD);
  assert.equal(funds(), MIN_DEPOSIT);
  vote(devchain, OPERATOR, id, VOTE_OPTION_YES);
  assert.deepEqual(attributesOf(after(devchain, 4n), 'active_proposal'), [], 'the period is not over');
  const events = after(devchain, 1n);
  assert.equal(groupLimit(), 3n);
  const types = events.map(({ type }) => type);
  assert.ok(types.indexOf('transfer') < types.indexOf('greenfield.permission.Params'), 'refund, then messages');
  assert.ok(types.indexOf('greenfield.permission.Params') < types.indexOf('active_proposal'));
  assert.deepEqual(attributesOf(events, 'active_proposal'), [{ proposal_id: '1', proposal_result: 'proposal_passed' }]);
  const { status, final_tally_result, failed_reason } = proposalOf(devchain, id);
  assert.equal(status, ProposalStatus.PROPOSAL_STATUS_PASSED);
  assert.equal(final_tally_result!.yes_count, (10n ** 25n).toString());
  assert.equal(failed_reason, '');
  assert.equal(funds(), 0n);
  assert.equal(devchain.keepers.bank.supply, supply);
});

test('messages run all or none, and why is written down', async () => {
  await start();
  const { id, events } = decide(devchain, [newParams(3n), send(1n)]);
  assert.deepEqual(attributesOf(events, 'active_proposal'), [{ proposal_id: '1', proposal_result: 'proposal_failed' }]);
  assert.deepEqual(attributesOf(events, 'greenfield.permission.Params'), []);
  assert.notEqual(groupLimit(), 3n);
  const { status, failed_reason } = proposalOf(devchain, id);
  assert.equal(status, ProposalStatus.PROPOSAL_STATUS_FAILED);
  assert.match(failed_reason, /msg 1 \(\/cosmos\.bank\.v1beta1\.MsgSend\).*insufficient funds/);
  assert.equal(funds(), 0n);
});

test('an error that nobody meant fails the proposal, not the chain', async () => {
  await start();
  const broken = any(sp.MsgUpdateParams, { authority: GOV, params: undefined });
  Object.assign(devchain.keepers.sp, { setParams: () => assert.fail('broken on purpose') });
  const { id } = decide(devchain, [broken]);
  assert.equal(proposalOf(devchain, id).status, ProposalStatus.PROPOSAL_STATUS_FAILED);
  assert.equal(attributesOf(after(devchain, 1n), 'active_proposal').length, 0);
});

test('what is held for depositors cannot be spent by a proposal', async () => {
  await start();
  deliver(devchain, BOB, [
    msg(bank.MsgSend, { from_address: BOB.address, to_address: GOV, amount: [coin(50n)] }),
    submission([], { proposer: BOB.address, metadata: 'm', initial_deposit: [coin(7n)] }),
  ]);
  const before = devchain.keepers.bank.balance(BOB.address);
  assert.match(proposalOf(devchain, decide(devchain, [send(51n)]).id).failed_reason, /holds deposits of 7/);
  assert.equal(proposalOf(devchain, decide(devchain, [send(50n)]).id).failed_reason, '');
  assert.equal(devchain.keepers.bank.balance(BOB.address), before + 50n);
});

test('a rejected proposal changes nothing; a veto burns its deposit', async () => {
  await start();
  const supply = devchain.keepers.bank.supply;
  const end = (option: gov.VoteOption) => {
    const id = propose(devchain, [newParams(3n)]);
    vote(devchain, OPERATOR, id, option);
    const events = after(devchain, 6n);
    assert.equal(proposalOf(devchain, id).status, ProposalStatus.PROPOSAL_STATUS_REJECTED);
    assert.equal(attributesOf(events, 'active_proposal')[0]!.proposal_result, 'proposal_rejected');
    return attributesOf(events, 'burn');
  };
  assert.deepEqual(end(VOTE_OPTION_NO), []);
  assert.deepEqual(end(VOTE_OPTION_ABSTAIN), []);
  assert.equal(devchain.keepers.bank.supply, supply);
  assert.deepEqual(end(VOTE_OPTION_NO_WITH_VETO), [{ burner: GOV, amount: `${MIN_DEPOSIT}BNB` }]);
  assert.equal(devchain.keepers.bank.supply, supply - MIN_DEPOSIT);
  assert.equal(funds(), 0n);
  assert.notEqual(groupLimit(), 3n);
});

test('without a quorum the deposit is burned where the parameters say so', async () => {
  await start({ burn_vote_quorum: true });
  const supply = devchain.keepers.bank.supply;
  const id = propose(devchain, [newParams(3n)]);
  after(devchain, 6n);
  assert.equal(proposalOf(devchain, id).status, ProposalStatus.PROPOSAL_STATUS_REJECTED);
  assert.equal(devchain.keepers.bank.supply, supply - MIN_DEPOSIT);
});

test('deposits of several reach the minimum; what does not in time is dropped and given back', async () => {
  await start();
  const supply = devchain.keepers.bank.supply;
  const id = propose(devchain, [newParams(3n)], { initial_deposit: [] });
  const dropped = propose(devchain, [newParams(4n)], { initial_deposit: [coin(5n)] });
  assert.equal(vote(devchain, OPERATOR, id, VOTE_OPTION_YES).code, 3);
  const deposit = (amount: bigint, proposal_id = id) =>
    deliver(devchain, BOB, [msg(gov.MsgDeposit, { proposal_id, depositor: BOB.address, amount: [coin(amount)] })]);
  const first = deposit(MIN_DEPOSIT - 1n);
  assert.deepEqual(attributesOf(first.events, 'proposal_deposit'), [
    { amount: `${MIN_DEPOSIT - 1n}BNB`, proposal_id: '1' },
  ]);
  const second = attributesOf(deposit(1n).events, 'proposal_deposit');
  assert.deepEqual(second[1], { voting_period_start: '1' });
  assert.equal(proposalOf(devchain, id).total_deposit[0]!.amount, MIN_DEPOSIT);
  after(devchain, 6n);
  const balance = devchain.keepers.bank.balance(ALICE.address);
  assert.deepEqual(attributesOf(after(devchain, 30n), 'inactive_proposal'), [
    { proposal_id: String(dropped), proposal_result: 'proposal_dropped' },
  ]);
  assert.equal(devchain.keepers.bank.balance(ALICE.address), balance + 5n);
  assert.equal(devchain.keepers.bank.supply, supply);
  assert.equal(deposit(1n).code, 3);
  assert.equal(deposit(1n, dropped).code, 2);
});

test('a dropped proposal’s deposit is burned where the parameters say so', async () => {
  await start({ burn_proposal_deposit_prevote: true });
  const supply = devchain.keepers.bank.supply;
  propose(devchain, [newParams(3n)], { initial_deposit: [coin(5n)] });
  after(devchain, 31n);
  assert.equal(devchain.keepers.bank.supply, supply - 5n);
});

test('operator and delegator vote both, the later vote of one replaces the earlier', async () => {
  await start();
  const id = propose(devchain, [newParams(3n)]);
  assert.equal(vote(devchain, OPERATOR, id, VOTE_OPTION_YES).code, 0);
  const options = [
    { option: VOTE_OPTION_NO, weight: '0.75' },
    { option: VOTE_OPTION_ABSTAIN, weight: '0.25' },
  ];
  const voter = DELEGATOR.address;
  const weighted = deliver(devchain, DELEGATOR, [msg(gov.MsgVoteWeighted, { proposal_id: id, voter, options })]);
  assert.deepEqual(attributesOf(weighted.events, 'proposal_vote'), [
    { option: 'option:VOTE_OPTION_NO weight:"0.75" \noption:VOTE_OPTION_ABSTAIN weight:"0.25"', proposal_id: '1' },
  ]);
  vote(devchain, DELEGATOR, id, VOTE_OPTION_YES);
  deliver(devchain, DELEGATOR, [msg(gov.MsgVoteWeighted, { proposal_id: id, voter, options })]);
  after(devchain, 6n);
  const { status, final_tally_result } = proposalOf(devchain, id);
  assert.equal(status, ProposalStatus.PROPOSAL_STATUS_REJECTED);
  assert.deepEqual(
    Object.values(final_tally_result!),
    [0n, 25n, 75n, 0n].map((n) => (n * 10n ** 23n).toString()),
  );
});

test('parameters of governance change by a proposal, and bind the next', async () => {
  await start();
  const params = { ...gov.Params.create(), ...currentParams(), min_initial_deposit_ratio: '0.5' };
  decide(devchain, [any(gov.MsgUpdateParams, { authority: GOV, params })]);
  const little = submission([newParams(3n)], { initial_deposit: [coin(MIN_DEPOSIT / 2n - 1n)] });
  const result = deliver(devchain, ALICE, [little]);
  assert.deepEqual([result.codespace, result.code], ['gov', 16]);
  propose(devchain, [newParams(3n)], { initial_deposit: [coin(MIN_DEPOSIT / 2n)] });
});

const currentParams = (): Partial<gov.Params> => ({
  min_deposit: [coin(MIN_DEPOSIT)],
  max_deposit_period: { seconds: 30n, nanos: 0 },
  voting_period: { seconds: 5n, nanos: 0 },
  quorum: '0.334',
  threshold: '0.5',
  veto_threshold: '0.334',
});
