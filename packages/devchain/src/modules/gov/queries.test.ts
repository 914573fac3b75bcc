import assert from 'node:assert/strict';
import { after as atEnd, before, test } from 'node:test';
import { encode, cosmosGovV1 as gov, type Init, cosmosGovV1beta1 as legacy, type MessageType } from '@prairie/chain';
import { coin } from '../../coins.ts';
import type { DevChain } from '../../devchain.ts';
import { deliver, msg } from '../../testing/sender.ts';
import {
  ALICE,
  after,
  ask,
  BOB,
  DELEGATOR,
  govChain,
  OPERATOR,
  propose,
  VOTE_OPTION_NO,
  vote,
} from './test-support.ts';

let devchain: DevChain;
/** One rejected, one voted on, one that waits for deposits. */
let ids: { rejected: bigint; voting: bigint; waiting: bigint };

before(async () => {
  devchain = await govChain();
  const rejected = propose(devchain, [], { metadata: 'first' });
  vote(devchain, OPERATOR, rejected, VOTE_OPTION_NO);
  after(devchain, 6n);
  const waiting = propose(devchain, [], { metadata: 'second', initial_deposit: [coin(3n)] });
  const voting = propose(devchain, [], { metadata: 'third' });
  vote(devchain, OPERATOR, voting, VOTE_OPTION_NO);
  vote(devchain, DELEGATOR, voting, VOTE_OPTION_NO);
  const proposal_id = waiting;
  deliver(devchain, BOB, [msg(gov.MsgDeposit, { proposal_id, depositor: BOB.address, amount: [coin(4n)] })]);
  ids = { rejected, voting, waiting };
});
atEnd(() => devchain.close());

const path = (name: string) => `/cosmos.gov.v1.Query/${name}`;

test('proposals are listed by status, voter and depositor, page by page', () => {
  const list = (request: Init<gov.QueryProposalsRequest>) =>
    ask(devchain, path('Proposals'), [gov.QueryProposalsRequest, request], gov.QueryProposalsResponse);
  const listed = (request: Init<gov.QueryProposalsRequest>) => list(request).proposals.map(({ id }) => id);
  assert.deepEqual(listed({}), [ids.rejected, ids.waiting, ids.voting]);
  assert.deepEqual(listed({ proposal_status: gov.ProposalStatus.PROPOSAL_STATUS_VOTING_PERIOD }), [ids.voting]);
  assert.deepEqual(listed({ voter: OPERATOR.address.toLowerCase() }), [ids.voting], 'votes of the past are gone');
  assert.deepEqual(listed({ depositor: BOB.address }), [ids.waiting]);
  assert.deepEqual(listed({ depositor: BOB.address, voter: OPERATOR.address }), []);
  const first = list({ pagination: { limit: 1n } });
  assert.equal(Buffer.from(first.pagination!.next_key).readBigUInt64BE(), ids.waiting);
  assert.deepEqual(listed({ pagination: { key: first.pagination!.next_key } }), [ids.waiting, ids.voting]);
});

test('votes and deposits, one and all', () => {
  const { votes, pagination } = ask(
    devchain,
    path('Votes'),
    [gov.QueryVotesRequest, { proposal_id: ids.voting, pagination: { limit: 1n } }],
    gov.QueryVotesResponse,
  );
  const next = ask(
    devchain,
    path('Votes'),
    [gov.QueryVotesRequest, { proposal_id: ids.voting, pagination: { key: pagination!.next_key } }],
    gov.QueryVotesResponse,
  );
  const voters = [...votes, ...next.votes].map(({ voter }) => voter);
  assert.deepEqual(voters.toSorted(), [OPERATOR.address, DELEGATOR.address].toSorted());
  const voter = OPERATOR.address;
  const { vote: one } = ask(
    devchain,
    path('Vote'),
    [gov.QueryVoteRequest, { proposal_id: ids.voting, voter }],
    gov.QueryVoteResponse,
  );
  assert.deepEqual(one!.options, [{ option: VOTE_OPTION_NO, weight: '1.000000000000000000' }]);
  const { deposits } = ask(
    devchain,
    path('Deposits'),
    [gov.QueryDepositsRequest, { proposal_id: ids.waiting }],
    gov.QueryDepositsResponse,
  );
  const amounts = deposits.map(({ depositor, amount }) => [depositor, amount[0]!.amount] as const);
  assert.deepEqual(
    new Map(amounts),
    new Map([
      [ALICE.address, 3n],
      [BOB.address, 4n],
    ]),
  );
  const { deposit } = ask(
    devchain,
    path('Deposit'),
    [gov.QueryDepositRequest, { proposal_id: ids.waiting, depositor: BOB.address }],
    gov.QueryDepositResponse,
  );
  assert.deepEqual(deposit!.amount, [coin(4n)]);
});

test('a tally is of the votes so far, or of those that counted', () => {
  const no = (proposal_id: bigint) =>
    ask(devchain, path('TallyResult'), [gov.QueryTallyResultRequest, { proposal_id }], gov.QueryTallyResultResponse)
      .tally!.no_count;
  assert.equal(no(ids.waiting), '0');
  assert.equal(no(ids.voting), (10n ** 25n).toString());
  assert.equal(no(ids.rejected), (10n ** 25n).toString());
});

test('parameters come whole, and in the part that is asked for', () => {
  const params = (params_type: string) =>
    ask(devchain, path('Params'), [gov.QueryParamsRequest, { params_type }], gov.QueryParamsResponse);
  assert.equal(params('').params.quorum, '0.334000000000000000');
  assert.deepEqual(params('voting').voting_params, { voting_period: { seconds: 5n, nanos: 0 } });
  assert.equal(params('tallying').tally_params!.threshold, '0.500000000000000000');
  assert.equal(params('deposit').deposit_params!.max_deposit_period!.seconds, 30n);
  assert.equal(params('deposit').voting_params, undefined);
});

test('clients of the older version get the same in their shapes', () => {
  const older = <Q, R>(name: string, type: MessageType<Q>, request: Init<Q>, response: MessageType<R>): R =>
    ask(devchain, `/cosmos.gov.v1beta1.Query/${name}`, [type, request], response);
  const proposal_id = ids.voting;
  const { proposals } = older('Proposals', legacy.QueryProposalsRequest, {}, legacy.QueryProposalsResponse);
  assert.deepEqual(
    proposals.map((one) => one.proposal_id),
    [ids.rejected, ids.waiting, ids.voting],
  );
  const { proposal } = older('Proposal', legacy.QueryProposalRequest, { proposal_id }, legacy.QueryProposalResponse);
  assert.equal(proposal!.total_deposit[0]!.amount, 10n ** 18n);
  const { votes } = older('Votes', legacy.QueryVotesRequest, { proposal_id }, legacy.QueryVotesResponse);
  assert.deepEqual(votes[0]!.options, [{ option: VOTE_OPTION_NO, weight: 10n ** 18n }]);
  assert.equal(votes[0]!.option, VOTE_OPTION_NO);
  const { tally } = older(
    'TallyResult',
    legacy.QueryTallyResultRequest,
    { proposal_id },
    legacy.QueryTallyResultResponse,
  );
  assert.equal(tally!.no, (10n ** 25n).toString());
  const params_type = 'tallying';
  const { tally_params } = older('Params', legacy.QueryParamsRequest, { params_type }, legacy.QueryParamsResponse);
  assert.equal(Buffer.from(tally_params!.quorum).toString(), '334000000000000000');
});

test('what is not there is said to be so', () => {
  const fails = <T>(name: string, type: MessageType<T>, value: Init<T>, code: number, log: RegExp) => {
    const answer = devchain.chain.queries.query(path(name), encode(type, value), 0);
    assert.equal(answer.code, code, answer.log);
    assert.match(answer.log, log);
  };
  fails('Proposal', gov.QueryProposalRequest, { proposal_id: 99n }, 22, /NotFound desc = proposal 99 doesn't exist/);
  fails('TallyResult', gov.QueryTallyResultRequest, { proposal_id: 99n }, 22, /proposal 99 doesn't exist/);
  fails('Proposal', gov.QueryProposalRequest, {}, 18, /can not be 0/);
  fails('Vote', gov.QueryVoteRequest, { proposal_id: 1n, voter: ALICE.address }, 18, /not found for proposal: 1/);
  fails('Deposit', gov.QueryDepositRequest, { proposal_id: 1n, depositor: ALICE.address }, 18, /not found/);
  fails('Params', gov.QueryParamsRequest, { params_type: 'constructor' }, 18, /not a valid parameter type/);
  fails('Proposals', gov.QueryProposalsRequest, { voter: 'x' }, 18, /invalid voter address/);
});
