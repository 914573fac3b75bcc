/** MsgPutPolicy and MsgDeletePolicy: the owner of a resource says who else may use it (§9). */
import {
  greenfieldResource,
  isAddress,
  isPattern,
  greenfieldPermission as permission,
  sameAddress,
  greenfieldStorage as storage,
  toChecksumAddress,
} from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { idKey } from '../../keys.ts';
import { isBefore, type Principal, permissionErrors } from '../permission/index.ts';
import { storageErrors as errors } from './errors.ts';
import { parseGrn } from './grn.ts';
import { checkAddress } from './names.ts';
import { type Found, findResource } from './resources.ts';
import type { Services } from './services.ts';

const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_OBJECT, RESOURCE_TYPE_GROUP } = greenfieldResource.ResourceType;
const { PRINCIPAL_TYPE_GNFD_ACCOUNT, PRINCIPAL_TYPE_GNFD_GROUP } = permission.PrincipalType;
const { EFFECT_UNSPECIFIED } = permission.Effect;
const Action = permission.ActionType;

const objectActions: readonly number[] = [
  Action.ACTION_CREATE_OBJECT,
  Action.ACTION_DELETE_OBJECT,
  Action.ACTION_GET_OBJECT,
  Action.ACTION_COPY_OBJECT,
  Action.ACTION_EXECUTE_OBJECT,
  Action.ACTION_LIST_OBJECT,
  Action.ACTION_UPDATE_OBJECT_INFO,
  Action.ACTION_UPDATE_OBJECT_CONTENT,
  Action.ACTION_TYPE_ALL,
];

const allowedActions = new Map<number, ReadonlySet<number>>([
  [RESOURCE_TYPE_BUCKET, new Set([...objectActions, Action.ACTION_UPDATE_BUCKET_INFO, Action.ACTION_DELETE_BUCKET])],
  [RESOURCE_TYPE_OBJECT, new Set(objectActions)],
  [
    RESOURCE_TYPE_GROUP,
    new Set<number>([
      Action.ACTION_UPDATE_GROUP_MEMBER,
      Action.ACTION_UPDATE_GROUP_EXTRA,
      Action.ACTION_UPDATE_GROUP_INFO,
      Action.ACTION_DELETE_GROUP,
      Action.ACTION_TYPE_ALL,
    ]),
  ],
]);

/** What bucket policies may say of objects since Pampas. */
const laterBucketActions: readonly number[] = [Action.ACTION_UPDATE_OBJECT_INFO, Action.ACTION_UPDATE_OBJECT_CONTENT];

const typeOfKind = { bucket: RESOURCE_TYPE_BUCKET, object: RESOURCE_TYPE_OBJECT, group: RESOURCE_TYPE_GROUP };

export function policyMessages(services: Services): MessageHandler[] {
  return [
    message<storage.MsgPutPolicy>({
      type: storage.MsgPutPolicy,
      response: storage.MsgPutPolicyResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkAddress(msg.operator, 'operator');
        checkPrincipal(msg.principal);
        const type = typeOfKind[parseGrn(msg.resource, false).kind];
        for (const statement of msg.statements) checkStatement(type, statement);
      },
      handle: (ctx, msg) => ({ policy_id: putPolicy(services, ctx, msg) }),
    }),
    message<storage.MsgDeletePolicy>({
      type: storage.MsgDeletePolicy,
      response: storage.MsgDeletePolicyResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkAddress(msg.operator, 'operator');
        checkPrincipal(msg.principal);
        parseGrn(msg.resource, false);
      },
      handle(ctx, msg) {
        const found = findOwned(services, msg);
        const principal = normalPrincipal(services, found, msg.principal!);
        return { policy_id: services.keepers.permission.policies.remove(ctx, found.resource, principal) };
      },
    }),
  ];
}

function checkPrincipal(principal: permission.Principal | undefined): void {
  if (!principal) throw permissionErrors.invalidPrincipal('principal is missing');
  const { type, value } = principal;
  if (type === PRINCIPAL_TYPE_GNFD_ACCOUNT) {
    if (!isAddress(value)) throw errors.principal(`${JSON.stringify(value)} is not an address`);
  } else if (type === PRINCIPAL_TYPE_GNFD_GROUP) {
    if (!/^\d{1,78}$/.test(value) && parseGrn(value, false).kind !== 'group') {
      throw errors.principal(`${JSON.stringify(value)} is not a group id or a group GRN`);
    }
  } else throw permissionErrors.invalidPrincipal(`unknown principal type ${type}`);
}

function checkStatement(resourceType: number, statement: permission.Statement): void {
  const invalid = permissionErrors.invalidStatement;
  if (statement.effect === EFFECT_UNSPECIFIED) throw invalid('effect is unspecified');
  const allowed = allowedActions.get(resourceType)!;
  const wrong = statement.actions.find((action) => !allowed.has(action));
  if (wrong !== undefined) throw invalid(`action ${wrong} is not allowed for this kind of resource`);
  const isBucket = resourceType === RESOURCE_TYPE_BUCKET;
  if (!isBucket && statement.resources.length > 0) throw invalid('resources are only for policies of buckets');
  for (const resource of statement.resources) parseGrn(resource, true);
  if (!statement.limit_size) return;
  if (!isBucket || !statement.actions.includes(Action.ACTION_CREATE_OBJECT)) {
    throw invalid('limit_size is only for creating objects in buckets');
  }
}

/** Rules of statements that came with upgrades: unlike the others they are only known when the message runs. */
function checkByUpgrade(ctx: Context, resourceType: number, { actions, resources }: permission.Statement): void {
  const invalid = permissionErrors.invalidStatement;
  const odd = resources.find((resource) => !isPattern(resource));
  // Nagqu: resources of statements must be regular expressions
  if (odd !== undefined && ctx.has('Nagqu')) throw invalid(`${JSON.stringify(odd)} is not a regular expression`);
  const later = actions.find((action) => laterBucketActions.includes(action));
  // Pampas: policies of buckets about changes of their objects
  if (later !== undefined && resourceType === RESOURCE_TYPE_BUCKET && !ctx.has('Pampas')) {
    throw invalid(`action ${later} is not allowed for buckets yet`);
  }
}

/** @throws unless the operator owns the resource */
function findOwned(services: Services, msg: { operator: string; resource: string }): Found {
  const found = findResource(services, msg.resource, false);
  if (sameAddress(found.owner, msg.operator)) return found;
  throw errors.accessDenied(`only the resource owner ${found.owner} can change policies of ${msg.resource}`);
}

/** A group by its id; an account as it was written. */
function normalPrincipal({ store }: Services, found: Found, principal: Principal): Principal {
  if (principal.type === PRINCIPAL_TYPE_GNFD_ACCOUNT) {
    if (sameAddress(principal.value, found.owner)) throw errors.principal('the principal is the owner of the resource');
    return { type: principal.type, value: toChecksumAddress(principal.value) };
  }
  if (found.kind === 'group') throw errors.principal('a group can not have a policy on a group');
  if (/^\d+$/.test(principal.value)) {
    const id = BigInt(principal.value);
    if (!store.groups.has(idKey(id))) throw errors.noSuchGroup(`group ${id}`);
    return { type: principal.type, value: id.toString() };
  }
  const grn = parseGrn(principal.value, false);
  if (grn.kind !== 'group') throw errors.principal(principal.value);
  return { type: principal.type, value: store.group(grn.owner, grn.groupName).id.toString() };
}

function putPolicy(services: Services, ctx: Context, msg: storage.MsgPutPolicy): bigint {
  const found = findOwned(services, msg);
  for (const statement of msg.statements) checkByUpgrade(ctx, found.resource.type, statement);
  const principal = normalPrincipal(services, found, msg.principal!);
  const ends = [msg.expiration_time, ...msg.statements.map((statement) => statement.expiration_time)];
  if (ends.some((end) => isBefore(end, ctx.time))) {
    throw permissionErrors.permissionExpired('an expiration time is before the block time');
  }
  const { policies, params } = policyKeeper(services);
  const policy = { statements: msg.statements, expiration_time: msg.expiration_time };
  const { id, isNew } = policies.put(ctx, found.resource, principal, policy, params.maximum_group_num);
  return isNew ? id : 0n; // the reference answers a replacement with an empty id (quirk 11 of chain-state-machine.md §15)
}

const policyKeeper = ({ keepers }: Services) => ({
  policies: keepers.permission.policies,
  params: keepers.permission.params(),
});
