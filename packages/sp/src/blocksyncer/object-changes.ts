/**
 * Objects as one transaction changes them. Most are created, sealed and removed within few blocks, so that new rows are
 * kept until the transaction ends: what changes them meanwhile costs no statement, and they are written many at a time.
 * The sums of buckets and the counts of objects follow from what a row says before and after, and are written once.
 */
import { greenfieldStorage as storage } from '@prairie/chain';
import { type BsDbTables, bucketShard, type ObjectCounts, type ObjectRow } from '@prairie/store';

const { OBJECT_STATUS_DISCONTINUED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;

/** Smallest size that is paid for, bytes (§4, §5.2). */
const MIN_CHARGE_SIZE = 128_000n;

/** Rows that are remembered; more are read again. */
const MAX_KNOWN = 10_000;
/** New rows that wait. */
const MAX_NEW = 1000;

/** What decides about sums and counts. */
type Known = Pick<ObjectRow, 'bucket_id' | 'bucket_name' | 'payload_size' | 'status' | 'removed' | 'sealed_tx_hash'>;

export type NewObject = Partial<ObjectRow> &
  Pick<ObjectRow, 'bucket_id' | 'bucket_name' | 'object_id' | 'object_name' | 'payload_size' | 'status'>;

const NO_TX = new Uint8Array(32);

export class ObjectChanges {
  readonly #tables: BsDbTables;
  /** Not written yet, by id. */
  readonly #new = new Map<bigint, NewObject>();
  readonly #known = new Map<bigint, Known>();
  readonly #sizes = new Map<bigint, { storage: bigint; charge: bigint }>();
  readonly #counts = new Map<number, ObjectCounts>();

  constructor(tables: BsDbTables) {
    this.#tables = tables;
  }

  /** An id that was never used. */
  async create(row: NewObject): Promise<void> {
    if (this.#new.size >= MAX_NEW) await this.write();
    this.#new.set(row.object_id, row);
    this.#note(row.object_id, undefined, knownOf(row));
  }

  /** Nothing happens when there is no such object. `bucketName` saves a look-up where the event has it. */
  async update(objectId: bigint, set: Partial<ObjectRow>, bucketName?: string): Promise<void> {
    const waiting = this.#new.get(objectId);
    const before = waiting ? knownOf(waiting) : await this.#find(objectId, bucketName);
    if (!before) return;
    if (waiting) this.#new.set(objectId, { ...waiting, ...set });
    else await this.#tables.objects.update(objectId, set, before.bucket_name);
    this.#note(objectId, before, { ...before, ...set });
  }

  /** Writes what waits: whoever reads or writes rows of objects otherwise finds all of them then. */
  async write(): Promise<void> {
    const rows = [...this.#new.values()];
    this.#new.clear();
    if (rows.length > 0) await this.#tables.objects.putAll(rows);
  }

  /** At the end of the transaction. */
  async finish(): Promise<void> {
    await this.write();
    for (const [bucketId, { storage, charge }] of this.#sizes) {
      if (storage !== 0n || charge !== 0n) await this.#tables.buckets.addSizes(bucketId, storage, charge);
    }
    for (const [shard, counts] of this.#counts) {
      if (counts.total !== 0 || counts.sealed !== 0 || counts.discontinued !== 0) {
        await this.#tables.statistics.addObjects(shard, counts);
      }
    }
  }

  async #find(objectId: bigint, bucketName: string | undefined): Promise<Known | undefined> {
    // events that the chain emits without names have empty ones
    return this.#known.get(objectId) ?? this.#tables.objects.byId(objectId, bucketName || undefined);
  }

  #note(objectId: bigint, before: Known | undefined, after: Known): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(objectId, after);
    this.#addSizes(after.bucket_id, sizesOf(before), sizesOf(after));
    this.#addCounts(bucketShard(after.bucket_name), countsOf(before), countsOf(after));
  }

  #addSizes(bucketId: bigint, before: Sizes, after: Sizes): void {
    const sum = this.#sizes.get(bucketId) ?? { storage: 0n, charge: 0n };
    sum.storage += after.storage - before.storage;
    sum.charge += after.charge - before.charge;
    this.#sizes.set(bucketId, sum);
  }

  #addCounts(shard: number, before: ObjectCounts, after: ObjectCounts): void {
    const sum = this.#counts.get(shard) ?? { total: 0, sealed: 0, discontinued: 0 };
    sum.total += after.total - before.total;
    sum.sealed += after.sealed - before.sealed;
    sum.discontinued += after.discontinued - before.discontinued;
    this.#counts.set(shard, sum);
  }
}

const knownOf = (row: NewObject): Known => ({ sealed_tx_hash: NO_TX, removed: false, ...row });

interface Sizes {
  storage: bigint;
  charge: bigint;
}

/** What an object adds to its bucket: nothing before it is sealed, nothing once it is removed. */
function sizesOf(row: Known | undefined): Sizes {
  if (!row || row.removed || !wasSealed(row)) return { storage: 0n, charge: 0n };
  const { payload_size } = row;
  return { storage: payload_size, charge: payload_size > MIN_CHARGE_SIZE ? payload_size : MIN_CHARGE_SIZE };
}

/** A discontinued object tells by the hash of its sealing; an empty one was sealed when it was created. */
function wasSealed(row: Known): boolean {
  if (row.status !== OBJECT_STATUS_DISCONTINUED) return row.status === OBJECT_STATUS_SEALED;
  return row.payload_size === 0n || row.sealed_tx_hash.some((byte) => byte !== 0);
}

/** Rows that it adds to the counts of objects (§4): a removed one is still counted. */
function countsOf(row: Known | undefined): ObjectCounts {
  const isIn = (status: number) => (row?.status === status ? 1 : 0);
  return {
    total: row ? 1 : 0,
    sealed: isIn(OBJECT_STATUS_SEALED),
    discontinued: isIn(OBJECT_STATUS_DISCONTINUED),
  };
}
