/** Random proposals to governance: about parameters, against somebody, or about nothing. */
import {
  greenfieldChallenge as challenge,
  cosmosDistributionV1beta1 as distribution,
  type googleProtobuf,
  cosmosGovV1 as gov,
  type MessageType,
  moduleAddress,
  packAny,
  greenfieldPayment as payment,
  greenfieldPermission as permission,
  cosmosSlashingV1beta1 as slashing,
  greenfieldSp as sp,
  cosmosStakingV1beta1 as staking,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { Draft, Kind } from '../draft.ts';
import { isServing, type World } from '../world.ts';
import { bnb, draft, LEAST_PROVIDERS } from './common.ts';

export const GOV = moduleAddress('gov');
/** Enough for the vote to begin, wei. */
export const ENOUGH = 10n ** 18n;
const ONE = 10n ** 18n;

export const proposalKinds: readonly Kind[] = [
  { name: 'SubmitProposal, text', weight: 0.5, make: (world) => submit(world, []) },
  { name: 'SubmitProposal, parameters', weight: 0.7, make: (world) => submit(world, [newParams(world)]) },
  { name: 'SubmitProposal, parameters as they are', weight: 0.6, make: repeatParams },
  { name: 'SubmitProposal, against a provider', weight: 0.15, make: forceExit },
  { name: 'SubmitProposal, against a validator', weight: 0.15, make: impeach },
  { name: 'SubmitProposal, community pool', weight: 0.4, make: (world) => submit(world, [poolSpend(world)]) },
];

type Any = googleProtobuf.Any;

/** Some wait for deposits first. */
export function submit(world: World, messages: Any[], initial = world.rng.chance(0.8) ? ENOUGH : 1n): Draft {
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

/** Modules whose parameters governance sets. Those of versions are in force from the next second on, also unchanged. */
const GOVERNED = {
  '/cosmos.distribution.v1beta1.Query/Params': distribution.MsgUpdateParams,
  '/cosmos.slashing.v1beta1.Query/Params': slashing.MsgUpdateParams,
  '/cosmos.staking.v1beta1.Query/Params': staking.MsgUpdateParams,
  '/greenfield.challenge.Query/Params': challenge.MsgUpdateParams,
  '/greenfield.sp.Query/Params': sp.MsgUpdateParams,
  '/greenfield.storage.Query/Params': storage.MsgUpdateParams,
  '/greenfield.virtualgroup.Query/Params': virtualgroup.MsgUpdateParams,
} as const;

function repeatParams(world: World): Draft {
  const [query, type] = world.rng.one(Object.entries(GOVERNED));
  const { params } = world.ask(query, {});
  return submit(world, [packAny(type as MessageType, { authority: GOV, params })]);
}

/** It may be that others leave already, or that there would be too few left: then the proposal fails. */
function forceExit(world: World): Draft | undefined {
  const provider = world.providerWith(isServing);
  if (!provider || world.keepers.sp.all().length <= LEAST_PROVIDERS) return undefined;
  const message = { authority: GOV, storage_provider: provider.operator_address };
  return submit(world, [packAny(virtualgroup.MsgStorageProviderForcedExit, message)]);
}

/** One that came later than the first, which makes the blocks. */
function impeach(world: World): Draft | undefined {
  const validators = [...world.keepers.staking.validators.table.range()].map(([, one]) => one);
  const validator = world.rng.pick(validators.filter(({ min_self_delegation }) => min_self_delegation > 1n));
  const message = { from: GOV, validator_address: validator?.operator_address ?? '' };
  return validator && submit(world, [packAny(slashing.MsgImpeach, message)]);
}

const poolSpend = (world: World): Any =>
  packAny(distribution.MsgCommunityPoolSpend, {
    authority: GOV,
    recipient: world.user().address,
    amount: [bnb(world.rng.magnitude(50))],
  });
