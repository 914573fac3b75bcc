/** Random messages of governance: proposals, what is deposited for them, and votes. */
import {
  cosmosAuthzV1beta1 as authz,
  cosmosCryptoEd25519,
  cosmosDistributionV1beta1 as distribution,
  type googleProtobuf,
  cosmosGovV1 as gov,
  moduleAddress,
  packAny,
  greenfieldPayment as payment,
  greenfieldPermission as permission,
  sha256,
  greenfieldSp as sp,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import { type TestKey, testKey } from '../../network.ts';
import type { Draft, Kind } from '../draft.ts';
import type { Candidate, World } from '../world.ts';
import { bnb, draft } from './common.ts';

const GOV = moduleAddress('gov');
const { VOTE_OPTION_YES, VOTE_OPTION_NO, VOTE_OPTION_ABSTAIN, VOTE_OPTION_NO_WITH_VETO } = gov.VoteOption;
const OPTIONS = [VOTE_OPTION_YES, VOTE_OPTION_NO, VOTE_OPTION_ABSTAIN, VOTE_OPTION_NO_WITH_VETO];
const { PROPOSAL_STATUS_DEPOSIT_PERIOD, PROPOSAL_STATUS_VOTING_PERIOD } = gov.ProposalStatus;
/** Enough for the vote to begin, wei. */
const ENOUGH = 10n ** 18n;
const PROVIDER_DEPOSIT = 10n ** 22n;
/** Much less than what decides votes. */
const VALIDATOR_STAKE = 10n ** 21n;
const ONE = 10n ** 18n;

export const governanceKinds: readonly Kind[] = [
  { name: 'SubmitProposal, text', weight: 0.5, make: (world) => submit(world, []) },
  { name: 'SubmitProposal, parameters', weight: 0.7, make: (world) => submit(world, [newParams(world)]) },
  { name: 'SubmitProposal, community pool', weight: 0.4, make: (world) => submit(world, [poolSpend(world)]) },
  { name: 'Grant, deposit of a new provider', weight: 1.2, make: grantDeposit },
  { name: 'SubmitProposal, new provider', weight: 4, make: submitProvider },
  { name: 'Grant, stake of a new validator', weight: 0.5, make: grantStake },
  { name: 'SubmitProposal, new validator', weight: 3, make: submitValidator },
  { name: 'Deposit for a proposal', weight: 2, make: deposit },
  { name: 'Vote of the stake', weight: 12, make: voteOfStake },
  { name: 'Vote', weight: 1, make: vote },
  { name: 'VoteWeighted', weight: 1, make: voteWeighted },
];

type Any = googleProtobuf.Any;

function submit(world: World, messages: Any[], initial = world.rng.chance(0.8) ? ENOUGH : 1n): Draft {
  const proposer = world.richUser();
  const message = {
    messages,
    initial_deposit: [bnb(initial)],
    proposer: proposer.address,
    metadata: 'https://example.org/why',
    title: world.name('proposal '),
    summary: 'made by chance',
  };
  return draft(proposer, gov.MsgSubmitProposal, message);
}

/** Times and limits that a run can live with. */
function newParams(world: World): Any {
  if (world.rng.chance(0.5)) {
    const params = { ...world.keepers.permission.params(), maximum_group_num: BigInt(world.rng.between(3, 5)) };
    return packAny(permission.MsgUpdateParams, { authority: GOV, params });
  }
  const before = world.keepers.payment.params();
  const reserve_time = BigInt(world.rng.between(50, 120));
  const validator_tax_rate = (ONE * BigInt(world.rng.between(0, 5))) / 100n;
  const versioned_params = { ...before.versioned_params, reserve_time, validator_tax_rate };
  return packAny(payment.MsgUpdateParams, { authority: GOV, params: { ...before, versioned_params } });
}

const poolSpend = (world: World): Any =>
  packAny(distribution.MsgCommunityPoolSpend, {
    authority: GOV,
    recipient: world.user().address,
    amount: [bnb(world.rng.magnitude(50))],
  });

/** Who pays lets governance take it. */
function grantDeposit(world: World): Draft | undefined {
  const candidate = world.newCandidate('provider');
  if (!candidate) return undefined;
  const max_deposit = bnb(PROVIDER_DEPOSIT);
  return granted(candidate, packAny(sp.DepositAuthorization, { sp_address: candidate.operator.address, max_deposit }));
}

function grantStake(world: World): Draft | undefined {
  const candidate = world.newCandidate('validator');
  if (!candidate) return undefined;
  const authorization = packAny(staking.StakeAuthorization, {
    authorization_type: staking.AuthorizationType.AUTHORIZATION_TYPE_DELEGATE,
    allow_list: { address: [candidate.operator.address] },
    max_tokens: bnb(VALIDATOR_STAKE),
  });
  return granted(candidate, authorization);
}

function granted({ payer }: Candidate, authorization: Any): Draft {
  return draft(payer, authz.MsgGrant, { granter: payer.address, grantee: GOV, grant: { authorization } });
}

const hasGranted = (world: World, { payer }: Candidate, url: string): boolean =>
  world.keepers.authz.grant({ granter: payer.address, grantee: GOV }, url) !== undefined;

function submitProvider(world: World): Draft | undefined {
  const candidate = world.takeCandidate('provider', (one) => hasGranted(world, one, sp.MsgDeposit.typeUrl));
  if (!candidate) return undefined;
  const { operator, payer, first, second, third } = candidate;
  const message = {
    creator: GOV,
    description: { moniker: world.name('provider ') },
    sp_address: operator.address,
    funding_address: payer.address,
    seal_address: first.address,
    approval_address: second.address,
    gc_address: third.address,
    maintenance_address: operator.address,
    endpoint: `http://${operator.address.toLowerCase()}.example`,
    deposit: bnb(PROVIDER_DEPOSIT),
    read_price: 100n * ONE,
    free_read_quota: 1000n,
    store_price: 10_000n * ONE,
    ...world.bls.next(),
  };
  return submit(world, [packAny(sp.MsgCreateStorageProvider, message)], ENOUGH);
}

function submitValidator(world: World): Draft | undefined {
  const candidate = world.takeCandidate('validator', (one) => hasGranted(world, one, staking.MsgDelegate.typeUrl));
  if (!candidate) return undefined;
  const { operator, payer, first, second } = candidate;
  const message = {
    description: { moniker: world.name('validator ') },
    commission: { rate: ONE / 10n, max_rate: ONE, max_change_rate: ONE / 100n },
    min_self_delegation: 1n,
    delegator_address: payer.address,
    validator_address: operator.address,
    pubkey: packAny(cosmosCryptoEd25519.PubKey, { key: sha256(operator.privateKey) }),
    value: bnb(VALIDATOR_STAKE),
    from: GOV,
    relayer_address: first.address,
    challenger_address: second.address,
    ...world.bls.next(),
  };
  return submit(world, [packAny(staking.MsgCreateValidator, message)], ENOUGH);
}

function proposal(world: World, status: gov.ProposalStatus): gov.Proposal | undefined {
  const request = gov.QueryProposalsRequest.create({ proposal_status: status });
  const { response } = world.chain.queries.call('/cosmos.gov.v1.Query/Proposals', request, 0);
  return world.rng.pick(response.proposals as gov.Proposal[]);
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
