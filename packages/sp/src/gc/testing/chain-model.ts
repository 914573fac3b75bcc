/** A small chain: objects with their contents, groups, moves and takeovers. Every change is a block. */
import { greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import type { Consensus, ObjectMeta } from '@prairie/gfsp';
import type { GcMetadata } from '../ports.ts';

/** The provider whose store is looked at. */
export const SELF = 1;
export const OPERATOR = '0xself';
export const SEGMENT = 1024;
const PRIMARY = -1;
/** An answer may be that many blocks old. */
export const LAG = 4;

export interface Content {
  version: bigint;
  /** When it was announced; 0 for the first content. Tells contents of one version apart. */
  time: bigint;
  segments: number;
}

export interface ModelObject {
  id: bigint;
  /** Of its bucket's family. */
  primary: number;
  sealed: Content | undefined;
  pending: Content | undefined;
  /** Once sealed: of the sealed content. */
  secondaries: number[];
  deletedAt: bigint;
  /** A move of its bucket to this provider, or away. */
  moving: { to: number; name: string } | undefined;
  /** This provider is about to take over a place. */
  successor: { index: number; name: string } | undefined;
  /** Places of this provider, and where it had the pieces of each from. */
  places: Map<number, Set<string>>;
}

interface State {
  height: bigint;
  objects: ReadonlyMap<bigint, ModelObject>;
  latestId: bigint;
}

export class ChainModel {
  /** The newest last. */
  #states: State[] = [{ height: 10n, objects: new Map(), latestId: 0n }];
  #time = 0n;
  /** Chooses how old an answer is. */
  lag: () => number = () => 0;

  get now(): State {
    return this.#states.at(-1)!;
  }

  get height(): bigint {
    return this.now.height;
  }

  object(id: bigint): ModelObject | undefined {
    const found = this.now.objects.get(id);
    return found && found.deletedAt === 0n ? found : undefined;
  }

  get ids(): bigint[] {
    return [...this.now.objects.values()].flatMap(({ id, deletedAt }) => (deletedAt === 0n ? [id] : []));
  }

  create(primary: number, segments: number): bigint {
    const id = this.now.latestId + 1n;
    const pending = { version: 0n, time: 0n, segments };
    const places = new Map<number, Set<string>>();
    this.#block(
      {
        ...{ id, primary, sealed: undefined, pending, secondaries: [], deletedAt: 0n },
        ...{ moving: undefined, successor: undefined, places },
      },
      id,
    );
    return id;
  }

  beginUpdate(id: bigint, segments: number): void {
    const object = this.object(id);
    if (!object?.sealed || object.pending || object.moving) return;
    this.#time += 1n;
    this.#change(id, { pending: { version: object.sealed.version + 1n, time: this.#time, segments } });
  }

  /** Of a first content the object goes. */
  cancel(id: bigint): void {
    const object = this.object(id);
    if (!object?.pending) return;
    this.#change(id, object.sealed ? { pending: undefined } : { deletedAt: this.height + 1n });
  }

  /** Whether it is: only the content that is awaited can be. */
  seal(id: bigint, time: bigint, secondaries: number[]): boolean {
    const object = this.object(id);
    if (object?.pending?.time !== time) return false;
    const holders = [object.primary, ...secondaries];
    const places = new Map(holders.flatMap((sp, i) => (sp === SELF ? [[i + PRIMARY, new Set([`c${time}`])]] : [])));
    this.#change(id, { sealed: object.pending, pending: undefined, secondaries, places });
    return true;
  }

  delete(id: bigint): void {
    if (this.object(id)) this.#change(id, { deletedAt: this.height + 1n });
  }

  beginMove(id: bigint, to: number): string | undefined {
    const object = this.object(id);
    if (!object?.sealed || object.pending || object.moving || object.successor || object.primary === to)
      return undefined;
    if (object.secondaries.includes(to)) return undefined;
    this.#time += 1n;
    const name = `m${this.#time}`;
    this.#change(id, { moving: { to, name } });
    return name;
  }

  endMove(id: bigint, name: string, isDone: boolean): boolean {
    const object = this.object(id);
    if (object?.moving?.name !== name) return false;
    if (!isDone) this.#change(id, { moving: undefined });
    else this.#occupy(id, object, PRIMARY, object.moving.to, name, { moving: undefined, primary: object.moving.to });
    return true;
  }

  reserve(id: bigint, index: number): string | undefined {
    const object = this.object(id);
    if (!object?.sealed || object.successor || object.moving || object.places.size > 0) return undefined;
    if (index >= object.secondaries.length) return undefined;
    this.#time += 1n;
    const name = `r${this.#time}`;
    this.#change(id, { successor: { index, name } });
    return name;
  }

  endReserve(id: bigint, name: string, isDone: boolean): boolean {
    const object = this.object(id);
    if (object?.successor?.name !== name) return false;
    const { index } = object.successor;
    if (!isDone) this.#change(id, { successor: undefined });
    else {
      const secondaries = object.secondaries.map((sp, i) => (i === index ? SELF : sp));
      const primary = index === PRIMARY ? SELF : object.primary;
      this.#occupy(id, object, index, SELF, name, { successor: undefined, secondaries, primary });
    }
    return true;
  }

  mine(height = this.height + 1n): void {
    while (this.height < height) this.#block();
  }

  #occupy(
    id: bigint,
    object: ModelObject,
    index: number,
    by: number,
    name: string,
    change: Partial<ModelObject>,
  ): void {
    const places = new Map(object.places);
    if (by === SELF) places.set(index, new Set([...(places.get(index) ?? []), name]));
    else places.delete(index);
    this.#change(id, { ...change, places });
  }

  #change(id: bigint, change: Partial<ModelObject>): void {
    this.#block({ ...this.now.objects.get(id)!, ...change });
  }

  #block(changed?: ModelObject, latestId = this.now.latestId): void {
    const objects = changed ? new Map([...this.now.objects, [changed.id, changed]]) : this.now.objects;
    this.#states.push({ height: this.height + 1n, objects, latestId });
    if (this.#states.length > LAG + 1) this.#states.shift();
  }

  #answer(): State {
    return this.#states.at(-1 - (this.lag() % this.#states.length))!;
  }

  #found(id: bigint): ModelObject | undefined {
    const found = this.#answer().objects.get(id);
    return found?.deletedAt === 0n ? found : undefined;
  }

  get consensus(): Consensus {
    const answers: Partial<Consensus> = {
      objectById: async (id) => {
        const object = this.#found(id);
        return object && { object_info: infoOf(object), global_virtual_group: groupOf(object) };
      },
      shadowObject: async (_, name) => {
        const pending = this.#found(BigInt(name.slice(1)))?.pending;
        if (!pending) return undefined;
        const { version, time: updated_at, segments } = pending;
        return storage.ShadowObjectInfo.create({ version, updated_at, payload_size: BigInt(segments * SEGMENT) });
      },
      bucket: async (name) => {
        const object = this.#found(BigInt(name.slice(1)));
        const bucket_status =
          storage.BucketStatus[object?.moving ? 'BUCKET_STATUS_MIGRATING' : 'BUCKET_STATUS_CREATED'];
        const bucket_info = storage.BucketInfo.create({ bucket_name: name, bucket_status });
        return object && { bucket_info, is_rate_limited: false };
      },
      swapInInfo: async (familyId, gvgId) => {
        const object = this.#found(BigInt(familyId || gvgId));
        const index = object?.successor?.index;
        if (!object || index === undefined || (index === PRIMARY) !== familyId > 0) return undefined;
        const target_sp_id = index === PRIMARY ? object.primary : object.secondaries[index];
        return virtualgroup.SwapInInfo.create({ successor_sp_id: SELF, ...(target_sp_id ? { target_sp_id } : {}) });
      },
      spByOperator: async () => ({ id: SELF }) as never,
      storageParams: async () => storage.Params.create({ versioned_params: { max_segment_size: BigInt(SEGMENT) } }),
      currentHeight: async () => this.#answer().height,
      waitForHeight: async (height) => {
        this.mine(height);
        return this.height;
      },
    };
    return answers as Consensus;
  }

  get metadata(): GcMetadata {
    const metas = (objects: Iterable<ModelObject>): ObjectMeta[] =>
      [...objects].map((object) => ({ object_info: infoOf(object), update_at: object.deletedAt }) as ObjectMeta);
    const answers: Partial<GcMetadata> = {
      getLatestObjectId: async () => this.#answer().latestId,
      listObjectsByIds: async (ids) => {
        const { objects } = this.#answer();
        const live = ids.flatMap((id) => objects.get(id) ?? []).filter(({ deletedAt }) => deletedAt === 0n);
        return new Map(metas(live).map((meta) => [meta.object_info.id, meta]));
      },
      listDeletedObjects: async (from, to) => {
        const { objects, height } = this.#answer();
        const end_block_number = [to, height].sort((a, b) => Number(a - b))[0]!;
        const isIn = ({ deletedAt: at }: ModelObject) => at > 0n && at >= from && at <= end_block_number;
        return { objects: metas([...objects.values()].filter(isIn)), end_block_number };
      },
    };
    return answers as GcMetadata;
  }
}

function infoOf({ id, sealed, pending }: ModelObject): storage.ObjectInfo {
  const { version, time, segments } = sealed ?? pending!;
  const { OBJECT_STATUS_SEALED, OBJECT_STATUS_CREATED } = storage.ObjectStatus;
  return storage.ObjectInfo.create({
    ...{ id, version, updated_at: time, bucket_name: `b${id}`, object_name: `o${id}`, create_at: 1n },
    payload_size: BigInt(segments * SEGMENT),
    object_status: sealed ? OBJECT_STATUS_SEALED : OBJECT_STATUS_CREATED,
    is_updating: sealed !== undefined && pending !== undefined,
  });
}

function groupOf({ id, sealed, primary, secondaries }: ModelObject) {
  if (!sealed) return undefined;
  const ids = { id: Number(id), family_id: Number(id), primary_sp_id: primary };
  return virtualgroup.GlobalVirtualGroup.create({ ...ids, secondary_sp_ids: secondaries });
}
