/**
 * The height of the chain as it grows: pushed by the node's WebSocket, polled from `status` while that is away.
 *
 * A head that came by push brought its block; one that was found by polling (after a gap, or while the socket is down)
 * did not, and whoever needs the block fetches it.
 */
import type { RpcClient } from '../rpc.ts';
import { BlockSocket } from './block-socket.ts';
import { heightOf, type RpcNewBlock } from './shapes.ts';

export interface HeadFeedOptions {
  /** Between two polls while the socket is down. */
  pollMs: number;
  /** Silence after which the node is asked although the socket is up. */
  stallMs: number;
  heartbeatMs: number;
  /** Announced blocks kept for those who come a little later. */
  keepBlocks: number;
  maxMessageBytes: number;
}

export const HEAD_FEED_DEFAULTS: HeadFeedOptions = {
  pollMs: 500,
  stallMs: 15_000,
  heartbeatMs: 10_000,
  keepBlocks: 64,
  maxMessageBytes: 64 << 20,
};

/** Age up to which a pushed head is taken for the chain's height. */
const FRESH_MS = 3000;

export interface HeadListener {
  /** A block was pushed; heights may be missing between two of them, and a height may come after `head` told of it. */
  block?(height: number, block: RpcNewBlock): void;
  /** Heights up to `head` exist now. `pushed`: all that are new came through `block`. */
  head?(head: number, pushed: boolean): void;
}

export class HeadFeed {
  private readonly rpc: RpcClient;
  private readonly options: HeadFeedOptions;
  private readonly chainId: string | undefined;
  private readonly socket: BlockSocket;
  private readonly listeners = new Set<HeadListener>();
  private readonly blocks = new Map<number, RpcNewBlock>();
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private connected = false;
  private connectedAt = 0;
  private connections = 0;
  private started = false;
  private lastNews = 0;
  private height = 0;

  /** `chainId`: blocks of other chains are not believed. */
  constructor(rpc: RpcClient, { chainId, ...options }: Partial<HeadFeedOptions> & { chainId?: string } = {}) {
    this.rpc = rpc;
    this.chainId = chainId;
    this.options = { ...HEAD_FEED_DEFAULTS, ...options };
    this.socket = new BlockSocket(
      {
        url: (failures) => rpc.socketUrl(failures),
        heartbeatMs: this.options.heartbeatMs,
        maxMessageBytes: this.options.maxMessageBytes,
      },
      {
        onUp: () => {
          this.connected = true;
          this.connectedAt = Date.now();
          this.connections++;
          // blocks made while the socket was away
          void this.poll();
        },
        onDown: () => {
          this.connected = false;
          this.plan();
        },
        onBlock: (block) => this.onBlock(block),
      },
    );
  }

  /** Height of the latest block known; 0 before the first one is. */
  get head(): number {
    return this.height;
  }

  /** Number of the connection over which blocks are being pushed now; 0 when there is none. */
  get connection(): number {
    return this.connected ? this.connections : 0;
  }

  /** Whether {@link head} can be taken for the chain's height without asking. */
  get fresh(): boolean {
    return this.connected && Date.now() - this.lastNews < FRESH_MS;
  }

  /** Connects on first use. Returns how to stop listening; the feed itself runs until {@link close}. */
  listen(listener: HeadListener): () => void {
    this.listeners.add(listener);
    this.start();
    return () => this.listeners.delete(listener);
  }

  /** The announced block at a height, if it was pushed and is recent. */
  block(height: number): RpcNewBlock | undefined {
    return this.blocks.get(height);
  }

  /** Resolves with the head once it is at least `height`. @throws the signal's reason, or that the feed was closed */
  reach(height: number, signal?: AbortSignal): Promise<number> {
    const ended = signal ? AbortSignal.any([signal, this.stop.signal]) : this.stop.signal;
    return new Promise((resolve, reject) => {
      if (ended.aborted) return reject(ended.reason);
      if (this.height >= height) return resolve(this.height);
      const head = (now: number) => {
        if (now >= height) finish(() => resolve(now));
      };
      const off = this.listen({ head });
      const abort = () => finish(() => reject(ended.reason));
      const finish = (settle: () => void) => {
        off();
        ended.removeEventListener('abort', abort);
        settle();
      };
      ended.addEventListener('abort', abort, { once: true });
    });
  }

  close(): void {
    this.stop.abort(new Error('the chain client was closed'));
    clearTimeout(this.timer);
    this.socket.close();
    this.listeners.clear();
  }

  private start(): void {
    if (this.started || this.stop.signal.aborted) return;
    this.started = true;
    this.socket.start();
    void this.poll();
  }

  private onBlock(block: RpcNewBlock): void {
    const height = this.heightIn(block);
    if (height === undefined) return this.socket.restart();
    this.blocks.set(height, block);
    for (const old of this.blocks.keys()) {
      if (this.blocks.size <= this.options.keepBlocks) break;
      this.blocks.delete(old);
    }
    for (const listener of this.listeners) listener.block?.(height, block);
    this.advance(height, height === this.height + 1);
  }

  /** undefined when it is no block of this chain. */
  private heightIn(block: RpcNewBlock): number | undefined {
    try {
      const { height, chain_id } = block.block.header;
      return this.chainId === undefined || chain_id === this.chainId ? heightOf(height) : undefined;
    } catch {
      return undefined;
    }
  }

  /** The head never goes back: what a node that is behind tells is no news. */
  private advance(height: number, pushed: boolean): void {
    if (height < this.height) return;
    this.lastNews = Date.now();
    if (height === this.height) return;
    this.height = height;
    for (const listener of this.listeners) listener.head?.(height, pushed);
  }

  /** Nothing new has come over the socket for long. */
  private isStalled(): boolean {
    return this.connected && Date.now() - Math.max(this.lastNews, this.connectedAt) >= this.options.stallMs;
  }

  private poll(): Promise<void> {
    this.polling ??= this.pollOnce().finally(() => {
      this.polling = undefined;
      this.plan();
    });
    return this.polling;
  }

  private async pollOnce(): Promise<void> {
    try {
      const status = await this.rpc.status({ signal: this.stop.signal });
      const head = heightOf(status.sync_info.latest_block_height);
      // the chain goes on, and the node at the other end of the socket does not tell
      if (head > this.height && this.isStalled()) this.socket.restart();
      this.advance(head, false);
    } catch {
      // the node is away: the next poll, or the socket, will tell when it is back
    }
  }

  /** Plans the next poll: soon while the socket is down, else only if the chain has fallen silent. */
  private plan(): void {
    clearTimeout(this.timer);
    if (this.stop.signal.aborted) return;
    const wait = this.connected ? this.options.stallMs : this.options.pollMs;
    this.timer = setTimeout(() => {
      if (this.connected && !this.isStalled()) this.plan();
      else void this.poll();
    }, wait);
  }
}
