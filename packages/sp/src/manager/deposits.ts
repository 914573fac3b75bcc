import {
  type Consensus,
  GfSpError,
  type LeaseQueue,
  type Logger,
  type Modules,
  type QueueEngine,
  queueErrors,
} from '@prairie/gfsp';
import { DEPOSIT_LIFETIME_BLOCKS } from '../common/deposit-lifetime.ts';
import { pause } from '../common/pause.ts';
import { settled } from '../common/settle.ts';
import { consume } from './consume.ts';
import { type GroupInfo, stakedSize } from './group-view.ts';
import { hasRoom, spaceOf } from './pick.ts';

export interface DepositsOptions {
  /** First pause after a deposit that the chain did not take; doubles. Default 1 min. */
  depositAgainMs?: number;
}

export interface DepositsDependencies {
  client: Modules;
  consensus: Consensus;
  /** Several managers that share it make each deposit once. */
  engine: QueueEngine;
  logger: Logger;
}

/** Bytes that one deposit pays for (§9.1). */
const DEPOSIT_BYTES = 512n << 30n;
/** Looks at the groups while nobody uploads. */
const LOOK_MS = 60_000;
const MAX_AGAIN_MS = 900_000;
/** More than a provider has groups that fill at the same time. */
const CAPACITY = 1024;
/** A node that is asked may be a little behind the one that took the deposit. */
const MARGIN_BLOCKS = 5n;
const BLOCKS_TIMEOUT_MS = 300_000;
/** Until there is no need any more: a number that every engine can keep. */
const MAX_ATTEMPTS = 1_000_000;
/** To wait for these blocks, and to send. */
const LEASE_MS = 600_000;

/**
 * Raises the stake of groups that are nearly full, before the chain refuses to seal in them
 * (`reference/tasks-and-manager.md` §9.2). It is money: before a start's first deposit and after each so many blocks pass
 * that what was sent has landed or is void, and only then the chain is asked whether there is a need still.
 */
export class Deposits {
  readonly #options: DepositsOptions;
  readonly #dependencies: DepositsDependencies;
  /** Groups whose last deposit failed. */
  readonly #failed = new Set<number>();
  #queue: LeaseQueue<number> | undefined;
  /** One may be on its way: that of a process before this one, too. */
  #isOpen = true;

  constructor(options: DepositsOptions, dependencies: DepositsDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  async open(): Promise<void> {
    const { depositAgainMs: baseMs = 60_000 } = this.#options;
    const options = { name: 'manager-deposit', capacity: CAPACITY, baseMs, maxMs: Math.max(baseMs, MAX_AGAIN_MS) };
    this.#queue = await this.#dependencies.engine.open<number>(options);
  }

  /** Has `look` done now and then, and makes the deposits, until the signal aborts. `onMade` is told of each. */
  async run(
    signal: AbortSignal,
    { look, onMade }: { look: () => Promise<unknown>; onMade: () => void },
  ): Promise<void> {
    const { logger } = this.#dependencies;
    if (!this.#queue) throw new Error('deposits are opened before they run');
    const made = consume(this.#queue, { signal, logger }, async (gvgId) => {
      await this.#settled(signal);
      if (!(await this.#make(gvgId))) return;
      onMade();
      // its key stays in the queue meanwhile, so that no other manager sends a second one
      await this.#settled(signal);
    });
    while (!signal.aborted) {
      await look().catch(() => {});
      await pause(LOOK_MS, signal).catch(() => {});
    }
    await made;
  }

  /** Whether the group is to get a deposit, and its last one did not fail. */
  isAwaitedBy(group: GroupInfo): boolean {
    return isNearlyFull(group) && !this.#failed.has(group.gvg.id);
  }

  /** Of groups that objects are to go to. */
  async look(groups: readonly GroupInfo[]): Promise<void> {
    for (const group of groups.filter(isNearlyFull)) {
      const { id } = group.gvg;
      const key = String(id);
      if (!this.#queue || (await this.#queue.has(key))) continue;
      const task = { key, priority: 0, value: id, timeoutMs: LEASE_MS, maxAttempts: MAX_ATTEMPTS };
      try {
        await this.#queue.push(task);
      } catch (error) {
        // another manager has seen it, too
        if (!(error instanceof GfSpError && error.is(queueErrors.repeated))) throw error;
      }
    }
  }

  /** false when the group needs none any more. @throws when it is not known whether there is one now */
  async #make(gvgId: number): Promise<boolean> {
    const { consensus, client, logger } = this.#dependencies;
    const [gvg, params] = await Promise.all([consensus.gvg(gvgId), consensus.virtualGroupParams()]);
    const isNeeded = gvg !== undefined && isNearlyFull({ gvg, stakedSize: stakedSize(gvg, params) });
    const amount = params.gvg_staking_per_bytes * DEPOSIT_BYTES;
    this.#failed.delete(gvgId);
    if (!isNeeded || amount === 0n) return false;
    const deposit = { denom: params.deposit_denom, amount };
    const told = { gvg_id: gvgId, ...deposit, stored_size: gvg.stored_size };
    this.#isOpen = true;
    try {
      const message = { storage_provider: '', global_virtual_group_id: gvgId, deposit };
      const hash = await client.signer.broadcast('deposit', message);
      logger.info('a virtual group got a deposit', { ...told, hash });
      return true;
    } catch (error) {
      this.#failed.add(gvgId);
      const payer = await fundingAddress(consensus, gvg.primary_sp_id);
      logger.error(`a virtual group that is nearly full got no deposit, which ${payer} pays`, { ...told, error });
      throw error;
    }
  }

  /** @throws when the chain makes no blocks */
  async #settled(signal: AbortSignal): Promise<void> {
    if (!this.#isOpen) return;
    const blocks = DEPOSIT_LIFETIME_BLOCKS + MARGIN_BLOCKS;
    await settled(this.#dependencies.consensus, { blocks, timeoutMs: BLOCKS_TIMEOUT_MS, signal });
    this.#isOpen = false;
  }
}

/** An empty group takes no deposit, whatever its stake is. */
function isNearlyFull(group: GroupInfo): boolean {
  return group.gvg.stored_size > 0n && !hasRoom(spaceOf([group]));
}

async function fundingAddress(consensus: Consensus, spId: number): Promise<string> {
  const provider = await consensus.spById(spId).catch(() => undefined);
  return `the funding account ${provider?.funding_address ?? `of provider ${spId}`}`;
}
