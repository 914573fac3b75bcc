/** When blocks are made: at a steady interval, or at once when a transaction arrives; never while paused. */
import type { Chain } from './chain.ts';

/** Without transactions an instant chain still makes a block this often: time must pass for end-block queues. */
const IDLE_MS = 1000;

export interface ScheduleOptions {
  /** 0 makes a block as soon as a transaction arrives. */
  blockTimeMs: number;
  /** A block that cannot be made ends the schedule: the state is that of the block before. */
  onFailure(error: unknown): void;
}

/** Paused at first. */
export class BlockSchedule {
  private readonly chain: Chain;
  private readonly onFailure: ScheduleOptions['onFailure'];
  private interval: number;
  private running = false;
  /** Those who make blocks themselves for a while. */
  private holders = 0;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private unsubscribe: (() => void) | undefined;
  private due = 0;
  private failed: unknown;

  constructor(chain: Chain, options: ScheduleOptions) {
    this.chain = chain;
    this.interval = options.blockTimeMs;
    this.onFailure = options.onFailure;
  }

  /** Why no more blocks come; undefined while they do. */
  get failure(): unknown {
    return this.failed;
  }

  get paused(): boolean {
    return !this.running;
  }

  get blockTimeMs(): number {
    return this.interval;
  }

  resume(): void {
    if (this.running || this.closed) return;
    this.running = true;
    this.start();
  }

  /** No block comes by itself from here on. */
  pause(): void {
    this.running = false;
    this.stop();
  }

  setBlockTime(blockTimeMs: number): void {
    this.interval = blockTimeMs;
    this.restart();
  }

  /** Runs `work` without blocks of the schedule in between. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.holders++;
    this.stop();
    try {
      return await work();
    } finally {
      this.holders--;
      this.restart();
    }
  }

  /** For ever. */
  close(): void {
    this.closed = true;
    this.pause();
  }

  private restart(): void {
    this.stop();
    if (this.running) this.start();
  }

  private start(): void {
    if (this.holders > 0) return;
    if (this.interval === 0) this.unsubscribe = this.chain.arrivals.add(() => this.soon());
    this.due = performance.now();
    this.wait();
    this.soonIfBehind();
  }

  private stop(): void {
    this.unsubscribe?.();
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = this.immediate = this.unsubscribe = undefined;
  }

  /** After the current turn, so that the sender has its answer first and what arrives together shares the block. */
  private soon(): void {
    this.immediate ??= setImmediate(() => {
      this.immediate = undefined;
      clearTimeout(this.timer);
      this.due = performance.now();
      this.make();
    });
  }

  private wait(): void {
    const interval = this.interval || IDLE_MS;
    const now = performance.now();
    // steady: the next block is due an interval after the last was, not after it was made; a long pause is not made up
    this.due = Math.max(this.due + interval, now);
    this.timer = setTimeout(() => this.make(), this.due - now);
  }

  private make(): void {
    try {
      this.chain.produceBlock();
    } catch (error) {
      this.pause();
      this.failed = error;
      this.onFailure(error);
      return;
    }
    // who hears of a block may have stopped this
    if (!this.running) return;
    this.wait();
    this.soonIfBehind();
  }

  /** More waits than fitted into one block, or came during a pause. */
  private soonIfBehind(): void {
    if (this.interval === 0 && this.chain.mempool.count > 0) this.soon();
  }
}
