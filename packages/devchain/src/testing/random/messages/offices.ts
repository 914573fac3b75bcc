/** Random messages by which providers and validators come: who pays agrees, then governance decides. */
import {
  cosmosAuthzV1beta1 as authz,
  cosmosCryptoEd25519,
  type googleProtobuf,
  packAny,
  sha256,
  greenfieldSp as sp,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import type { Draft, Kind } from '../draft.ts';
import type { Candidate, World } from '../world.ts';
import { bnb, draft } from './common.ts';
import { ENOUGH, GOV, submit } from './proposals.ts';

const PROVIDER_DEPOSIT = 10n ** 22n;
/** Much less than what decides votes. */
const VALIDATOR_STAKE = 10n ** 21n;
const ONE = 10n ** 18n;

export const officeKinds: readonly Kind[] = [
  { name: 'Grant, deposit of a new provider', weight: 1.2, make: grantDeposit },
  { name: 'SubmitProposal, new provider', weight: 4, make: submitProvider },
  { name: 'Grant, stake of a new validator', weight: 0.5, make: grantStake },
  { name: 'SubmitProposal, new validator', weight: 3, make: submitValidator },
];

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

function granted({ payer }: Candidate, authorization: googleProtobuf.Any): Draft {
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
    min_self_delegation: VALIDATOR_STAKE / 2n,
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
