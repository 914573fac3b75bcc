/** The block syncer's picture of the chain in one SQLite file. It is written by one process, and can be made again. */
import type { BsDbReader } from '@prairie/gfsp';
import { openSqlite, type SqliteDatabase } from '../sqlite/database.ts';
import { Buckets } from './buckets.ts';
import { EpochRow } from './epoch.ts';
import { EventLog } from './event-log.ts';
import { Groups } from './groups.ts';
import { Objects } from './objects.ts';
import { Payments } from './payments.ts';
import { Permissions } from './permissions.ts';
import { PrefixTree } from './prefix-tree.ts';
import { migrations } from './schema/migrations.ts';
import { Statistics } from './statistics.ts';
import { StorageProviders } from './storage-providers.ts';
import { VirtualGroups } from './virtual-groups.ts';

export class BsDb implements BsDbReader {
  /** The file itself, for what is not a row: plans, copies. */
  readonly sqlite: SqliteDatabase;
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly prefixTree: PrefixTree;
  readonly groups: Groups;
  readonly permissions: Permissions;
  readonly payments: Payments;
  readonly storageProviders: StorageProviders;
  readonly virtualGroups: VirtualGroups;
  readonly events: EventLog;
  readonly epoch: EpochRow;
  readonly statistics: Statistics;

  /** `path` is a file name; `:memory:` for tests. */
  constructor({ path }: { path: string }) {
    this.sqlite = openSqlite(path, { synchronous: 'normal', migrations });
    this.buckets = new Buckets(this.sqlite);
    this.objects = new Objects(this.sqlite);
    this.prefixTree = new PrefixTree(this.sqlite);
    this.groups = new Groups(this.sqlite);
    this.permissions = new Permissions(this.sqlite);
    this.payments = new Payments(this.sqlite);
    this.storageProviders = new StorageProviders(this.sqlite);
    this.virtualGroups = new VirtualGroups(this.sqlite);
    this.events = new EventLog(this.sqlite);
    this.epoch = new EpochRow(this.sqlite);
    this.statistics = new Statistics(this.sqlite);
  }

  /** What one block writes, as a whole or not at all. */
  transaction<T>(work: () => T): T {
    return this.sqlite.transaction(work);
  }

  close(): void {
    this.sqlite.close();
  }
}
