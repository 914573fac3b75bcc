/**
 * JSON-RPC client of one or several nodes: keep-alive HTTP, deadlines, bounded answers. Reads are repeated, at another
 * node if there is one; what may change something never is.
 */
import { type Endpoint, EndpointPool } from './rpc/endpoints.ts';
import { RpcError, RpcTransportError } from './rpc/errors.ts';
import { backoff, sleep } from './rpc/retry.ts';
import type {
  RpcAbciQuery,
  RpcBlockAnswer,
  RpcBlockResults,
  RpcBroadcast,
  RpcStatus,
  RpcTx,
  RpcTxSearch,
} from './rpc/shapes.ts';

export { RpcError, RpcTransportError, WrongChainError } from './rpc/errors.ts';
export type * from './rpc/shapes.ts';

export interface RpcClientOptions {
  /** `http://127.0.0.1:26750`; with several, the first that is healthy is used until it fails or falls behind. */
  url: string | readonly string[];
  /** What the chain of a node must be (`greenfield_9000-121`); without it any is taken. */
  chainId?: string;
  /** Deadline of one attempt, in milliseconds. */
  timeoutMs?: number;
  /** Attempts of a read. Broadcasts are never repeated here. */
  attempts?: number;
  /** Milliseconds before the first repetition; doubling from there, up to fifty times as much. Default 100. */
  retryMs?: number;
  maxSockets?: number;
  maxResponseBytes?: number;
  /** Blocks that a node may be behind the best of several. Default 10. */
  maxLag?: number;
  /** Between two looks at the health of several nodes. Default 10 s. */
  probeMs?: number;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

export interface AbciQueryOptions extends CallOptions {
  /** State to ask about; 0 or absent is the latest. Nodes keep a limited history. */
  height?: bigint;
  /** The answer must not be older: a node that is behind is left, or waited for until the deadline. */
  minHeight?: bigint;
}

const MIB = 1 << 20;

/** What one node refuses and another may have: pruned blocks, the newest ones, an index. */
const ELSEWHERE = /lowest height is|must be less than or equal to|could not find results|indexing is disabled/;

export class RpcClient {
  private readonly pool: EndpointPool;
  private readonly timeoutMs: number;
  private readonly attempts: number;
  private readonly retryMs: number;
  private closed = false;

  constructor(options: RpcClientOptions) {
    const urls = typeof options.url === 'string' ? [options.url] : options.url;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.retryMs = options.retryMs ?? 100;
    // every node has its turn
    this.attempts = options.attempts ?? Math.max(4, urls.length + 2);
    this.pool = new EndpointPool({
      urls,
      chainId: options.chainId,
      timeoutMs: this.timeoutMs,
      maxLag: options.maxLag ?? 10,
      probeMs: options.probeMs ?? 10_000,
      restMs: 2.5 * this.retryMs,
      maxSockets: options.maxSockets ?? 32,
      maxResponseBytes: options.maxResponseBytes ?? 64 * MIB,
    });
  }

  /** Address of the node in use. */
  get url(): string {
    return this.pool.url;
  }

  /** Nodes to choose from. */
  get endpoints(): number {
    return this.pool.size;
  }

  /** Address for a connection that has failed `failures` times in a row. */
  socketUrl(failures: number): string {
    return this.pool.alternative(failures);
  }

  /** A call that changes nothing. @throws RpcError when the node refuses, RpcTransportError when no answer came. */
  async read<T>(method: string, params: object = {}, options: CallOptions = {}): Promise<T> {
    return (await this.repeat((endpoint) => this.ask<T>(endpoint, method, params, options), options)).result;
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
      if (error instanceof RpcError && /^tx \(\w*\) not found/.test(error.data)) return undefined;
      throw error;
    }
  }

  /** One page (1-based, at most 100) of the transactions whose events match (`reference/chain-rpc.md` §2.1, §14). */
  txSearch(
    query: string,
    page: { page?: number; perPage?: number; order?: 'asc' | 'desc' } = {},
    options?: CallOptions,
  ): Promise<RpcTxSearch> {
    const { page: number = 1, perPage = 30, order = 'asc' } = page;
    const params = { query, prove: false, page: String(number), per_page: String(perPage), order_by: order };
    return this.read('tx_search', params, options);
  }

  async abciQuery(path: string, data: Uint8Array, options: AbciQueryOptions = {}): Promise<RpcAbciQuery> {
    const { height = 0n, minHeight = 0n } = options;
    const params = { path, data: Buffer.from(data).toString('hex'), height: String(height), prove: false };
    const end = Date.now() + (options.timeoutMs ?? this.timeoutMs);
    for (let attempt = 1; ; attempt++) {
      const ask = (endpoint: Endpoint) => this.ask<{ response: RpcAbciQuery }>(endpoint, 'abci_query', params, options);
      const { result, endpoint } = await this.repeat(ask, options);
      const answer = result?.response;
      if (!answer)
        throw new RpcTransportError(`${path}: expected the answer of a query, got ${JSON.stringify(result)}`);
      if (height !== 0n || BigInt(answer.height ?? 0) >= minHeight) return answer;
      this.pool.fellBehind(endpoint);
      if (Date.now() >= end) {
        throw new RpcTransportError(`${path}: the nodes are behind, at height ${answer.height} of ${minHeight}`);
      }
      if (!this.pool.hasHealthy) await this.pause(attempt, options.signal);
    }
  }

  /**
   * Answers after the node has checked the transaction; code 0 means that it waits for a block. One attempt only.
   * @throws RpcError, for example `tx already exists in cache`; RpcTransportError when it is unknown what happened
   */
  async broadcastTxSync(tx: Uint8Array, options: CallOptions = {}): Promise<RpcBroadcast> {
    const params = { tx: Buffer.from(tx).toString('base64') };
    const endpoint = await this.acquire(options).catch((error: unknown) => {
      if (!(error instanceof RpcTransportError)) throw error;
      throw new RpcTransportError(error.message, { cause: error, undelivered: true });
    });
    return this.ask(endpoint, 'broadcast_tx_sync', params, options);
  }

  /** The wait before repetition `attempt` (from 1) of anything. @throws the signal's reason */
  pause(attempt: number, signal?: AbortSignal): Promise<void> {
    return sleep(backoff(attempt, { base: this.retryMs, cap: 50 * this.retryMs }), signal);
  }

  close(): void {
    this.closed = true;
    this.pool.close();
  }

  private async acquire(options: CallOptions): Promise<Endpoint> {
    if (this.closed) throw new Error('the chain client was closed');
    return this.pool.acquire({ timeoutMs: options.timeoutMs ?? this.timeoutMs, signal: options.signal });
  }

  /** One attempt at one node, whose health it tells of. */
  private async ask<T>(endpoint: Endpoint, method: string, params: object, options: CallOptions): Promise<T> {
    const deadline = { timeoutMs: options.timeoutMs ?? this.timeoutMs, signal: options.signal };
    try {
      const result = await endpoint.http.call(method, params, deadline);
      this.pool.succeeded(endpoint);
      return result as T;
    } catch (error) {
      if (error instanceof RpcTransportError) this.pool.failed(endpoint);
      else if (error instanceof RpcError) this.pool.succeeded(endpoint);
      throw error;
    }
  }

  private async repeat<T>(work: (endpoint: Endpoint) => Promise<T>, options: CallOptions) {
    for (let attempt = 1; ; attempt++) {
      try {
        const endpoint = await this.acquire(options);
        return await this.orElsewhere(endpoint, work);
      } catch (error) {
        if (!(error instanceof RpcTransportError) || attempt >= this.attempts || this.closed) throw error;
        if (!this.pool.hasHealthy) await this.pause(attempt, options.signal);
      }
    }
  }

  /** What this node lacks the others are asked for, once each. */
  private async orElsewhere<T>(endpoint: Endpoint, work: (endpoint: Endpoint) => Promise<T>) {
    try {
      return { endpoint, result: await work(endpoint) };
    } catch (error) {
      if (!(error instanceof RpcError) || !ELSEWHERE.test(error.data)) throw error;
      for (const other of this.pool.others(endpoint)) {
        const answer = await work(other).then(
          (result) => ({ endpoint: other, result }),
          () => undefined,
        );
        if (answer) return answer;
      }
      throw error;
    }
  }
}
