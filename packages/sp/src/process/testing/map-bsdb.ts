/** A picture of the chain in maps, without groups and policies: what a user would write for metadata to read. */
import { greenfieldPayment } from '@prairie/chain';
import type { BsDbReader, BsdbBucket, BsdbEntry, BsdbFamily, BsdbObject, NameQuery } from '@prairie/gfsp';

const { STREAM_ACCOUNT_STATUS_ACTIVE } = greenfieldPayment.StreamAccountStatus;

export class MapBsDb implements BsDbReader {
  readonly rows = { buckets: [] as BsdbBucket[], objects: [] as BsdbObject[], families: [] as BsdbFamily[] };
  reads = 0;
  closed = false;

  readonly buckets: BsDbReader['buckets'] = {
    liveByName: async (name) => this.#buckets(false).find(({ bucket_name }) => bucket_name === name),
    ofOwner: async (owner, includeRemoved, limit) =>
      this.#buckets(includeRemoved)
        .filter((bucket) => bucket.owner === owner)
        .reverse()
        .slice(0, limit),
    liveById: async (id) => this.#buckets(false).find(({ bucket_id }) => bucket_id === id),
    byName: async (name) => this.#buckets(true).findLast(({ bucket_name }) => bucket_name === name),
    ofPayer: async (account, limit) =>
      this.#buckets(false)
        .filter(({ payment_address }) => payment_address === account)
        .slice(0, limit),
    liveByIds: async (ids) => this.#buckets(false).filter(({ bucket_id }) => ids.includes(bucket_id)),
    liveByNames: async (names) => this.#buckets(false).filter(({ bucket_name }) => names.includes(bucket_name)),
    ofPrimaryBefore: async (spId, before, limit) => {
      const families = await this.virtualGroups.familiesOfSp(spId);
      const ids = families.map((family) => family.global_virtual_group_family_id);
      return this.#buckets(false)
        .filter((bucket) => ids.includes(bucket.global_virtual_group_family_id) && bucket.create_time < before)
        .slice(0, limit);
    },
    countOfOwner: async (owner, includeRemoved) =>
      this.#buckets(includeRemoved).filter((bucket) => bucket.owner === owner).length,
  };

  readonly objects: BsDbReader['objects'] = {
    live: async (bucket, name) =>
      this.#objects(false).find(({ bucket_name, object_name }) => bucket_name === bucket && object_name === name),
    byId: async (id) => this.#objects(true).find(({ object_id }) => object_id === id),
    list: async (query, includeRemoved) => this.#named(query, includeRemoved).slice(0, query.limit),
    liveByIds: async (ids) => this.#objects(false).filter(({ object_id }) => ids.includes(object_id)),
    inGvg: async () => [],
    removedBetween: async (from, to, limit) =>
      this.#objects(true)
        .filter(({ removed, update_at }) => removed && update_at >= from && update_at <= to)
        .slice(0, limit),
    latestId: async () =>
      this.#objects(true)
        .map(({ object_id }) => object_id)
        .reduce(later, 0n),
  };

  readonly prefixTree: BsDbReader['prefixTree'] = {
    list: async (query) => {
      const entries = new Map<string, BsdbEntry>();
      for (const object of this.#named({ ...query, from: '' }, false)) {
        const entry = entryBelow(query.prefix, object);
        if (!entries.has(entry.name)) entries.set(entry.name, entry);
      }
      return [...entries.values()].filter(({ name }) => compare(name, query.from) >= 0).slice(0, query.limit);
    },
  };

  readonly groups: BsDbReader['groups'] = {
    live: async () => undefined,
    liveByIds: async () => [],
    memberOf: async () => [],
    countMembers: async () => new Map(),
    countByName: async () => 0,
    listByName: async () => [],
    membershipsOf: async () => [],
    membersOf: async () => [],
    ownedBy: async () => [],
  };

  readonly permissions: BsDbReader['permissions'] = {
    access: async (name, objectName) => {
      const bucket = await this.buckets.liveByName(name);
      const object = await this.objects.live(name, objectName);
      return bucket && { ...bucket, id: bucket.bucket_id, object: object && { ...object, id: object.object_id } };
    },
    pageOfResource: async () => [],
    forAccount: async () => [],
    statementsOf: async () => [],
  };

  readonly payments: BsDbReader['payments'] = {
    accountsOf: async () => [],
    streamRecord: async () => undefined,
    streamRecords: async () => [],
    noStreamRecord: () => greenfieldPayment.StreamRecord.create({ status: STREAM_ACCOUNT_STATUS_ACTIVE }),
  };

  readonly virtualGroups: BsDbReader['virtualGroups'] = {
    family: async (id) => this.rows.families.find((family) => family.global_virtual_group_family_id === id),
    families: async (ids) => this.rows.families.filter((family) => ids.includes(family.global_virtual_group_family_id)),
    familiesOfSp: async (spId) => this.rows.families.filter(({ primary_sp_id }) => primary_sp_id === spId),
    gvg: async () => undefined,
    gvgs: async () => [],
    gvgsOfSecondary: async () => [],
    liveLvg: async () => undefined,
    lvgsOfBucket: async () => [],
  };

  readonly storageProviders: BsDbReader['storageProviders'] = {
    byId: async () => undefined,
    byOperator: async () => undefined,
  };

  readonly events: BsDbReader['events'] = {
    openMigrationsTo: async () => [],
    latestMigration: async () => undefined,
    latestCompleteMigration: async () => undefined,
    latestCancelMigrations: async () => [],
    latestRejectMigrations: async () => [],
    completeMigrationsFrom: async () => [],
    swapOutsOf: async () => [],
    cancelSwapOutsOf: async () => [],
    completeSwapOutsOf: async () => [],
    latestSpExit: async () => undefined,
    latestCompleteSpExit: async () => undefined,
  };

  readonly epoch: BsDbReader['epoch'] = { get: async () => undefined };
  readonly statistics: BsDbReader['statistics'] = {
    objectCounts: async () => ({ total: [], sealed: [] }),
    server: async () => ({ version: 'maps', characterSet: '', collation: '' }),
  };

  async close(): Promise<void> {
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
