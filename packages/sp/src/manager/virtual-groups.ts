import { greenfieldSp, type greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { type Consensus, GfSpError, type Logger, type Modules } from '@prairie/gfsp';
import type { Deposits } from './deposits.ts';
import { virtualGroupErrors } from './errors.ts';
import { FreezePool } from './freeze-pool.ts';
import { type GroupInfo, type GroupView, loadGroupView, secondaryEndpoints } from './group-view.ts';
import type { HealthChecker } from './health-checker.ts';
import { chooseSecondaries, fits, hasRoom, spaceOf } from './pick.ts';
import { type FamilyCandidate, FreeSpacePicker, type GroupCandidate, type VirtualGroupPicker } from './picker.ts';

export interface VirtualGroupsOptions {
  operatorAddress: string;
  /** Providers that are put into new groups before others. */
  preferredSps?: readonly number[];
  /** Providers in no new group, and whose groups are not picked. */
  refusedSps?: readonly number[];
}

export interface VirtualGroupsDependencies {
  client: Modules;
  consensus: Consensus;
  /** Chooses among usable families and groups. Default: at random, by free space. */
  picker?: VirtualGroupPicker;
  /** Who is not healthy joins no group, and its groups are not picked. Default: everybody is. */
  health?: Pick<HealthChecker, 'isHealthy'>;
  /** Gets the groups that objects may go to, whenever they were read. Default: nobody makes deposits. */
  deposits?: Pick<Deposits, 'look' | 'isAwaitedBy'>;
  /** Told of the chain's providers whenever they were read. */
  onProviders?: (providers: GroupView['providers']) => void;
  logger: Logger;
}

/** A group for an object, with where its secondaries are reached. */
export interface Placement {
  gvg: virtualgroup.GlobalVirtualGroup;
  /** In the order of the group's secondaries. */
  endpoints: string[];
}

/** What a group is wanted for. */
export interface Wanted {
  /** As many as the object has pieces. */
  secondaries: number;
  payloadSize: bigint;
}

/** A picture of the chain older than that is taken again when it is wanted; nobody polls. */
const MAX_AGE_MS = 5000;
/** Bytes that the deposit of a new group pays for. */
const INITIAL_STAKE_BYTES = 256n << 30n;
const IN_SERVICE = greenfieldSp.Status.STATUS_IN_SERVICE;

/** This provider's families and groups: which are there, which to use, and making new ones (§9). */
export class VirtualGroups {
  readonly #options: VirtualGroupsOptions;
  readonly #dependencies: VirtualGroupsDependencies;
  readonly #picker: VirtualGroupPicker;
  readonly #freezePool = new FreezePool();
  /** Creations under way, by family: one new group serves all who miss one. */
  readonly #creating = new Map<number, Promise<void>>();
  #view: { at: number; value: Promise<GroupView> } | undefined;

  constructor(options: VirtualGroupsOptions, dependencies: VirtualGroupsDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#picker = dependencies.picker ?? new FreeSpacePicker();
  }

  /** A provider without a family cannot be given buckets: makes the first family and group when there is none. */
  async ensureFamily(): Promise<void> {
    const { families } = await this.#current();
    if ([...families.values()].some((groups) => groups.length > 0)) return;
    const [empty] = families.keys();
    await this.#create(empty ?? 0);
  }

  /** A family for a new bucket (§9.3). @throws 540001 */
  async pickFamily(): Promise<number> {
    let picked = this.#picker.pickFamily(this.#usableFamilies(await this.#current()));
    if (!picked) {
      await this.#create(0);
      picked = this.#picker.pickFamily(this.#usableFamilies(await this.#current()));
    }
    if (!picked) throw virtualGroupErrors.noFamily();
    return picked.familyId;
  }

  #usableFamilies(view: GroupView): FamilyCandidate[] {
    return [...view.families].flatMap(([familyId, groups]) => {
      const space = spaceOf(groups);
      const isUsable = hasRoom(space) && groups.some((group) => this.#isUsable(view, group));
      return isUsable ? [{ familyId, groups: groups.map(candidateOf), ...space }] : [];
    });
  }

  /** A group of the family (§9.4), a new one if need be. @throws 540002, 540003 */
  async pickGroup(familyId: number, wanted: Wanted): Promise<Placement> {
    try {
      let picked = await this.pickUsable(familyId, wanted);
      if (!picked) {
        await this.#requireNew(familyId, wanted);
        await this.#create(familyId);
        picked = await this.pickUsable(familyId, wanted);
      }
      if (!picked) throw virtualGroupErrors.noGroup();
      return picked;
    } catch (error) {
      // Frozen providers are better than none (§7.1).
      this.#freezePool.releaseAll();
      throw error;
    }
  }

  /** A new group's deposit is not paid where it would not help, or another one is on its way. @throws 540002 */
  async #requireNew(familyId: number, { payloadSize }: Wanted): Promise<void> {
    if (payloadSize > INITIAL_STAKE_BYTES) throw virtualGroupErrors.noGroup('the object is larger than a new group');
    const { deposits } = this.#dependencies;
    const view = await this.#current();
    const isAwaited = view.families.get(familyId)?.some((group) => {
      return deposits?.isAwaitedBy(group) && this.#isUsable(view, group);
    });
    if (isAwaited) throw virtualGroupErrors.noGroup('a group that is nearly full is to get a deposit: try again later');
  }

  /** Reads the groups, so that those are found which need a deposit. */
  async look(): Promise<void> {
    await this.#current();
  }

  /**
   * The group of that id, while it can be used; to go on where a replication stopped. What the usual limit leaves free is
   * for what has begun.
   */
  async reuseGroup(gvgId: number, familyId: number, payloadSize: bigint): Promise<Placement | undefined> {
    const view = await this.#current();
    const group = view.families.get(familyId)?.find(({ gvg }) => gvg.id === gvgId);
    const isGood = group && fits(spaceOf([group]), payloadSize) && this.#isUsable(view, group);
    return isGood ? placementOf(view, group) : undefined;
  }

  /**
   * A secondary of a group failed: neither it nor the groups it is in are used for a while (§7.2). Resolves with the
   * group's family; undefined when there is no such group.
   */
  async freezeSecondary(gvgId: number, index: number): Promise<number | undefined> {
    const gvg = await this.#dependencies.consensus.gvg(gvgId);
    const spId = gvg?.secondary_sp_ids[index];
    if (!gvg || spId === undefined) return gvg?.family_id;
    const view = await this.#current();
    const groups = [...view.families.values()].flat().map((group) => group.gvg);
    const shared = groups.filter((group) => group.secondary_sp_ids.includes(spId)).map((group) => group.id);
    this.#freezePool.freeze(spId, [gvg.id, ...shared]);
    this.#freezePool.keepEnough(this.#others(view), gvg.secondary_sp_ids.length);
    this.#dependencies.logger.warn('a secondary is left alone for a while', { sp_id: spId, gvg_ids: shared });
    return gvg.family_id;
  }

  /** A group of the family that can be used, if there is one. @throws 540003 */
  async pickUsable(familyId: number, { secondaries, payloadSize }: Wanted): Promise<Placement | undefined> {
    let view = await this.#current();
    if (!view.families.has(familyId)) {
      this.invalidate();
      view = await this.#current();
    }
    const groups = view.families.get(familyId);
    if (!groups) {
      throw virtualGroupErrors.staleMetadata(`family ${familyId} is none of provider ${view.self.id}'s families`);
    }
    const usable = groups.filter((group) => {
      const space = spaceOf([group]);
      const isRoomy = hasRoom(space) && fits(space, payloadSize);
      return isRoomy && group.gvg.secondary_sp_ids.length === secondaries && this.#isUsable(view, group);
    });
    const picked = this.#picker.pickGroup(usable.map(candidateOf));
    const group = picked && usable.find(({ gvg }) => gvg.id === picked.groupId);
    return group && placementOf(view, group);
  }

  /** Not frozen, nobody in it refused, and all secondaries in service and healthy (§9.4, §9.7). */
  #isUsable(view: GroupView, group: GroupInfo): boolean {
    return !this.#freezePool.isGroupFrozen(group.gvg.id) && this.#isHealthyGroup(view, group);
  }

  #isHealthyGroup(view: GroupView, { gvg }: GroupInfo): boolean {
    return gvg.secondary_sp_ids.every((id) => {
      const provider = view.providers.find((one) => one.id === id);
      return provider?.status === IN_SERVICE && !this.#options.refusedSps?.includes(id) && this.#isHealthy(id);
    });
  }

  #isHealthy(spId: number): boolean {
    return this.#dependencies.health?.isHealthy(spId) ?? true;
  }

  #create(familyId: number): Promise<void> {
    const running = this.#creating.get(familyId);
    if (running) return running;
    const creating = this.#createGroup(familyId).finally(() => {
      this.#creating.delete(familyId);
      this.invalidate();
    });
    this.#creating.set(familyId, creating);
    return creating;
  }

  /** Makes a group (§9.5); family 0 makes a family too. */
  async #createGroup(familyId: number): Promise<void> {
    const { client, consensus, logger } = this.#dependencies;
    this.invalidate();
    const [view, { versioned_params: versioned }] = await Promise.all([this.#current(), consensus.storageParams(0n)]);
    const count = versioned.redundant_data_chunk_num + versioned.redundant_parity_chunk_num;
    this.#freezePool.keepEnough(this.#others(view), count);
    const taken = (view.families.get(familyId) ?? []).map(({ gvg }) => gvg.secondary_sp_ids);
    const secondaries = chooseSecondaries(this.#candidates(view), count, taken);
    if (!secondaries) {
      throw virtualGroupErrors.noGroup(
        `no new group: it needs ${count} other providers in service, ${this.#candidates(view).length} are, ` +
          `and the family has ${taken.length} groups already`,
      );
    }
    const amount = view.params.gvg_staking_per_bytes * INITIAL_STAKE_BYTES;
    const deposit = { denom: view.params.deposit_denom, amount };
    const told = { family_id: familyId, secondaries, ...deposit };
    try {
      const hash = await client.signer.broadcast('create_global_virtual_group', {
        virtual_group_family_id: familyId,
        primary_sp_address: view.self.operator_address,
        secondary_sp_ids: secondaries,
        deposit,
      });
      logger.info('a virtual group was created', { ...told, hash });
    } catch (error) {
      const payer = view.self.funding_address;
      logger.error(`no virtual group was created; the funding account ${payer} pays its deposit`, { ...told, error });
      throw error;
    }
  }

  /** Other providers in service, ordered by id. */
  #others(view: GroupView): number[] {
    const others = view.providers.filter(({ id, status }) => id !== view.self.id && status === IN_SERVICE);
    return others.map(({ id }) => id).filter((id) => !this.#options.refusedSps?.includes(id));
  }

  /** Who may join a new group, preferred ones first. */
  #candidates(view: GroupView): number[] {
    const others = this.#others(view).filter((id) => !this.#freezePool.isProviderFrozen(id) && this.#isHealthy(id));
    const isPreferred = (id: number) => this.#options.preferredSps?.includes(id) ?? false;
    return [...others.filter(isPreferred), ...others.filter((id) => !isPreferred(id))];
  }

  /** The next look at the groups asks the chain. */
  invalidate(): void {
    this.#view = undefined;
  }

  #current(): Promise<GroupView> {
    const now = performance.now();
    if (this.#view && now - this.#view.at < MAX_AGE_MS) return this.#view.value;
    const { consensus } = this.#dependencies;
    const value = loadGroupView(consensus, this.#options.operatorAddress);
    const view = { at: now, value };
    this.#view = view;
    const failed = (error: unknown) => {
      if (this.#view === view) this.#view = undefined;
      this.#dependencies.logger.warn('virtual groups are not known', { reason: GfSpError.from(error).message });
    };
    value.then((groups) => this.#told(groups), failed);
    return value;
  }

  #told(view: GroupView): void {
    const { onProviders, deposits, logger } = this.#dependencies;
    onProviders?.(view.providers);
    const groups = [...view.families.values()].flat().filter((group) => this.#isHealthyGroup(view, group));
    deposits?.look(groups).catch((error: unknown) => logger.warn('no deposit is planned', { error }));
  }
}

function candidateOf(group: GroupInfo): GroupCandidate {
  const { id: groupId, family_id: familyId, secondary_sp_ids: secondarySpIds } = group.gvg;
  return { groupId, familyId, secondarySpIds, ...spaceOf([group]) };
}

function placementOf(view: GroupView, { gvg }: GroupInfo): Placement | undefined {
  const endpoints = secondaryEndpoints(view, gvg);
  return endpoints && { gvg, endpoints };
}
