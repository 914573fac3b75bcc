/** All tables on one session: each group of them is made when it is first asked for. */
import type { Session } from '../sql/session.ts';
import { Buckets } from './buckets.ts';
import { EpochRow } from './epoch.ts';
import { EventLog } from './event-log.ts';
import { Groups } from './groups.ts';
import { Maintenance } from './maintenance.ts';
import { Objects } from './objects.ts';
import { Payments } from './payments.ts';
import { Permissions } from './permissions.ts';
import { PrefixTree } from './prefix-tree.ts';
import { Statistics } from './statistics.ts';
import { StorageProviders } from './storage-providers.ts';
import { VirtualGroups } from './virtual-groups.ts';

export class BsDbTables {
  readonly #session: Session;
  readonly #inTransaction: boolean;
  readonly #made = new Map<unknown, unknown>();

  constructor(session: Session, { inTransaction = false } = {}) {
    this.#session = session;
    this.#inTransaction = inTransaction;
  }

  get buckets(): Buckets {
    return this.#once(Buckets);
  }

  get objects(): Objects {
    return this.#once(Objects);
  }

  get prefixTree(): PrefixTree {
    return this.#once(PrefixTree);
  }

  get groups(): Groups {
    return this.#once(Groups);
  }

  get permissions(): Permissions {
    return this.#once(Permissions);
  }

  get payments(): Payments {
    return this.#once(Payments);
  }

  get storageProviders(): StorageProviders {
    return this.#once(StorageProviders);
  }

  get virtualGroups(): VirtualGroups {
    return this.#once(VirtualGroups);
  }

  get events(): EventLog {
    return this.#once(EventLog);
  }

  get epoch(): EpochRow {
    return this.#once(EpochRow);
  }

  get statistics(): Statistics {
    return this.#once(Statistics);
  }

  get maintenance(): Maintenance {
    return this.#once(Maintenance);
  }

  #once<T>(Tables: new (session: Session, use: { lock: boolean }) => T): T {
    const known = this.#made.get(Tables) as T | undefined;
    if (known) return known;
    const made = new Tables(this.#session, { lock: this.#inTransaction });
    this.#made.set(Tables, made);
    return made;
  }
}
