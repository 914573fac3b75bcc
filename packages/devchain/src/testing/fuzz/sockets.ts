/** Clients without manners: over HTTP, over WebSockets, and over bare connections. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';

/** For an answer: much more than any takes. */
const PATIENCE_MS = 20_000;
/** For what need not be answered. */
const SHORT_MS = 40;

export interface HttpAnswer {
  status: number;
  text: string;
}

export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 2 });
  private readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  /** @throws Error when no answer comes in time */
  send(method: string, path: string, body?: Buffer): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', ...(body ? { 'Content-Length': body.length } : {}) };
      const sent = request(
        { host: '127.0.0.1', port: this.port, method, path, headers, agent: this.agent },
        (answer) => {
          textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
        },
      );
      sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes bytes to a fresh connection and goes away, soon after whatever comes back. */
export function blurt(port: number, bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve) => {
    const heard: Buffer[] = [];
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const leave = () => {
      socket.destroy();
      resolve(Buffer.concat(heard));
    };
    socket.setTimeout(SHORT_MS, leave);
    socket.on('data', (chunk) => heard.push(chunk));
    socket.on('error', leave);
    socket.on('close', leave);
  });
}

/** A WebSocket that is opened again whenever the other side has had enough. */
export class Talker {
  private socket: WebSocket | undefined;
  private readonly url: string;
  private heard: string[] = [];
  private wake: () => void = () => {};

  constructor(port: number) {
    this.url = `ws://127.0.0.1:${port}/websocket`;
  }

  /** Sends a frame, then asks for the node's health; what came before that answer. Undefined: it was cut off. */
  async say(frame: Buffer | string, id: string): Promise<string[] | undefined> {
    const socket = await this.connected();
    this.heard = [];
    socket.send(frame);
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'health', params: {} }));
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const at = this.heard.findIndex((text) => text.includes(`"id":"${id}"`));
      if (at >= 0) return this.heard.slice(0, at);
      if (socket.readyState !== WebSocket.OPEN) return undefined;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`no answer within ${PATIENCE_MS} ms`);
      await this.something(left);
    }
  }

  close(): void {
    this.socket?.terminate();
  }

  private something(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async connected(): Promise<WebSocket> {
    if (this.socket?.readyState === WebSocket.OPEN) return this.socket;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.on('message', (data) => {
      this.heard.push(String(data));
      this.wake();
    });
    socket.on('close', () => this.wake());
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.on('error', (error) => {
        this.wake();
        reject(error);
      });
    });
    return socket;
  }
}
