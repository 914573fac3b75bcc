/**
 * NewBlock events over the node's WebSocket (`reference/chain-rpc.md` §2.1). Connects again by itself, with a back-off,
 * and notices a dead connection by heartbeats.
 */
import WebSocket, { type RawData } from 'ws';
import { backoff } from './retry.ts';
import type { RpcNewBlock } from './shapes.ts';

export interface BlockSocketOptions {
  /** The HTTP address of the node to use after so many failures in a row; the socket is at `/websocket`. */
  url: (failures: number) => string;
  /** A connection that is silent for twice as long is given up. */
  heartbeatMs: number;
  maxMessageBytes: number;
}

export interface BlockSocketListener {
  /** Subscribed: from here on no block is missed while the connection lasts. */
  onUp(): void;
  onDown(): void;
  onBlock(block: RpcNewBlock): void;
}

const SUBSCRIPTION = { jsonrpc: '2.0', id: 1, method: 'subscribe', params: { query: "tm.event='NewBlock'" } };

export class BlockSocket {
  private readonly options: BlockSocketOptions;
  private readonly listener: BlockSocketListener;
  private socket: WebSocket | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private failures = 0;
  private lastSeen = 0;
  private up = false;
  private closed = false;

  constructor(options: BlockSocketOptions, listener: BlockSocketListener) {
    this.options = options;
    this.listener = listener;
  }

  start(): void {
    if (this.closed || this.socket) return;
    const address = this.options
      .url(this.failures)
      .replace(/^(http|tcp)/, 'ws')
      .replace(/\/$/, '');
    const socket = new WebSocket(`${address}/websocket`, {
      handshakeTimeout: this.options.heartbeatMs,
      maxPayload: this.options.maxMessageBytes,
      perMessageDeflate: false,
    });
    this.socket = socket;
    const seen = () => {
      this.lastSeen = Date.now();
    };
    socket.on('open', () => {
      seen();
      socket.send(JSON.stringify(SUBSCRIPTION));
      this.heartbeat = setInterval(() => this.beat(socket), this.options.heartbeatMs);
    });
    socket.on('ping', seen);
    socket.on('pong', seen);
    socket.on('message', (data) => {
      seen();
      this.receive(socket, data);
    });
    // 'close' always follows, and that is where the next attempt is planned
    socket.on('error', () => {});
    socket.on('close', () => this.down(socket));
  }

  /** Gives this connection up, for one to the next node. */
  restart(): void {
    this.socket?.terminate();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retryTimer);
    this.socket?.terminate();
  }

  private beat(socket: WebSocket): void {
    if (Date.now() - this.lastSeen > 2 * this.options.heartbeatMs) socket.terminate();
    else socket.ping();
  }

  private receive(socket: WebSocket, data: RawData): void {
    const message = parsed(data);
    if (!message || message.error) {
      // refused, or thrown out for reading too slowly: start over
      socket.terminate();
      return;
    }
    if (!this.up) {
      this.up = true;
      this.listener.onUp();
    }
    const event = message.result?.data;
    if (event?.type !== 'tendermint/event/NewBlock' || !event.value) return;
    // a node that takes the subscription and then says nothing has not worked
    this.failures = 0;
    this.listener.onBlock(event.value);
  }

  private down(socket: WebSocket): void {
    if (this.socket !== socket) return;
    clearInterval(this.heartbeat);
    this.socket = undefined;
    const wasUp = this.up;
    this.up = false;
    if (wasUp) this.listener.onDown();
    if (this.closed) return;
    this.failures++;
    this.retryTimer = setTimeout(() => this.start(), backoff(this.failures, { base: 200, cap: 10_000 }));
  }
}

interface Frame {
  error?: unknown;
  result?: { data?: { type?: string; value?: RpcNewBlock } };
}

function parsed(data: RawData): Frame | undefined {
  try {
    return JSON.parse(String(data)) as Frame;
  } catch {
    return undefined;
  }
}
