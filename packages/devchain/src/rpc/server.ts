/** The node's port: JSON-RPC over HTTP and WebSocket. */
import type { IncomingMessage } from 'node:http';
import { HttpPort, type PortOptions } from '../http/port.ts';
import type { BankKeeper } from '../modules/bank/index.ts';
import { Dispatcher } from './dispatcher.ts';
import { ethMethods } from './eth-methods.ts';
import { HttpHandler } from './http.ts';
import { createMethods, type MethodDeps } from './methods.ts';
import { Subscriptions } from './subscriptions.ts';
import { isTrusted } from './trust.ts';
import { WebSocketHandler, type WebSocketLimits } from './websocket.ts';

export interface RpcServerOptions extends PortOptions {
  /** Whether pages of other origins may call. Default true: a development chain serves web applications. */
  cors?: boolean;
  /** What differs from the node's limits. */
  limits?: Partial<WebSocketLimits>;
}

export class RpcServer {
  private readonly http: HttpPort;
  private readonly websocket: WebSocketHandler;
  private readonly subscriptions: Subscriptions;

  private constructor(options: RpcServerOptions, deps: MethodDeps & { bank: BankKeeper }) {
    const eth = ethMethods(deps);
    const { open, trusted } = createMethods(deps, eth);
    const dispatchers = { open: new Dispatcher(open, eth), trusted: new Dispatcher(trusted, eth) };
    const dispatcherOf = (request: IncomingMessage) => dispatchers[isTrusted(request) ? 'trusted' : 'open'];
    const handler = new HttpHandler(dispatcherOf, { cors: options.cors ?? true });
    this.subscriptions = new Subscriptions(deps.chain);
    this.websocket = new WebSocketHandler(dispatcherOf, this.subscriptions, options.limits);
    this.http = new HttpPort((request, response) => {
      handler.handle(request, response).catch(() => response.destroy());
    });
    this.http.server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      this.websocket.upgrade(request, socket, head);
    });
  }

  /** @throws Error when the port is taken */
  static async listen(options: RpcServerOptions, deps: MethodDeps & { bank: BankKeeper }): Promise<RpcServer> {
    const rpc = new RpcServer(options, deps);
    await rpc.http.listen(options);
    return rpc;
  }

  get port(): number {
    return this.http.port;
  }

  /** Connections with subscriptions. */
  get subscribers(): number {
    return this.subscriptions.clientCount;
  }

  /** Ends within a second, whatever clients do. */
  async close(): Promise<void> {
    this.subscriptions.close();
    this.websocket.close();
    await this.http.close();
  }
}
