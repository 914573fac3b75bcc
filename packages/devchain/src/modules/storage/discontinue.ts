/** Content that a provider gives notice of, and its deletion when the notice is over (§8, §12). */
import { greenfieldStorage as storage } from '@prairie/chain';
import { type Context, type MessageHandler, message, type State, type Table } from '../../context.ts';
import { idKey, u32Key, u64Key } from '../../keys.ts';
import { bigintCodec, numberCodec } from '../../state/index.ts';
import { cancelMigration, checkOperatorAndBucket, deleteBucket } from './buckets.ts';
import { storageErrors as errors } from './errors.ts';
import { deleteObject } from './object-removal.ts';
import type { Services } from './services.ts';

const { BUCKET_STATUS_DISCONTINUED } = storage.BucketStatus;
const { OBJECT_STATUS_CREATED, OBJECT_STATUS_DISCONTINUED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const MAX_IDS = 128;
const MAX_REASON = 128;
const forced = { forced: true } as const;

type Kind = 'object' | 'bucket';

export class Discontinuation {
  private readonly services: Services;
  /** Deletion time → ids, in the order of notice. */
  private readonly queues: Record<Kind, Table<storage.Ids>>;
  /** Notices of a provider in this counting window, by provider id. */
  private readonly counts: Record<Kind, Table<bigint>>;
  /** Status that an object had before its notice. */
  private readonly earlier: Table<number>;

  constructor(state: State, services: Services) {
    this.services = services;
    this.queues = {
      object: state.table('storage/discontinuedObjects', storage.Ids),
      bucket: state.table('storage/discontinuedBuckets', storage.Ids),
    };
    this.counts = {
      object: state.table('storage/discontinuedObjectCounts', bigintCodec),
      bucket: state.table('storage/discontinuedBucketCounts', bigintCodec),
    };
    this.earlier = state.table('storage/discontinuedObjectStatus', numberCodec);
  }

  messages(): MessageHandler[] {
    return [
      message<storage.MsgDiscontinueObject>({
        type: storage.MsgDiscontinueObject,
        response: storage.MsgDiscontinueObjectResponse,
        signers: (msg) => [msg.operator],
        validateBasic(msg) {
          checkOperatorAndBucket(msg);
          const { length } = msg.object_ids;
          if (length === 0 || length > MAX_IDS) throw errors.invalidObjectIds(`${length} ids, 1–${MAX_IDS} expected`);
          checkReason(msg.reason);
        },
        handle: (ctx, msg) => this.discontinueObjects(ctx, msg),
      }),
      message<storage.MsgDiscontinueBucket>({
        type: storage.MsgDiscontinueBucket,
        response: storage.MsgDiscontinueBucketResponse,
        signers: (msg) => [msg.operator],
        validateBasic(msg) {
          checkOperatorAndBucket(msg);
          checkReason(msg.reason);
        },
        handle: (ctx, msg) => this.discontinueBucket(ctx, msg),
      }),
    ];
  }

  /** A new counting window begins every so many blocks. */
  beginBlock(ctx: Context): void {
    const window = this.services.parameters.get().discontinue_counting_window;
    if (window === 0n || ctx.height % window !== 0n) return;
    for (const table of [this.counts.object, this.counts.bucket]) {
      for (const [key] of table.range()) table.delete(key);
    }
  }

  /**
   * Deletes what is due: objects first, then whole buckets, as much as one block may delete. Returns whether the block
   * may do the rest of the module's work: not when objects used the whole budget, or there is none (§12).
   */
  endBlock(ctx: Context): boolean {
    const budget = this.services.parameters.get().discontinue_deletion_max;
    const rest = this.runQueue(ctx, 'object', budget, (id, left) => left - this.deleteDueObject(ctx, id));
    if (rest === 0n) return false;
    this.runQueue(ctx, 'bucket', rest, (id, left) => this.deleteDueBucket(ctx, id, left));
    return true;
  }

  private discontinueObjects(ctx: Context, msg: storage.MsgDiscontinueObject): object {
    const { store, providers } = this.services;
    const provider = providers.collector(msg.operator);
    const bucket = store.bucket(msg.bucket_name);
    if (bucket.bucket_status === BUCKET_STATUS_DISCONTINUED) throw errors.invalidBucketStatus('discontinued');
    if (!providers.isPrimary(bucket, provider)) this.requireSuccessor(bucket, provider.id);
    this.count('object', provider.id, BigInt(msg.object_ids.length));
    const deleteAt = this.deleteAt(ctx);
    for (const id of msg.object_ids) {
      const object = store.objectById(id);
      const isHere = object?.bucket_name === bucket.bucket_name;
      if (!object || !isHere || !canDiscontinue(object)) {
        throw errors.invalidObjectIds(`object ${id} is not a created or sealed object of ${bucket.bucket_name}`);
      }
      this.earlier.set(idKey(id), object.object_status);
      store.setObject({ ...object, object_status: OBJECT_STATUS_DISCONTINUED });
      this.enqueue('object', deleteAt, id);
      const { reason } = msg;
      const event = { bucket_name: bucket.bucket_name, object_id: id, reason, delete_at: deleteAt };
      ctx.emitTyped(storage.EventDiscontinueObject, event);
    }
    return {};
  }

  /** Besides the primary, who takes over the family from it may clean up. */
  private requireSuccessor(bucket: storage.BucketInfo, providerId: number): void {
    const { keepers, providers } = this.services;
    const swapIn = keepers.virtualGroup.swapInOfFamily(bucket.global_virtual_group_family_id);
    const primary = providers.primaryOf(bucket);
    if (swapIn?.successor_sp_id === providerId && swapIn.target_sp_id === primary.id) return;
    throw errors.accessDenied(`provider ${providerId} is not the primary of the bucket ${bucket.bucket_name}`);
  }

  private discontinueBucket(ctx: Context, msg: storage.MsgDiscontinueBucket): object {
    const { store, providers } = this.services;
    const provider = providers.collector(msg.operator);
    const bucket = store.bucket(msg.bucket_name);
    if (bucket.bucket_status === BUCKET_STATUS_DISCONTINUED) throw errors.invalidBucketStatus('discontinued already');
    providers.requirePrimary(bucket, provider);
    this.count('bucket', provider.id, 1n);
    // the record of the migration stays (quirk 9 of chain-state-machine.md §15)
    cancelMigration(ctx, bucket, msg.operator);
    store.setBucket({ ...bucket, bucket_status: BUCKET_STATUS_DISCONTINUED });
    const delete_at = this.deleteAt(ctx);
    this.enqueue('bucket', delete_at, bucket.id);
    const { bucket_name, id: bucket_id } = bucket;
    ctx.emitTyped(storage.EventDiscontinueBucket, { bucket_name, bucket_id, reason: msg.reason, delete_at });
    return {};
  }

  private count(kind: Kind, providerId: number, added: bigint): void {
    const params = this.services.parameters.get();
    const max = kind === 'object' ? params.discontinue_object_max : params.discontinue_bucket_max;
    const count = (this.counts[kind].get(u32Key(providerId)) ?? 0n) + added;
    if (count > max) throw errors.noDiscontinueQuota(`${count} ${kind}s in this window, at most ${max}`);
    this.counts[kind].set(u32Key(providerId), count);
  }

  private deleteAt(ctx: Context): bigint {
    return ctx.now + this.services.parameters.get().discontinue_confirm_period;
  }

  private enqueue(kind: Kind, deleteAt: bigint, id: bigint): void {
    const key = u64Key(deleteAt);
    const ids = this.queues[kind].get(key)?.id ?? [];
    this.queues[kind].set(key, { id: [...ids, id.toString()] });
  }

  /**
   * Takes ids that are due from a queue while there is budget. `work` returns what is left of the budget; an id that
   * used it up and is not done yet answers a negative rest, and stays first in the queue.
   */
  private runQueue(ctx: Context, kind: Kind, budget: bigint, work: (id: bigint, left: bigint) => bigint): bigint {
    const queue = this.queues[kind];
    let left = budget;
    for (const [key, { id: ids }] of queue.range()) {
      if (key > u64Key(ctx.now)) break;
      let done = 0;
      while (done < ids.length && left > 0n) {
        left = work(BigInt(ids[done]!), left);
        if (left >= 0n) done++;
      }
      if (done === ids.length) queue.delete(key);
      else if (done > 0) queue.set(key, { id: ids.slice(done) });
      if (left <= 0n) return 0n;
    }
    return left;
  }

  /** Returns 1 when there was something to delete. */
  private deleteDueObject(ctx: Context, id: bigint): bigint {
    const { store } = this.services;
    const object = store.objectById(id);
    const bucket = object && store.findBucket(object.bucket_name);
    if (!bucket) return 0n;
    this.deleteAny(ctx, bucket, object);
    return 1n;
  }

  /** Objects first; when the budget ends before the bucket is empty, the rest waits for the next block. */
  private deleteDueBucket(ctx: Context, id: bigint, budget: bigint): bigint {
    const { store, providers } = this.services;
    const bucket = store.buckets.get(idKey(id));
    if (!bucket) return budget;
    let left = budget;
    for (const [, object] of store.objectsOf(bucket.id)) {
      if (left === 0n) return -1n;
      this.deleteAny(ctx, bucket, object);
      left--;
    }
    if (left === 0n) return -1n;
    // an object whose name was taken over by a copy still pays: the bucket stays, as the block must not fail
    if (store.internal(bucket.id).local_virtual_groups.length > 0) return left;
    deleteBucket(this.services, ctx, bucket, providers.cleanerOf(bucket), forced);
    return left - 1n;
  }

  private deleteAny(ctx: Context, bucket: storage.BucketInfo, object: storage.ObjectInfo): void {
    const operator = this.services.providers.cleanerOf(bucket);
    const status = this.earlier.get(idKey(object.id)) ?? object.object_status;
    this.earlier.delete(idKey(object.id));
    const unsealed = status === OBJECT_STATUS_CREATED;
    deleteObject(this.services, ctx, bucket, object, operator, { ...forced, unsealed });
  }
}

const canDiscontinue = (object: storage.ObjectInfo): boolean =>
  object.object_status === OBJECT_STATUS_CREATED || object.object_status === OBJECT_STATUS_SEALED;

function checkReason(reason: string): void {
  const length = Buffer.byteLength(reason);
  if (length > MAX_REASON) throw errors.invalidReason(`${length} bytes, at most ${MAX_REASON}`);
}
