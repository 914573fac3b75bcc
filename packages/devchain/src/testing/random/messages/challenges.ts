/** Random messages by which providers are asked for pieces, and punished or not (`reference/chain-state-machine.md` §11). */
import { blsAggregate, blsSign, greenfieldChallenge as challenge, sameAddress } from '@prairie/chain';
import { attestationHash } from '../../../modules/challenge/attest.ts';
import { turnAt, type Voter } from '../../../modules/challenge/voters.ts';
import type { Draft, Kind } from '../draft.ts';
import type { OpenChallenge } from '../observe.ts';
import { type Gvg, isExiting, isServing, type StoredObject, type World } from '../world.ts';
import { claim, draft, isSealed, objectWith } from './common.ts';

const { CHALLENGE_SUCCEED, CHALLENGE_FAILED } = challenge.VoteResult;
/** Blocks that a challenge must still be open. */
const MARGIN = 2n;

export const challengeKinds: readonly Kind[] = [
  { name: 'Submit a challenge', weight: 2.5, make: submit },
  { name: 'Attest, the provider failed', weight: 1.5, make: attestFailure },
  { name: 'Attest, a heartbeat', weight: 3, make: attestHeartbeat },
];

/** Of a sealed object. */
function groupOf(world: World, object: StoredObject): Gvg | undefined {
  const bucket = world.bucketOf(object);
  return bucket && world.keepers.storage.localGroups.gvgOf(bucket, object);
}

function segments(world: World, object: StoredObject): bigint {
  const { max_segment_size: size } = world.keepers.storage.parameters.get().versioned_params;
  return (object.payload_size + size - 1n) / size;
}

function submit(world: World): Draft | undefined {
  const found = objectWith(world, (object) => isSealed(object) && object.payload_size > 0n);
  const gvg = found && groupOf(world, found.object);
  const primary = gvg && world.provider(gvg.primary_sp_id);
  if (!primary || !(isServing(primary) || isExiting(primary))) return undefined;
  const { object, bucket } = found;
  if (world.keepers.challenge.store.wasSlashed({ spId: primary.id, objectId: object.id })) return undefined;
  const challenged = world.provider(world.rng.one([gvg.primary_sp_id, ...gvg.secondary_sp_ids]));
  if (!challenged) return undefined;
  const random_index = world.rng.chance(0.5);
  const challenger = world.richUser();
  const message = {
    challenger: challenger.address,
    sp_operator_address: challenged.operator_address,
    bucket_name: bucket.bucket_name,
    object_name: object.object_name,
    segment_index: random_index ? 0 : world.rng.below(Number(segments(world, object))),
    random_index,
  };
  const needs = [claim.bucket(bucket), claim.object(object), claim.gvg(gvg.id), claim.family(gvg.family_id)];
  const providers = [primary.id, challenged.id].map(claim.provider);
  return draft(challenger, challenge.MsgSubmit, message, { needs: [...needs, ...providers] });
}

/** The validators that vote in the next block; undefined when they are about to change, or there are none. */
function voters(world: World): readonly Voter[] | undefined {
  const { staking } = world.keepers;
  const set = staking.historicalValidators({ height: world.height - 1n });
  const next = staking.validators.inSet();
  const stays =
    set.length > 0 && set.length === next.length && set.every((one) => next.some((other) => isSame(one, other)));
  return stays ? set : undefined;
}

/** Also of equal power: the order of votes follows it. */
const isSame = (
  one: { operator_address: string; tokens: bigint },
  other: { operator_address: string; tokens: bigint },
): boolean => sameAddress(one.operator_address, other.operator_address) && one.tokens === other.tokens;

function attest(world: World, open: OpenChallenge, vote_result: challenge.VoteResult): Draft | undefined {
  const all = voters(world);
  const { attestation_inturn_interval: interval } = world.keepers.challenge.params();
  const object = world.keepers.storage.store.objectById(open.objectId);
  const provider = world.keepers.sp.byOperator(open.spOperator);
  const gvg = object && object.local_virtual_group_id > 0 ? groupOf(world, object) : undefined;
  if (!all || !object || !provider || !gvg) return undefined;
  if (![gvg.primary_sp_id, ...gvg.secondary_sp_ids].includes(provider.id)) return undefined;
  const submitter = turnAt(world.now, all, interval).voter.challenger_address;
  const content = {
    challenge_id: open.id,
    object_id: open.objectId,
    sp_operator_address: open.spOperator,
    vote_result,
    challenger_address: open.challenger,
  };
  const digest = attestationHash(world.chainId, content);
  const message = {
    ...{ ...content, submitter },
    vote_validator_set: [(1n << BigInt(all.length)) - 1n],
    vote_agg_signature: blsAggregate(all.map(({ bls_key }) => blsSign(world.bls.secretOf(bls_key), digest))),
  };
  const rest = {
    needs: ['validators', claim.object(object), claim.gvg(gvg.id), claim.family(gvg.family_id)],
    changes: [claim.provider(provider.id), `challenge/${open.id}`],
    paysOut: vote_result === CHALLENGE_FAILED,
  };
  return draft(world.key(submitter)!, challenge.MsgAttest, message, rest);
}

const isOpen = (world: World, { id, expires }: OpenChallenge): boolean =>
  world.keepers.challenge.store.isOpen(id) && expires > world.height + MARGIN;

function attestFailure(world: World): Draft | undefined {
  const { store } = world.keepers.challenge;
  const open = world.rng.pick(
    world.known.challenges.filter((one) => {
      const provider = world.keepers.sp.byOperator(one.spOperator);
      return isOpen(world, one) && provider && !store.wasSlashed({ spId: provider.id, objectId: one.objectId });
    }),
  );
  return open && attest(world, open, CHALLENGE_SUCCEED);
}

function attestHeartbeat(world: World): Draft | undefined {
  const { heartbeat_interval: interval } = world.keepers.challenge.params();
  const open = world.known.challenges.find((one) => one.id % interval === 0n && isOpen(world, one));
  const isDone = open && world.keepers.challenge.store.attestation(open.id) !== undefined;
  return open && !isDone ? attest(world, open, CHALLENGE_FAILED) : undefined;
}
