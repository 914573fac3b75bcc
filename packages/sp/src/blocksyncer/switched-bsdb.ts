/**
 * The BSDB that is in use, of two: while one serves, the other can be built anew, and then it takes the first one's place
 * (`reference/block-syncer-and-db.md` §4, dual DB).
 *
 * Each has a row `master_db` that says whether it is in use. The one that is configured is, unless its row says no and
 * the standby's says yes. Writers look at the row in every transaction, readers at every new height: `follow`.
 */
import { type BsDbReader, backoffMs, sleep } from '@prairie/gfsp';
import { BsDb, type DatabaseAddress } from '@prairie/store';

export interface BsDbAddresses {
  main: DatabaseAddress;
  /** Where it is built anew; without it there is one database only. */
  standby?: DatabaseAddress | undefined;
}

/** The other row follows within milliseconds; after three seconds it does not come any more. */
const BACKOFF = { baseMs: 20, maxMs: 500 };
const MAX_WAITS = 10;

export class SwitchedBsDb implements BsDbReader {
  readonly #addresses: Partial<BsDbAddresses>;
  #current: BsDb;
  #isMain: boolean;
  /** Left, and still open for what is being read there. */
  #left: BsDb | undefined;
  #following: Promise<boolean> | undefined;

  private constructor(addresses: Partial<BsDbAddresses>, current: BsDb, isMain: boolean) {
    this.#addresses = addresses;
    this.#current = current;
    this.#isMain = isMain;
  }

  /** Opens the one in use. @throws Error in words when it cannot be opened */
  static async open(addresses: BsDbAddresses): Promise<SwitchedBsDb> {
    const main = await BsDb.open(addresses.main);
    const standby = await openIfInUse(main, addresses.standby);
    if (standby) await main.close();
    return new SwitchedBsDb(addresses, standby ?? main, standby === undefined);
  }

  /** A database without a second one. */
  static of(db: BsDb): SwitchedBsDb {
    return new SwitchedBsDb({}, db, true);
  }

  /** The one in use, as far as is known here. */
  get current(): BsDb {
    return this.#current;
  }

  /** Of the one that is not in use; undefined without a second one. */
  get otherAddress(): DatabaseAddress | undefined {
    const { main, standby } = this.#addresses;
    return this.#isMain ? standby : main;
  }

  /** Goes over to the other when that is in use now. Whether it did. */
  follow(): Promise<boolean> {
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined;
    });
    return this.#following;
  }

  /**
   * For who writes: afterwards the one here is in use. Two rows cannot change at once, so the other's is waited for when
   * this one's says no; a switch that was cut short between them is taken back.
   */
  async followOrStay(signal: AbortSignal): Promise<void> {
    for (let waits = 1; (await this.#current.maintenance.isMaster()) === false; waits++) {
      if (await this.follow()) return;
      if (waits > MAX_WAITS) return this.#current.transaction((tables) => tables.maintenance.setMaster(true));
      await sleep(backoffMs(waits, BACKOFF), signal);
    }
  }

  get buckets(): BsDbReader['buckets'] {
    return this.#current.buckets;
  }

  get objects(): BsDbReader['objects'] {
    return this.#current.objects;
  }

  get prefixTree(): BsDbReader['prefixTree'] {
    return this.#current.prefixTree;
  }

  get groups(): BsDbReader['groups'] {
    return this.#current.groups;
  }

  get permissions(): BsDbReader['permissions'] {
    return this.#current.permissions;
  }

  get payments(): BsDbReader['payments'] {
    return this.#current.payments;
  }

  get virtualGroups(): BsDbReader['virtualGroups'] {
    return this.#current.virtualGroups;
  }

  get storageProviders(): BsDbReader['storageProviders'] {
    return this.#current.storageProviders;
  }

  get events(): BsDbReader['events'] {
    return this.#current.events;
  }

  get epoch(): BsDbReader['epoch'] {
    return this.#current.epoch;
  }

  get statistics(): BsDbReader['statistics'] {
    return this.#current.statistics;
  }

  async close(): Promise<void> {
    await this.#following;
    await this.#left?.close();
    await this.#current.close();
  }

  async #follow(): Promise<boolean> {
    const other = this.#addresses.standby && (await openIfInUse(this.#current, this.otherAddress));
    if (!other) return false;
    await this.#left?.close();
    this.#left = this.#current;
    this.#current = other;
    this.#isMain = !this.#isMain;
    return true;
  }
}

/** Opens the other when the row of this one says that it is not in use, and the other's that it is. */
async function openIfInUse(db: BsDb, other: DatabaseAddress | undefined): Promise<BsDb | undefined> {
  if (!other || (await db.maintenance.isMaster()) !== false) return undefined;
  const candidate = await BsDb.open(other);
  if (await candidate.maintenance.isMaster()) return candidate;
  await candidate.close();
  return undefined;
}
