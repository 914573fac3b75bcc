/** JSON-RPC over WebSocket at `/websocket`: the same methods, and subscriptions. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_BODY } from '../http/body.ts';
import type { Dispatcher, DispatcherOf } from './dispatcher.ts';
import { errorText, parsedRequest, type RpcRequest, requestOf, resultText, rpcErrors } from './protocol.ts';
import type { Subscriber, Subscriptions } from './subscriptions.ts';

export interface WebSocketLimits {
  pingMs: number;
  /** A peer that sends nothing for this long, no pong either, is gone. */
  readDeadlineMs: number;
  /** A peer that reads so slowly that more bytes than this wait for it is cut off. */
  buffered: number;
  /** Peers that are connected, whether they subscribe or not. */
  connections: number;
}

const LIMITS: WebSocketLimits = {
  pingMs: 27_000,
  readDeadlineMs: 30_000,
  buffered: 32 * 1024 * 1024,
  connections: 900,
};

export class WebSocketHandler {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_BODY });
  private readonly dispatcherOf: DispatcherOf;
  private readonly subscriptions: Subscriptions;
  private readonly limits: WebSocketLimits;

  constructor(dispatcherOf: DispatcherOf, subscriptions: Subscriptions, limits: Partial<WebSocketLimits> = {}) {
    this.dispatcherOf = dispatcherOf;
    this.subscriptions = subscriptions;
    this.limits = { ...LIMITS, ...limits };
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname } = new URL(request.url ?? '/', 'http://node');
    if (pathname !== '/websocket') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    if (this.server.clients.size >= this.limits.connections) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    this.server.handleUpgrade(request, socket, head, (ws) => this.serve(ws, this.dispatcherOf(request)));
  }

  close(): void {
    for (const ws of this.server.clients) ws.terminate();
    this.server.close();
  }

  private serve(ws: WebSocket, dispatcher: Dispatcher): void {
    const { pingMs, readDeadlineMs, buffered } = this.limits;
    const subscriber: Subscriber = { send: (text) => sendTo(ws, text, buffered) };
    const ping = setInterval(() => ws.ping(), pingMs);
    const deadline = setTimeout(() => ws.terminate(), readDeadlineMs);
    const alive = () => deadline.refresh();
    // one after the other, and nothing is read meanwhile: answers keep the order, requests do not pile up
    let last = Promise.resolve();
    ws.on('message', (data: Buffer) => {
      alive();
      ws.pause();
      last = last.then(() => this.message(dispatcher, subscriber, data.toString('utf8'))).finally(() => ws.resume());
    });
    ws.on('pong', alive);
    ws.on('ping', alive);
    ws.on('error', () => ws.terminate());
    ws.on('close', () => {
      clearInterval(ping);
      clearTimeout(deadline);
      this.subscriptions.removeAll(subscriber);
    });
  }

  private async message(dispatcher: Dispatcher, subscriber: Subscriber, text: string): Promise<void> {
    let request: RpcRequest;
    try {
      request = requestOf(parsedRequest(text));
    } catch (error) {
      subscriber.send(errorText(undefined, error));
      return;
    }
    if (request.id === undefined) return;
    const own = this.subscriptionMethod(subscriber, request);
    const answer = own ?? (await dispatcher.answer({ ...request }, { eth: false }))?.text;
    if (answer !== undefined) subscriber.send(answer);
  }

  private subscriptionMethod(subscriber: Subscriber, { id, method, params }: RpcRequest): string | undefined {
    try {
      switch (method) {
        case 'subscribe':
          this.subscriptions.add(subscriber, id!, queryOf(params));
          return resultText(id!, {});
        case 'unsubscribe':
          this.subscriptions.remove(subscriber, queryOf(params));
          return resultText(id!, {});
        case 'unsubscribe_all':
          this.subscriptions.removeAll(subscriber);
          return resultText(id!, {});
        default:
          return undefined;
      }
    } catch (error) {
      return errorText(id!, error);
    }
  }
}

function queryOf(params: unknown): string {
  const query = Array.isArray(params) ? params[0] : (params as { query?: unknown }).query;
  if (typeof query !== 'string') throw rpcErrors.invalidParams("a query expected, such as tm.event='NewBlock'");
  return query;
}

function sendTo(ws: WebSocket, text: string, buffered: number): void {
  if (ws.readyState !== ws.OPEN) return;
  if (ws.bufferedAmount > buffered) ws.terminate();
  else ws.send(text);
}
