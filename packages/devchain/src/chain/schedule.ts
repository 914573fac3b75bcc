/** When blocks are made: at a steady interval, or at once when a transaction arrives. */
import type { Chain } from './chain.ts';

/** Without transactions an instant chain still makes a block this often: time must pass for end-block queues. */
const IDLE_MS = 1000;

export interface ScheduleOptions {
  /** 0 makes a block as soon as a transaction arrives. */
  blockTimeMs: number;
  /** A block that cannot be made ends the schedule: the state is that of the block before. */
  onFailure(error: unknown): void;
}

export class BlockSchedule {
  private readonly chain: Chain;
  private readonly options: ScheduleOptions;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private unsubscribe: (() => void) | undefined;
  private due = 0;

  constructor(chain: Chain, options: ScheduleOptions) {
    this.chain = chain;
    this.options = options;
  }

  start(): void {
    if (this.options.blockTimeMs === 0) this.unsubscribe = this.chain.arrivals.add(() => this.soon());
    this.due = performance.now();
    this.wait();
  }

  stop(): void {
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
    const interval = this.options.blockTimeMs || IDLE_MS;
    const now = performance.now();
    // steady: the next block is due an interval after the last was, not after it was made; a long pause is not made up
    this.due = Math.max(this.due + interval, now);
    this.timer = setTimeout(() => this.make(), this.due - now);
  }

  private make(): void {
    try {
      this.chain.produceBlock();
    } catch (error) {
      this.stop();
      this.options.onFailure(error);
      return;
    }
    this.wait();
    // more than fits in one block
    if (this.options.blockTimeMs === 0 && this.chain.mempool.count > 0) this.soon();
  }
}
