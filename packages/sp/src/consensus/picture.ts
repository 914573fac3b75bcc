import type { Logger, Modules } from '@prairie/gfsp';
import type { AppliedEvent, SyncedBlock } from '../blocksyncer/index.ts';
import { Heights } from '../common/heights.ts';
import { SyncFollower } from '../common/sync-follower.ts';
import type { ChainHead } from './chain-head.ts';

export interface PictureOptions {
  /** How far behind the chain the picture may be to be answered from (`Consensus.MaxLagBlocks`). */
  maxLagBlocks: number;
  /** How long after a block was heard the block syncer is waited for to have written it, milliseconds. Default 100. */
  waitMs?: number;
}

export interface PictureDependencies {
  client: Pick<Modules, 'blocksyncer'>;
  head: ChainHead;
  logger: Logger;
}

/** What has changed; undefined when that is not known: anything may have. */
type Listener = (events: readonly AppliedEvent[] | undefined) => void;

/** How far the block syncer's picture of the chain is, wherever the syncer runs, and what each block changes in it. */
export class Picture {
  readonly #maxLag: bigint;
  readonly #waitMs: number;
  readonly #head: ChainHead;
  readonly #follower: SyncFollower;
  readonly #listeners = new Set<Listener>();
  readonly #heights = new Heights();
  #state: 'idle' | 'following' | 'closed' = 'idle';

  constructor({ maxLagBlocks, waitMs = 100 }: PictureOptions, { client, head, logger }: PictureDependencies) {
    this.#maxLag = BigInt(maxLagBlocks);
    this.#waitMs = waitMs;
    this.#head = head;
    // one that was told has been heard, with its events; tables that were made anew begin at a lower one
    const onHeight = async (height: bigint) => this.#advance(height, undefined);
    this.#follower = new SyncFollower({ client, logger, onHeight });
  }

  /**
   * Whether it may be answered from: it is at most `maxLag` blocks behind the chain's latest. The first question begins
   * to follow it. A block that was just heard is waited for, so that a client that knows it from the chain is answered
   * from it as long as the block syncer keeps up.
   */
  isCurrent(maxLag: bigint = this.#maxLag): boolean | Promise<boolean> {
    if (this.#state === 'idle') {
      this.#state = 'following';
      void this.#follower.start();
    }
    const head = this.#head.height;
    const { height } = this.#heights;
    if (head === undefined || height === 0n || head - height > this.#maxLag) return false;
    const waitMs = height < head ? this.#head.heardAt + this.#waitMs - performance.now() : 0;
    return waitMs > 0 ? this.#catchUp(head, waitMs, maxLag) : head - height <= maxLag;
  }

  onChange(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** A block syncer of this process says what it has just written; of another one, only heights are heard. */
  tell({ height, events }: SyncedBlock): void {
    this.#advance(height, height === this.#heights.height + 1n ? events : undefined);
  }

  async close(): Promise<void> {
    const isFollowing = this.#state === 'following';
    this.#state = 'closed';
    this.#heights.stop();
    if (isFollowing) await this.#follower.stop();
  }

  async #catchUp(head: bigint, waitMs: number, maxLag: bigint): Promise<boolean> {
    await this.#heights.waitFor(head, waitMs);
    return head - this.#heights.height <= maxLag;
  }

  #advance(height: bigint, events: readonly AppliedEvent[] | undefined): void {
    if (height === this.#heights.height) return;
    // before those who wait for the height are told: what they ask for then is not to be what was remembered
    for (const listener of this.#listeners) listener(events);
    this.#heights.advance(height);
  }
}
