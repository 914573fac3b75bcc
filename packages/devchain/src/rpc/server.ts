/** The node's port: JSON-RPC over HTTP and WebSocket. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BankKeeper } from '../modules/bank/index.ts';
import { Dispatcher } from './dispatcher.ts';
import { ethMethods } from './eth-methods.ts';
import { HttpHandler } from './http.ts';
import { createMethods, type MethodDeps } from './methods.ts';
import { Subscriptions } from './subscriptions.ts';
import { WebSocketHandler } from './websocket.ts';

/** Answers in flight get this long when the server closes. */
const CLOSE_GRACE_MS = 500;

export interface RpcServerOptions {
  /** 0 takes any free port. */
  port: number;
  host: string;
}

export class RpcServer {
  private readonly server: Server;
  private readonly websocket: WebSocketHandler;
  private readonly subscriptions: Subscriptions;

  private constructor(deps: MethodDeps & { bank: BankKeeper }) {
    const dispatcher = new Dispatcher(createMethods(deps), ethMethods(deps));
    const http = new HttpHandler(dispatcher);
    this.subscriptions = new Subscriptions(deps.chain);
    this.websocket = new WebSocketHandler(dispatcher, this.subscriptions);
    this.server = createServer((request, response) => {
      http.handle(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 60_000;
    this.server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      this.websocket.upgrade(request, socket, head);
    });
  }

  /** @throws Error when the port is taken */
  static async listen(options: RpcServerOptions, deps: MethodDeps & { bank: BankKeeper }): Promise<RpcServer> {
    const rpc = new RpcServer(deps);
    await new Promise<void>((resolve, reject) => {
      rpc.server.once('error', reject);
      rpc.server.listen(options.port, options.host, () => {
        rpc.server.off('error', reject);
        resolve();
      });
    });
    return rpc;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends within a second, whatever clients do. */
  async close(): Promise<void> {
    this.subscriptions.close();
    this.websocket.close();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const force = setTimeout(() => this.server.closeAllConnections(), CLOSE_GRACE_MS);
    await closed;
    clearTimeout(force);
  }
}
