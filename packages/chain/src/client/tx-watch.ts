/** Waiting for transactions to be in a block: one look at each new block serves all who wait. */
import { type TxResult, txResultOf, txsOf } from '../block.ts';
import { BoundedCache } from '../bounded-cache.ts';
import type { HeadFeed } from '../rpc/head-feed.ts';
import type { RpcClient, RpcNewBlock } from '../rpc.ts';
import { txHash } from '../tx.ts';
import { TxTimeoutError } from './errors.ts';

/** A transaction in a block. `code` 0 means that its messages took effect. */
export interface ExecutedTx extends TxResult {
  /** Upper-case hex. */
  hash: string;
  height: bigint;
}

export interface WaitOptions {
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

interface Waiter {
  settle(result: ExecutedTx): void;
  /** Blocks to come after which the node's index is asked again: it lags a little behind the events. */
  askAgain: number;
}

const MAX_WAITERS = 20_000;
const ASK_AGAIN_BLOCKS = 2;

export class TxWatch {
  private readonly rpc: RpcClient;
  private readonly feed: HeadFeed;
  private readonly waiting = new Map<string, Set<Waiter>>();
  /** Height by hash of recent blocks, for who asks just after. */
  private readonly recent = new BoundedCache<string, number>(8192);
  /** Feed connection over which a transaction was awaited since before its broadcast: it cannot have been missed. */
  private readonly covered = new BoundedCache<string, number>(8192);
  private off: (() => void) | undefined;

  constructor(rpc: RpcClient, feed: HeadFeed) {
    this.rpc = rpc;
    this.feed = feed;
  }

  /** Called before a broadcast: remembers blocks from now on, so that the transaction is not missed before the wait. */
  expect(hash: string): void {
    this.start();
    if (this.feed.connection > 0) this.covered.set(hash, this.feed.connection);
  }

  private start(): void {
    this.off ??= this.feed.listen({
      block: (height, block) => this.onBlock(height, block),
      head: (_head, pushed) => this.onHead(pushed),
    });
  }

  /** @throws TxTimeoutError, or the signal's reason. */
  wait(hash: string, { timeoutMs = 30_000, signal }: WaitOptions = {}): Promise<ExecutedTx> {
    this.start();
    const key = hash.toUpperCase();
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.waiting.size >= MAX_WAITERS) return reject(new Error(`more than ${MAX_WAITERS} transactions awaited`));
      const leave = (done: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.remove(key, waiter);
        done();
      };
      const covered = this.feed.connection > 0 && this.covered.get(key) === this.feed.connection;
      const askAgain = covered ? 0 : ASK_AGAIN_BLOCKS;
      const waiter: Waiter = { settle: (result) => leave(() => resolve(result)), askAgain };
      const abort = () => leave(() => reject(signal!.reason));
      const timer = setTimeout(() => leave(() => reject(new TxTimeoutError(key, timeoutMs))), timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.add(key, waiter);
      const height = this.recent.get(key);
      if (height !== undefined) void this.resolveBlock(height, [key]);
      else if (!covered) void this.askIndex(key);
    });
  }

  private add(key: string, waiter: Waiter): void {
    const waiters = this.waiting.get(key);
    if (waiters) waiters.add(waiter);
    else this.waiting.set(key, new Set([waiter]));
  }

  private remove(key: string, waiter: Waiter): void {
    const waiters = this.waiting.get(key);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.waiting.delete(key);
  }

  /** Asks the index for those whose block may have passed unseen. */
  private onHead(pushed: boolean): void {
    for (const [key, waiters] of this.waiting) {
      let ask = !pushed;
      for (const waiter of waiters) {
        if (!pushed) waiter.askAgain = ASK_AGAIN_BLOCKS;
        else if (waiter.askAgain > 0) {
          waiter.askAgain--;
          ask = true;
        }
      }
      if (ask) void this.askIndex(key);
    }
  }

  private onBlock(height: number, block: RpcNewBlock): void {
    const hits: string[] = [];
    for (const tx of txsOf(block)) {
      const key = txHash(tx);
      this.recent.set(key, height);
      if (this.waiting.has(key)) hits.push(key);
    }
    if (hits.length > 0) void this.resolveBlock(height, hits);
  }

  /** All awaited transactions of a block with one call. */
  private async resolveBlock(height: number, keys: readonly string[]): Promise<void> {
    try {
      const [block, results] = await Promise.all([
        this.feed.block(height) ?? this.rpc.block(height),
        this.rpc.blockResults(height),
      ]);
      for (const [i, tx] of txsOf(block).entries()) {
        const hash = txHash(tx);
        const result = results.txs_results?.[i];
        if (keys.includes(hash) && result) this.settle({ hash, height: BigInt(height), ...txResultOf(result) });
      }
    } catch {
      for (const key of keys) void this.askIndex(key);
    }
  }

  private async askIndex(key: string): Promise<void> {
    try {
      const found = await this.rpc.tx(key);
      if (found) this.settle({ hash: key, height: BigInt(found.height), ...txResultOf(found.tx_result) });
    } catch {
      // the node is away: the next block asks again, the deadline ends it
      for (const waiter of this.waiting.get(key) ?? []) waiter.askAgain = ASK_AGAIN_BLOCKS;
    }
  }

  private settle(result: ExecutedTx): void {
    for (const waiter of [...(this.waiting.get(result.hash) ?? [])]) waiter.settle(result);
  }
}
