/** Who may do what to buckets, objects and groups (§10). */
import {
  greenfieldResource,
  greenfieldPermission as permission,
  sameAddress,
  greenfieldStorage as storage,
} from '@prairie/chain';
import type { Context } from '../../context.ts';
import { idKey } from '../../keys.ts';
import type { PermissionKeeper, Question } from '../permission/index.ts';
import { storageErrors as errors } from './errors.ts';
import { objectGrnText } from './grn.ts';
import type { Store } from './store.ts';

const { EFFECT_ALLOW, EFFECT_DENY } = permission.Effect;
const { VISIBILITY_TYPE_INHERIT, VISIBILITY_TYPE_PUBLIC_READ } = storage.VisibilityType;
const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_OBJECT, RESOURCE_TYPE_GROUP } = greenfieldResource.ResourceType;
const Action = permission.ActionType;

/** What anyone may do with something public. */
const publicObjectActions = new Set<number>([
  Action.ACTION_GET_OBJECT,
  Action.ACTION_COPY_OBJECT,
  Action.ACTION_EXECUTE_OBJECT,
]);
const publicBucketActions = new Set<number>([...publicObjectActions, Action.ACTION_LIST_OBJECT]);

const actionNames = new Map<number, string>(
  Object.entries(Action).map(([name, action]) => [
    action,
    name
      .split('_')
      .slice(1)
      .map((word) => word[0] + word.slice(1).toLowerCase())
      .join(''),
  ]),
);

export class Access {
  private readonly store: Store;
  private readonly permission: PermissionKeeper;

  constructor(store: Store, permissionKeeper: PermissionKeeper) {
    this.store = store;
    this.permission = permissionKeeper;
  }

  /** The effect for `operator` (empty: anonymous). With `wantedSize`, policies' size limits are used up. */
  bucket(ctx: Context, bucket: storage.BucketInfo, operator: string, action: number, wantedSize?: bigint): number {
    if (bucket.visibility === VISIBILITY_TYPE_PUBLIC_READ && publicBucketActions.has(action)) return EFFECT_ALLOW;
    if (operator === '') return EFFECT_DENY;
    if (sameAddress(operator, bucket.owner)) return EFFECT_ALLOW;
    const effect = this.ask(ctx, RESOURCE_TYPE_BUCKET, bucket.id, operator, { action, wantedSize });
    return effect === EFFECT_ALLOW ? EFFECT_ALLOW : EFFECT_DENY;
  }

  object(
    ctx: Context,
    bucket: storage.BucketInfo,
    object: storage.ObjectInfo,
    operator: string,
    action: number,
  ): number {
    if (isPublic(bucket, object) && publicObjectActions.has(action)) return EFFECT_ALLOW;
    if (operator === '') return EFFECT_DENY;
    if (sameAddress(operator, object.owner)) return EFFECT_ALLOW;
    const subResource = objectGrnText(bucket.bucket_name, object.object_name);
    const byBucket = this.ask(ctx, RESOURCE_TYPE_BUCKET, bucket.id, operator, { action, subResource });
    if (byBucket === EFFECT_DENY) return EFFECT_DENY;
    const byObject = this.ask(ctx, RESOURCE_TYPE_OBJECT, object.id, operator, { action });
    if (byObject === EFFECT_DENY) return EFFECT_DENY;
    return byBucket === EFFECT_ALLOW || byObject === EFFECT_ALLOW ? EFFECT_ALLOW : EFFECT_DENY;
  }

  group(ctx: Context, group: storage.GroupInfo, operator: string, action: number): number {
    if (sameAddress(operator, group.owner)) return EFFECT_ALLOW;
    const effect = this.ask(ctx, RESOURCE_TYPE_GROUP, group.id, operator, { action });
    return effect === EFFECT_ALLOW ? EFFECT_ALLOW : EFFECT_DENY;
  }

  requireBucket(ctx: Context, bucket: storage.BucketInfo, operator: string, action: number, wantedSize?: bigint): void {
    if (this.bucket(ctx, bucket, operator, action, wantedSize) === EFFECT_ALLOW) return;
    throw denied(operator, action, `bucket(${bucket.bucket_name})`);
  }

  requireObject(
    ctx: Context,
    bucket: storage.BucketInfo,
    object: storage.ObjectInfo,
    operator: string,
    action: number,
  ): void {
    if (this.object(ctx, bucket, object, operator, action) === EFFECT_ALLOW) return;
    throw denied(operator, action, `bucket(${bucket.bucket_name}), object(${object.object_name})`);
  }

  requireGroup(ctx: Context, group: storage.GroupInfo, operator: string, action: number): void {
    if (this.group(ctx, group, operator, action) === EFFECT_ALLOW) return;
    throw denied(operator, action, `group(${group.group_name})`);
  }

  private ask(ctx: Context, type: number, id: bigint, operator: string, question: Question): number {
    return this.permission.policies.effect(ctx, { type, id }, operator, question, (groupId) =>
      this.store.groups.has(idKey(groupId)),
    );
  }
}

const isPublic = (bucket: storage.BucketInfo, object: storage.ObjectInfo): boolean =>
  object.visibility === VISIBILITY_TYPE_PUBLIC_READ ||
  (object.visibility === VISIBILITY_TYPE_INHERIT && bucket.visibility === VISIBILITY_TYPE_PUBLIC_READ);

const denied = (operator: string, action: number, resource: string) =>
  errors.accessDenied(`The operator(${operator}) has no ${actionNames.get(action)} permission of the ${resource}`);
