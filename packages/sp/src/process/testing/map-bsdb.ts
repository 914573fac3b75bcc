/** A picture of the chain in maps, without groups and policies: what a user would write for metadata to read. */
import { greenfieldPayment } from '@prairie/chain';
import type { BsDbReader, BsdbBucket, BsdbEntry, BsdbFamily, BsdbObject, NameQuery } from '@prairie/gfsp';

const { STREAM_ACCOUNT_STATUS_ACTIVE } = greenfieldPayment.StreamAccountStatus;

export class MapBsDb implements BsDbReader {
  readonly rows = { buckets: [] as BsdbBucket[], objects: [] as BsdbObject[], families: [] as BsdbFamily[] };
  reads = 0;
  closed = false;

  readonly buckets: BsDbReader['buckets'] = {
    liveByName: (name) => this.#buckets(false).find(({ bucket_name }) => bucket_name === name),
    ofOwner: (owner, includeRemoved, limit) =>
      this.#buckets(includeRemoved)
        .filter((bucket) => bucket.owner === owner)
        .reverse()
        .slice(0, limit),
    liveById: (id) => this.#buckets(false).find(({ bucket_id }) => bucket_id === id),
    byName: (name) => this.#buckets(true).findLast(({ bucket_name }) => bucket_name === name),
    ofPayer: (account, limit) =>
      this.#buckets(false)
        .filter(({ payment_address }) => payment_address === account)
        .slice(0, limit),
    ofFamilyBefore: (family, before, limit) =>
      this.#buckets(false)
        .filter((bucket) => bucket.global_virtual_group_family_id === family && bucket.create_time < before)
        .slice(0, limit),
    countOfOwner: (owner, includeRemoved) =>
      this.#buckets(includeRemoved).filter((bucket) => bucket.owner === owner).length,
  };

  readonly objects: BsDbReader['objects'] = {
    live: (bucket, name) =>
      this.#objects(false).find(({ bucket_name, object_name }) => bucket_name === bucket && object_name === name),
    byId: (id) => this.#objects(true).find(({ object_id }) => object_id === id),
    list: (query, includeRemoved) => this.#named(query, includeRemoved).slice(0, query.limit),
    idsInLvg: () => [],
    removedBetween: (from, to, limit) =>
      this.#objects(true)
        .filter(({ removed, update_at }) => removed && update_at >= from && update_at <= to)
        .slice(0, limit),
    latestId: () =>
      this.#objects(true)
        .map(({ object_id }) => object_id)
        .reduce(later, 0n),
  };

  readonly prefixTree: BsDbReader['prefixTree'] = {
    list: (query) => {
      const entries = new Map<string, BsdbEntry>();
      for (const object of this.#named({ ...query, from: '' }, false)) {
        const entry = entryBelow(query.prefix, object);
        if (!entries.has(entry.name)) entries.set(entry.name, entry);
      }
      return [...entries.values()].filter(({ name }) => compare(name, query.from) >= 0).slice(0, query.limit);
    },
  };

  readonly groups: BsDbReader['groups'] = {
    isMember: () => false,
    live: () => undefined,
    countMembers: () => 0,
    countByName: () => 0,
    listByName: () => [],
    membershipsOf: () => [],
    membersOf: () => [],
    ownedBy: () => [],
  };

  readonly permissions: BsDbReader['permissions'] = {
    access: (name, objectName) => {
      const bucket = this.buckets.liveByName(name);
      const object = this.objects.live(name, objectName);
      return bucket && { ...bucket, id: bucket.bucket_id, object: object && { ...object, id: object.object_id } };
    },
    pageOfResource: () => [],
    ofPrincipal: () => undefined,
    ofResource: () => [],
    statementsOf: () => [],
  };

  readonly payments: BsDbReader['payments'] = {
    accountsOf: () => [],
    streamRecord: () => undefined,
    noStreamRecord: () => greenfieldPayment.StreamRecord.create({ status: STREAM_ACCOUNT_STATUS_ACTIVE }),
  };

  readonly virtualGroups: BsDbReader['virtualGroups'] = {
    family: (id) => this.rows.families.find((family) => family.global_virtual_group_family_id === id),
    familiesOfSp: (spId) => this.rows.families.filter(({ primary_sp_id }) => primary_sp_id === spId),
    gvg: () => undefined,
    gvgsOfSecondary: () => [],
    liveLvg: () => undefined,
    lvgsOfBucket: () => [],
    lvgsOfGvg: () => [],
  };

  readonly storageProviders: BsDbReader['storageProviders'] = { byId: () => undefined, byOperator: () => undefined };

  readonly events: BsDbReader['events'] = {
    migrationsTo: () => [],
    latestMigration: () => undefined,
    latestCompleteMigration: () => undefined,
    latestCancelMigration: () => undefined,
    latestRejectMigration: () => undefined,
    completeMigrationsFrom: () => [],
    swapOutsOf: () => [],
    cancelSwapOutsOf: () => [],
    completeSwapOutsOf: () => [],
    latestSpExit: () => undefined,
    latestCompleteSpExit: () => undefined,
  };

  readonly epoch: BsDbReader['epoch'] = { get: () => undefined };
  readonly statistics: BsDbReader['statistics'] = { objectCounts: () => ({ total: [], sealed: [] }) };

  close(): void {
    this.closed = true;
  }

  #buckets(includeRemoved: boolean): BsdbBucket[] {
    this.reads += 1;
    return this.rows.buckets.filter(({ removed }) => includeRemoved || !removed);
  }

  #objects(includeRemoved: boolean): BsdbObject[] {
    this.reads += 1;
    return this.rows.objects.filter(({ removed }) => includeRemoved || !removed);
  }

  #named({ bucket, prefix, from }: NameQuery, includeRemoved: boolean): BsdbObject[] {
    return this.#objects(includeRemoved)
      .filter(({ bucket_name, object_name }) => bucket_name === bucket && object_name.startsWith(prefix))
      .filter(({ object_name }) => compare(object_name, from) >= 0)
      .sort((a, b) => compare(a.object_name, b.object_name));
  }
}

/** The object, or the folder below the prefix that it is in. */
function entryBelow(prefix: string, object: BsdbObject): BsdbEntry {
  const name = object.object_name;
  const slash = name.indexOf('/', prefix.length);
  return slash < 0
    ? { name, folder: false, object }
    : { name: name.slice(0, slash + 1), folder: true, object: undefined };
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function later(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
