/** Random messages about tags and policies (`reference/chain-state-machine.md` §9). */
import {
  greenfieldResource,
  greenfieldPermission as permission,
  sameAddress,
  greenfieldStorage as storage,
} from '@prairie/chain';
import { idKey } from '../../../keys.ts';
import type { Draft, Kind } from '../draft.ts';
import type { Bucket, StoredObject, World } from '../world.ts';
import { claim, draft, expiry } from './common.ts';

const { ACTION_CREATE_OBJECT, ACTION_DELETE_OBJECT, ACTION_COPY_OBJECT, ACTION_GET_OBJECT, ACTION_UPDATE_OBJECT_INFO } =
  permission.ActionType;
const { ACTION_TYPE_ALL, ACTION_UPDATE_GROUP_MEMBER, ACTION_UPDATE_GROUP_EXTRA } = permission.ActionType;
const OBJECT_ACTIONS = [ACTION_DELETE_OBJECT, ACTION_COPY_OBJECT, ACTION_GET_OBJECT, ACTION_UPDATE_OBJECT_INFO];
const { EFFECT_ALLOW, EFFECT_DENY } = permission.Effect;
const { PRINCIPAL_TYPE_GNFD_ACCOUNT, PRINCIPAL_TYPE_GNFD_GROUP } = permission.PrincipalType;
const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_OBJECT, RESOURCE_TYPE_GROUP } = greenfieldResource.ResourceType;
/** What is left of a policy that limits sizes is enough for any number of objects of one byte. */
const LEAST_SIZE = 1n << 20n;

export const policyKinds: readonly Kind[] = [
  { name: 'SetTag', weight: 2, make: setTag },
  { name: 'PutPolicy, bucket', weight: 4, make: (world) => putPolicy(world, ofBucket(world.known.buckets.pick())) },
  { name: 'PutPolicy, object', weight: 3, make: (world) => putPolicy(world, anyObject(world)) },
  { name: 'PutPolicy, group', weight: 1, make: (world) => putPolicy(world, ofGroup(world.known.groups.pick())) },
  { name: 'DeletePolicy', weight: 2, make: deletePolicy },
];

interface Resource {
  grn: string;
  owner: string;
  type: number;
  id: bigint;
  claim: string;
}

function ofBucket(bucket: Bucket | undefined): Resource | undefined {
  if (!bucket) return undefined;
  const { bucket_name, owner, id } = bucket;
  return { grn: `grn:b::${bucket_name}`, owner, id, type: RESOURCE_TYPE_BUCKET, claim: claim.bucket(bucket) };
}

function ofObject(object: StoredObject | undefined): Resource | undefined {
  if (!object) return undefined;
  const { bucket_name, object_name, owner, id } = object;
  const grn = `grn:o::${bucket_name}/${object_name}`;
  return { grn, owner, id, type: RESOURCE_TYPE_OBJECT, claim: claim.object(object) };
}

function ofGroup(group: storage.GroupInfo | undefined): Resource | undefined {
  if (!group) return undefined;
  const { owner, group_name, id } = group;
  return { grn: `grn:g:${owner}:${group_name}`, owner, id, type: RESOURCE_TYPE_GROUP, claim: claim.group(group) };
}

const anyObject = (world: World): Resource | undefined =>
  ofObject(world.known.objects.pick((object) => world.isNamed(object)));

function setTag(world: World): Draft | undefined {
  const choices = [
    () => ofBucket(world.known.buckets.pick()),
    () => anyObject(world),
    () => ofGroup(world.known.groups.pick()),
  ];
  const resource = world.rng.one(choices)();
  if (!resource) return undefined;
  const tags = world.rng.some(['colour', 'size', 'Größe'], 2).map((key) => ({ key, value: world.name('value') }));
  const message = { operator: resource.owner, resource: resource.grn, tags: { tags } };
  return draft(world.key(resource.owner)!, storage.MsgSetTag, message, { changes: [resource.claim] });
}

function putPolicy(world: World, resource: Resource | undefined): Draft | undefined {
  if (!resource) return undefined;
  const principal = principalFor(world, resource);
  if (!principal) return undefined;
  const message = {
    operator: resource.owner,
    principal,
    resource: resource.grn,
    statements: [statementFor(world, resource)],
    expiration_time: expiry(world),
  };
  return draft(world.key(resource.owner)!, storage.MsgPutPolicy, message, { changes: [resource.claim, 'policies'] });
}

/** Somebody else; or a group, when the resource is none and has room for one more policy of a group. */
function principalFor(world: World, resource: Resource): permission.Principal | undefined {
  if (resource.type === RESOURCE_TYPE_GROUP || world.rng.chance(0.7)) {
    const users = world.users.filter(({ address }) => !sameAddress(address, resource.owner));
    return { type: PRINCIPAL_TYPE_GNFD_ACCOUNT, value: world.rng.one(users).address };
  }
  const group = world.known.groups.pick();
  if (!group || world.known.groupPolicies(resource) >= maxGroupPolicies(world)) return undefined;
  const value = world.rng.chance(0.5) ? group.id.toString() : `grn:g:${group.owner}:${group.group_name}`;
  return { type: PRINCIPAL_TYPE_GNFD_GROUP, value };
}

const maxGroupPolicies = (world: World): number => Number(world.keepers.permission.params().maximum_group_num);

function statementFor(world: World, { type, grn }: Resource): permission.Statement {
  const effect = world.rng.chance(0.85) ? EFFECT_ALLOW : EFFECT_DENY;
  const base = { effect, resources: [] as string[], expiration_time: expiry(world), limit_size: undefined };
  if (type === RESOURCE_TYPE_GROUP) {
    return { ...base, actions: [world.rng.one([ACTION_UPDATE_GROUP_MEMBER, ACTION_UPDATE_GROUP_EXTRA])] };
  }
  if (type === RESOURCE_TYPE_OBJECT) return { ...base, actions: world.rng.some(OBJECT_ACTIONS, 2) };
  if (world.rng.chance(0.5)) {
    const limit_size = world.rng.chance(0.5) ? { value: LEAST_SIZE + world.rng.magnitude(40) } : undefined;
    return { ...base, actions: [ACTION_CREATE_OBJECT], limit_size };
  }
  const actions = world.rng.chance(0.3) ? [ACTION_TYPE_ALL] : world.rng.some(OBJECT_ACTIONS, 3);
  return { ...base, actions, resources: [`${grn.replace('grn:b::', 'grn:o::')}/.*`] };
}

function deletePolicy(world: World): Draft | undefined {
  const { store } = world.keepers.storage;
  const policy = world.known.policies.pick();
  const resource = policy && resourceOf(world, policy);
  if (!resource) return undefined;
  const message = { operator: resource.owner, principal: policy.principal!, resource: resource.grn };
  const { type, value } = policy.principal!;
  if (type === PRINCIPAL_TYPE_GNFD_GROUP && !store.groups.has(idKey(BigInt(value)))) return undefined;
  const rest = { changes: [resource.claim, 'policies'] };
  return draft(world.key(resource.owner)!, storage.MsgDeletePolicy, message, rest);
}

/** Undefined when the resource is gone, and its policy will be. */
function resourceOf(world: World, { resource_type: type, resource_id: id }: permission.Policy): Resource | undefined {
  const { store } = world.keepers.storage;
  if (type === RESOURCE_TYPE_BUCKET) return ofBucket(store.buckets.get(idKey(id)));
  if (type === RESOURCE_TYPE_GROUP) return ofGroup(store.groups.get(idKey(id)));
  const object = store.objectById(id);
  return object && world.isNamed(object) ? ofObject(object) : undefined;
}
