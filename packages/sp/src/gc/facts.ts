/** What the chain says of an object, as far as its pieces here depend on it. */
import {
  greenfieldStorage,
  type greenfieldStorage as storage,
  type greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { ObjectOnChain } from '@prairie/gfsp';
import { segmentCount } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { awaitsContent, isReplicated } from '../common/pieces.ts';
import { together } from '../common/together.ts';
import { ASKED_AT_ONCE, type GcTools } from './ports.ts';

const { OBJECT_STATUS_SEALED } = greenfieldStorage.ObjectStatus;
const { BUCKET_STATUS_MIGRATING } = greenfieldStorage.BucketStatus;

/** The tables tell so many removed objects at a time; more than so many in all are not remembered. */
const DELETED_PAGE = 1000;
const MOST_LATELY = 100_000;

export type ObjectFacts =
  /** Deleted, for ever: ids are never used again. */
  | {
      readonly is: 'gone';
      /** The last one that was sealed, as far as the tables tell. */
      readonly version?: bigint | undefined;
    }
  /** No word on it: everything stays. */
  | { readonly is: 'unclear'; readonly why: string }
  | {
      readonly is: 'there';
      readonly object: storage.ObjectInfo;
      /** Version of the content that an update is about to bring. */
      readonly awaited: bigint | undefined;
      /** Segments of the sealed content; undefined while there is none. */
      readonly segments: number | undefined;
      readonly gvg: virtualgroup.GlobalVirtualGroup | undefined;
      /** Redundancy indexes that are this provider's; `all` where that is not settled. */
      readonly roles: 'all' | ReadonlySet<number>;
    };

export interface FactsOptions {
  safeObjectIds: bigint;
  /** What was deleted in the so many newest blocks stays. */
  safeBlocks: bigint;
  /** Deleted according to the tables, long ago: only the chain is asked. */
  knownDeleted?: boolean;
}

/** Answers of one look: what many objects share is asked once. */
export class FactFinder {
  readonly #options: FactsOptions;
  readonly #tools: GcTools;
  readonly #shared = new Map<string, Promise<unknown>>();
  #isForeseen = false;

  constructor(options: FactsOptions, tools: GcTools) {
    this.#options = options;
    this.#tools = tools;
  }

  /** @throws what the chain or the tables throw: then nothing is known, and everything stays */
  async of(objectId: bigint): Promise<ObjectFacts> {
    const found = await this.#tools.consensus.objectById(objectId);
    return found ? this.#there(found) : this.#missing(objectId);
  }

  /** A node that lags may not know the newest objects, nor may the tables: both have to say that it is gone. */
  async #missing(objectId: bigint): Promise<ObjectFacts> {
    if (this.#options.knownDeleted) return { is: 'gone' };
    const { metadata } = this.#tools.client;
    const latest = await this.#once('latest', () => metadata.getLatestObjectId());
    if (objectId > latest - this.#options.safeObjectIds) return { is: 'unclear', why: 'it is too new' };
    const known = await metadata.listObjectsByIds([objectId]);
    if (known.has(objectId)) return { is: 'unclear', why: 'the tables have it and the chain has not' };
    const lately = await this.#once('lately', () => this.#deletedLately());
    return lately === undefined || lately.has(objectId)
      ? { is: 'unclear', why: 'it was deleted lately' }
      : { is: 'gone' };
  }

  /** Ids of objects that the newest blocks removed; undefined when there are too many to tell. */
  async #deletedLately(): Promise<ReadonlySet<bigint> | undefined> {
    const { safeBlocks } = this.#options;
    const ids = new Set<bigint>();
    if (safeBlocks === 0n) return ids;
    const { consensus, client } = this.#tools;
    const to = await consensus.currentHeight();
    for (let from = to > safeBlocks ? to - safeBlocks + 1n : 0n; ids.size < MOST_LATELY; ) {
      const { objects } = await client.metadata.listDeletedObjects(from, to);
      for (const { object_info } of objects) ids.add(object_info.id);
      const last = objects.at(-1)?.update_at;
      if (last === undefined || objects.length < DELETED_PAGE) return ids;
      if (last === from) return undefined;
      from = last;
    }
    return undefined;
  }

  async #there({ object_info: object, global_virtual_group: gvg }: ObjectOnChain): Promise<ObjectFacts> {
    const { consensus } = this.#tools;
    let awaited: bigint | undefined;
    if (object.is_updating) {
      const shadow = await consensus.shadowObject(object.bucket_name, object.object_name);
      // answers of two moments
      if (shadow?.version !== object.version + 1n) return { is: 'unclear', why: 'its update changes at this moment' };
      awaited = shadow.version;
    } else if (awaitsContent(object)) awaited = object.version;
    if (object.object_status !== OBJECT_STATUS_SEALED) {
      return { is: 'there', object, awaited, segments: undefined, gvg, roles: 'all' };
    }
    const segments = await this.#segmentsOf(object);
    const roles = await this.#rolesIn(object, gvg);
    if (!roles) return { is: 'unclear', why: 'its group changes at this moment' };
    return { is: 'there', object, awaited, segments, gvg, roles };
  }

  async #segmentsOf({ payload_size, updated_at, create_at }: storage.ObjectInfo): Promise<number> {
    const time = updated_at || create_at;
    const params = await this.#once(`params ${time}`, () => this.#tools.consensus.storageParams(time));
    return segmentCount(payload_size, params.versioned_params.max_segment_size);
  }

  /**
   * Asks first who takes over, and what moves: an answer about an object that comes later then knows what has become of
   * it. Who takes over a place is told so, and then to have it: asked in the other order, he may seem to be neither.
   */
  async foresee(known: readonly ObjectFacts[]): Promise<void> {
    await together(known, ASKED_AT_ONCE, async (facts) => {
      if (facts.is === 'there' && facts.gvg) await this.#rolesIn(facts.object, facts.gvg);
    });
    this.#isForeseen = true;
  }

  /** Primary, secondary, or whoever takes over from one of them (`reference/tasks-and-manager.md` §10). */
  async #rolesIn(
    object: storage.ObjectInfo,
    gvg: ObjectOnChain['global_virtual_group'],
  ): Promise<'all' | ReadonlySet<number> | undefined> {
    const { consensus, operatorAddress } = this.#tools;
    if (!gvg || isReplicated(object)) return 'all';
    const { bucket_name } = object;
    const asked = [`bucket ${bucket_name}`, `swap ${gvg.family_id} 0`, `swap 0 ${gvg.id}`];
    if (this.#isForeseen && !asked.every((key) => this.#shared.has(key))) return undefined;
    const bucket = await this.#once(`bucket ${bucket_name}`, () => consensus.bucket(bucket_name));
    const swaps = await Promise.all([
      this.#once(`swap ${gvg.family_id} 0`, () => consensus.swapInInfo(gvg.family_id, 0)),
      this.#once(`swap 0 ${gvg.id}`, () => consensus.swapInInfo(0, gvg.id)),
    ]);
    if (!bucket || bucket.bucket_info.bucket_status === BUCKET_STATUS_MIGRATING) return 'all';
    const self = await this.#once('self', () => consensus.spByOperator(operatorAddress));
    if (!self) throw new Error(`the chain does not know the provider ${operatorAddress}: nothing is collected`);
    const successions = swaps.filter((swap) => swap?.successor_sp_id === self.id);
    const ids = new Set([self.id, ...successions.map((swap) => swap?.target_sp_id)]);
    const holders = [gvg.primary_sp_id, ...gvg.secondary_sp_ids];
    return new Set(holders.flatMap((sp, place) => (ids.has(sp) ? [place + PRIMARY] : [])));
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#shared.get(key) as Promise<T> | undefined;
    if (known) return known;
    const asked = ask();
    this.#shared.set(key, asked);
    return asked;
  }
}
