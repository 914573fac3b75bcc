/** JSON-RPC client of a node: keep-alive HTTP, deadlines, bounded answers; reads are repeated when the node is away. */

import { RpcTransportError } from './rpc/errors.ts';
import { JsonRpcHttp } from './rpc/http.ts';
import { backoff, sleep } from './rpc/retry.ts';
import type { RpcAbciQuery, RpcBlockAnswer, RpcBlockResults, RpcBroadcast, RpcStatus, RpcTx } from './rpc/shapes.ts';

export { RpcError, RpcTransportError } from './rpc/errors.ts';
export type * from './rpc/shapes.ts';

export interface RpcClientOptions {
  /** `http://127.0.0.1:26750` */
  url: string;
  /** Deadline of one attempt, in milliseconds. */
  timeoutMs?: number;
  /** Attempts of a read. Broadcasts are never repeated here. */
  attempts?: number;
  maxSockets?: number;
  maxResponseBytes?: number;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

const MIB = 1 << 20;

export class RpcClient {
  readonly url: string;
  private readonly http: JsonRpcHttp;
  private readonly timeoutMs: number;
  private readonly attempts: number;

  constructor(options: RpcClientOptions) {
    this.url = options.url;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.attempts = options.attempts ?? 4;
    const { maxSockets = 32, maxResponseBytes = 64 * MIB } = options;
    this.http = new JsonRpcHttp({ url: options.url, maxSockets, maxResponseBytes });
  }

  /** A call that changes nothing. @throws RpcError when the node refuses, RpcTransportError when no answer came. */
  async read<T>(method: string, params: object = {}, options: CallOptions = {}): Promise<T> {
    const deadline = { timeoutMs: options.timeoutMs ?? this.timeoutMs, signal: options.signal };
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.http.call(method, params, deadline)) as T;
      } catch (error) {
        if (!(error instanceof RpcTransportError) || attempt >= this.attempts) throw error;
        await sleep(backoff(attempt), options.signal);
      }
    }
  }

  status(options?: CallOptions): Promise<RpcStatus> {
    return this.read('status', {}, options);
  }

  block(height: bigint | number, options?: CallOptions): Promise<RpcBlockAnswer> {
    return this.read('block', { height: String(height) }, options);
  }

  blockResults(height: bigint | number, options?: CallOptions): Promise<RpcBlockResults> {
    return this.read('block_results', { height: String(height) }, options);
  }

  /** undefined when no block holds the transaction. */
  async tx(hash: string, options?: CallOptions): Promise<RpcTx | undefined> {
    try {
      return await this.read<RpcTx>('tx', { hash: Buffer.from(hash, 'hex').toString('base64') }, options);
    } catch (error) {
      if (error instanceof Error && /\bnot found\b/.test(error.message)) return undefined;
      throw error;
    }
  }

  async abciQuery(path: string, data: Uint8Array, height = 0n, options?: CallOptions): Promise<RpcAbciQuery> {
    const hex = Buffer.from(data).toString('hex');
    const params = { path, data: hex, height: String(height), prove: false };
    return (await this.read<{ response: RpcAbciQuery }>('abci_query', params, options)).response;
  }

  /**
   * Answers after the node has checked the transaction; code 0 means that it waits for a block. One attempt only.
   * @throws RpcError, for example `tx already exists in cache`; RpcTransportError when it is unknown what happened
   */
  async broadcastTxSync(tx: Uint8Array, options: CallOptions = {}): Promise<RpcBroadcast> {
    const deadline = { timeoutMs: options.timeoutMs ?? this.timeoutMs, signal: options.signal };
    const params = { tx: Buffer.from(tx).toString('base64') };
    return (await this.http.call('broadcast_tx_sync', params, deadline)) as RpcBroadcast;
  }

  close(): void {
    this.http.close();
  }
}
