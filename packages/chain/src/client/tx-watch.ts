/** Waiting for transactions to be in a block: one look at each new block serves all who wait. */
import { type TxResult, txResultOf, txsOf } from '../block.ts';
import { BoundedCache } from '../bounded-cache.ts';
import type { HeadFeed } from '../rpc/head-feed.ts';
import type { RpcBlockAnswer, RpcClient, RpcNewBlock } from '../rpc.ts';
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
  fail(reason: unknown): void;
  /** Blocks to come after which the node's index is asked again: it lags a little behind the events. */
  askAgain: number;
}

const MAX_WAITERS = 20_000;
const ASK_AGAIN_BLOCKS = 2;

/** Blocks that are fetched after a gap; over a longer one the index is asked for each transaction. */
const MAX_MISSED = 100;
/** Questions to the index at a time. */
const ASKING = 16;

export class TxWatch {
  private readonly rpc: RpcClient;
  private readonly feed: HeadFeed;
  private readonly waiting = new Map<string, Set<Waiter>>();
  /** Height by hash of recent blocks, for who asks just after. */
  private readonly recent = new BoundedCache<string, number>(8192);
  /** Feed connection over which a transaction was awaited since before its broadcast: it cannot have been missed. */
  private readonly covered = new BoundedCache<string, number>(8192);
  private off: (() => void) | undefined;
  /** Height up to which blocks were looked through; 0 before the first. */
  private looked = 0;
  /** Height up to which they exist, and whether someone is catching up with it. */
  private head = 0;
  private catching = false;
  private closed = false;

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
    if (!this.off) this.looked = this.feed.head;
    this.off ??= this.feed.listen({
      block: (height, block) => this.onBlock(height, block),
      head: (head) => this.onHead(head),
    });
  }

  /** Whoever waits is told that the client was closed. */
  close(): void {
    this.closed = true;
    for (const waiters of [...this.waiting.values()]) for (const waiter of [...waiters]) waiter.fail(closedError());
  }

  /** @throws TxTimeoutError, or the signal's reason. */
  wait(hash: string, { timeoutMs = 30_000, signal }: WaitOptions = {}): Promise<ExecutedTx> {
    this.start();
    const key = hash.toUpperCase();
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.closed) return reject(closedError());
      if (this.waiting.size >= MAX_WAITERS) return reject(new Error(`more than ${MAX_WAITERS} transactions awaited`));
      const leave = (done: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.remove(key, waiter);
        done();
      };
      const covered = this.feed.connection > 0 && this.covered.get(key) === this.feed.connection;
      const askAgain = covered ? 0 : ASK_AGAIN_BLOCKS;
      const fail = (reason: unknown) => leave(() => reject(reason));
      const waiter: Waiter = { settle: (result) => leave(() => resolve(result)), fail, askAgain };
      const abort = () => fail(signal!.reason);
      const timer = setTimeout(() => fail(new TxTimeoutError(key, timeoutMs)), timeoutMs);
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

  private onHead(head: number): void {
    if (this.looked === 0) this.looked = head;
    this.head = Math.max(this.head, head);
    for (const [key, waiters] of this.waiting) {
      let ask = false;
      for (const waiter of waiters) if (waiter.askAgain-- > 0) ask = true;
      if (ask) void this.askIndex(key);
    }
    if (!this.catching) void this.catchUp();
  }

  private onBlock(height: number, block: RpcNewBlock | RpcBlockAnswer): void {
    if (height === this.looked + 1) this.looked = height;
    const hits: string[] = [];
    for (const tx of txsOf(block)) {
      const key = txHash(tx);
      this.recent.set(key, height);
      if (this.waiting.has(key)) hits.push(key);
    }
    if (hits.length > 0) void this.resolveBlock(height, hits);
  }

  /** Looks through blocks that were not pushed. */
  private async catchUp(): Promise<void> {
    this.catching = true;
    try {
      while (this.looked < this.head) {
        const height = this.looked + 1;
        if (this.waiting.size === 0 || this.head - this.looked > MAX_MISSED) await this.askAll();
        else this.onBlock(height, this.feed.block(height) ?? (await this.rpc.block(height)));
      }
    } catch {
      // the node is away: the blocks to come ask again, deadlines end it
      this.looked = this.head;
      for (const waiters of this.waiting.values()) for (const waiter of waiters) waiter.askAgain = ASK_AGAIN_BLOCKS;
    } finally {
      this.catching = false;
    }
  }

  private async askAll(): Promise<void> {
    this.looked = this.head;
    const keys = this.waiting.keys();
    const ask = async () => {
      for (const key of keys) await this.askIndex(key);
    };
    await Promise.all(Array.from({ length: ASKING }, ask));
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

const closedError = (): Error => new Error('the chain client was closed');
