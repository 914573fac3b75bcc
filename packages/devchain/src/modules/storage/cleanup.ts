/** Policies and members of deleted resources: removed little by little, block by block (§12). */
import { greenfieldResource, greenfieldStorage as storage } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { u64Key } from '../../keys.ts';
import type { PermissionKeeper } from '../permission/index.ts';

const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_OBJECT, RESOURCE_TYPE_GROUP } = greenfieldResource.ResourceType;

type Kind = 'bucket_ids' | 'object_ids' | 'group_ids';

const kinds: readonly (readonly [Kind, number])[] = [
  ['bucket_ids', RESOURCE_TYPE_BUCKET],
  ['object_ids', RESOURCE_TYPE_OBJECT],
  ['group_ids', RESOURCE_TYPE_GROUP],
];
const typeOf = new Map(kinds);

export class Cleanup {
  /** Block height → what was deleted in it. */
  private readonly deleted: Table<storage.DeleteInfo>;
  private readonly permission: PermissionKeeper;

  constructor(state: State, permission: PermissionKeeper) {
    this.deleted = state.table('storage/staleResources', storage.DeleteInfo);
    this.permission = permission;
  }

  /** Notes a deleted resource when it leaves policies or members behind. */
  note(ctx: Context, kind: Kind, id: bigint): void {
    const hasPolicies = this.permission.policies.hasAny({ type: typeOf.get(kind)!, id });
    if (!hasPolicies && !(kind === 'group_ids' && this.permission.members.hasAny(id))) return;
    const key = u64Key(ctx.height);
    const info = this.deleted.get(key) ?? storage.DeleteInfo.create();
    this.deleted.set(key, { ...info, [kind]: { id: [...(info[kind]?.id ?? []), id.toString()] } });
  }

  /** Tells what this block deleted, then removes up to `max` policies and members of this and earlier blocks. */
  run(ctx: Context, max: bigint): void {
    const now = this.deleted.get(u64Key(ctx.height));
    if (now) ctx.emitTyped(storage.EventStalePolicyCleanup, { blockNum: ctx.height, delete_info: now });
    let budget = Number(max);
    for (const [key, info] of this.deleted.range()) {
      const [rest, used] = this.remove(ctx, info, budget);
      budget -= used;
      if (rest) this.deleted.set(key, rest);
      else this.deleted.delete(key);
      if (budget <= 0) return;
    }
  }

  /** Returns what is left of `info` when the budget ran out, and how much of it was used. */
  private remove(ctx: Context, info: storage.DeleteInfo, budget: number): [storage.DeleteInfo | undefined, number] {
    let used = 0;
    const left: Partial<storage.DeleteInfo> = {};
    for (const [kind, type] of kinds) {
      const ids = [...(info[kind]?.id ?? [])];
      while (ids.length > 0 && used < budget) {
        used += this.removeOne(ctx, kind, { type, id: BigInt(ids[0]!) }, budget - used);
        if (used < budget) ids.shift();
      }
      if (ids.length > 0) left[kind] = { id: ids };
    }
    return [Object.keys(left).length > 0 ? storage.DeleteInfo.create(left) : undefined, used];
  }

  private removeOne(ctx: Context, kind: Kind, resource: { type: number; id: bigint }, budget: number): number {
    const used = this.permission.policies.clear(ctx, resource, budget);
    return kind === 'group_ids' ? used + this.permission.members.clear(resource.id, budget - used) : used;
  }
}
