/** Random messages about proposals of others: deposits and votes. */
import { cosmosGovV1 as gov } from '@prairie/chain';
import { type TestKey, testKey } from '../../network.ts';
import type { Draft, Kind } from '../draft.ts';
import type { World } from '../world.ts';
import { bnb, draft } from './common.ts';
import { ENOUGH } from './proposals.ts';

const { VOTE_OPTION_YES, VOTE_OPTION_NO, VOTE_OPTION_ABSTAIN, VOTE_OPTION_NO_WITH_VETO } = gov.VoteOption;
const OPTIONS = [VOTE_OPTION_YES, VOTE_OPTION_NO, VOTE_OPTION_ABSTAIN, VOTE_OPTION_NO_WITH_VETO];
const { PROPOSAL_STATUS_DEPOSIT_PERIOD, PROPOSAL_STATUS_VOTING_PERIOD } = gov.ProposalStatus;

export const voteKinds: readonly Kind[] = [
  { name: 'Deposit for a proposal', weight: 2, make: deposit },
  { name: 'Vote of the stake', weight: 12, make: voteOfStake },
  { name: 'Vote', weight: 1, make: vote },
  { name: 'VoteWeighted', weight: 1, make: voteWeighted },
];

function proposal(world: World, status: gov.ProposalStatus): gov.Proposal | undefined {
  const request = gov.QueryProposalsRequest.create({ proposal_status: status });
  const { proposals } = world.ask('/cosmos.gov.v1.Query/Proposals', request);
  return world.rng.pick(proposals as gov.Proposal[]);
}

function deposit(world: World): Draft | undefined {
  const found = proposal(world, PROPOSAL_STATUS_DEPOSIT_PERIOD);
  const depositor = world.richUser();
  const amount = world.rng.chance(0.5) ? ENOUGH : world.rng.magnitude(58);
  const message = { proposal_id: found?.id ?? 0n, depositor: depositor.address, amount: [bnb(amount)] };
  return found && draft(depositor, gov.MsgDeposit, message);
}

function cast(world: World, voter: TestKey, option = world.rng.one(OPTIONS)): Draft | undefined {
  const found = proposal(world, PROPOSAL_STATUS_VOTING_PERIOD);
  const message = { proposal_id: found?.id ?? 0n, voter: voter.address, option, metadata: '' };
  return found && draft(voter, gov.MsgVote, message);
}

/** Whoever has staked decides, mostly for the proposal. */
function voteOfStake(world: World): Draft | undefined {
  return cast(world, testKey('delegator'), world.rng.chance(0.8) ? VOTE_OPTION_YES : world.rng.one(OPTIONS));
}

function vote(world: World): Draft | undefined {
  return cast(world, world.richUser());
}

function voteWeighted(world: World): Draft | undefined {
  const found = proposal(world, PROPOSAL_STATUS_VOTING_PERIOD);
  const voter = world.richUser();
  const options = [
    { option: VOTE_OPTION_YES, weight: '0.7' },
    { option: VOTE_OPTION_ABSTAIN, weight: '0.3' },
  ];
  const message = { proposal_id: found?.id ?? 0n, voter: voter.address, options, metadata: '' };
  return found && draft(voter, gov.MsgVoteWeighted, message);
}
