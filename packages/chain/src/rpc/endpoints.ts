/**
 * The nodes of a client: which one to ask now. A node is left when it fails, falls behind or catches up, and is tried
 * again after a back-off; one of another chain is not used. What works is kept.
 */
import { RpcTransportError, WrongChainError } from './errors.ts';
import { type Deadline, JsonRpcHttp } from './http.ts';
import { backoff } from './retry.ts';
import { heightOf, type RpcStatus } from './shapes.ts';

export interface EndpointPoolOptions {
  /** At least one. With one there is nothing to choose, so its health is not asked for. */
  urls: readonly string[];
  /** What each node's chain must be; without it any is taken. */
  chainId?: string | undefined;
  /** Blocks that a node may be behind the best one. */
  maxLag: number;
  /** Between two looks at the health of all nodes. */
  probeMs: number;
  /** How long a node rests after a failure; doubling with each further one, up to sixty times as much. */
  restMs: number;
  timeoutMs: number;
  maxSockets: number;
  maxResponseBytes: number;
}

/** How good a choice is; lower is better. One that failed is doubtful until it answers. */
const RANK = { healthy: 0, doubtful: 1, failing: 2 } as const;

/** A node of another chain is looked at again after this long: it may have been set up anew. */
const WRONG_CHAIN_MS = 10_000;

export class Endpoint {
  readonly url: string;
  readonly http: JsonRpcHttp;
  height = 0;
  catchingUp = false;
  /** Its chain was seen to be the right one since it last failed. */
  verified = false;
  verifying: Promise<void> | undefined;
  wrongChain: WrongChainError | undefined;
  failures = 0;
  /** Clock time until which it rests, after a failure or as one of another chain. */
  restsUntil = 0;
  /** Clock time until which it counts as behind because it answered so. */
  behindUntil = 0;

  constructor(url: string, limits: { maxSockets: number; maxResponseBytes: number }) {
    this.url = url;
    this.http = new JsonRpcHttp({ url, ...limits });
  }
}

export class EndpointPool {
  private readonly options: EndpointPoolOptions;
  private readonly endpoints: readonly Endpoint[];
  private current: Endpoint;
  private probeTimer: NodeJS.Timeout | undefined;
  private probing = false;
  private closed = false;

  constructor(options: EndpointPoolOptions) {
    const [first, ...others] = [...new Set(options.urls)].map((url) => new Endpoint(url, options));
    if (!first) throw new Error('a chain client needs the RPC address of at least one node');
    this.options = options;
    this.endpoints = [first, ...others];
    this.current = first;
  }

  get size(): number {
    return this.endpoints.length;
  }

  /** Address of the node in use, without asking it. */
  get url(): string {
    return this.current.url;
  }

  /** An address for a connection of another kind, which may fail where calls do not: in turn, good nodes first. */
  alternative(failures: number): string {
    const usable = this.ranked();
    const best = usable.filter((endpoint) => this.rank(endpoint) === this.rank(usable[0]!));
    const choice = failures < usable.length ? best : usable;
    return choice[failures % choice.length]?.url ?? this.current.url;
  }

  /** The other nodes that may be asked now. */
  others(endpoint: Endpoint): Endpoint[] {
    return this.ranked().filter((other) => other !== endpoint && this.rank(other) !== RANK.failing && other.verified);
  }

  /** The node to ask now, known to be of the right chain. @throws WrongChainError, RpcTransportError, signal's reason */
  async acquire(deadline: Deadline): Promise<Endpoint> {
    this.watchHealth();
    for (;;) {
      const endpoint = this.pick();
      if (endpoint.verified || this.options.chainId === undefined) return endpoint;
      await untilAborted(this.verify(endpoint), deadline.signal);
    }
  }

  succeeded(endpoint: Endpoint): void {
    endpoint.failures = 0;
    endpoint.restsUntil = 0;
  }

  /** It rests from now on; calls that fail at the same time count once. */
  failed(endpoint: Endpoint): void {
    endpoint.verified = false;
    if (Date.now() < endpoint.restsUntil) return;
    endpoint.failures++;
    const { restMs } = this.options;
    endpoint.restsUntil = Date.now() + backoff(endpoint.failures, { base: restMs, cap: 60 * restMs });
  }

  /** It answered with a state older than the caller knows of. */
  fellBehind(endpoint: Endpoint): void {
    endpoint.behindUntil = Date.now() + this.options.probeMs;
  }

  /** Whether a node that is neither failing nor behind is left. */
  get hasHealthy(): boolean {
    return this.endpoints.some((endpoint) => this.rank(endpoint) === RANK.healthy);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.probeTimer);
    for (const { http } of this.endpoints) http.close();
  }

  /** Stays with the node in use unless another is better. @throws WrongChainError when none is of the chain */
  private pick(): Endpoint {
    const [best] = this.ranked();
    if (!best) throw this.current.wrongChain ?? this.endpoints[0]!.wrongChain!;
    this.current = best;
    return best;
  }

  /** Usable nodes, best first: by rank; of those that rest the one whose rest ends first, else the one in use. */
  private ranked(): Endpoint[] {
    return this.endpoints
      .filter((endpoint) => !this.isWrong(endpoint))
      .map((endpoint) => {
        const rank = this.rank(endpoint);
        const tie = rank === RANK.failing ? endpoint.restsUntil : Number(endpoint !== this.current);
        return { endpoint, rank, tie };
      })
      .sort((a, b) => a.rank - b.rank || a.tie - b.tie)
      .map(({ endpoint }) => endpoint);
  }

  private isWrong(endpoint: Endpoint): boolean {
    if (endpoint.wrongChain && Date.now() >= endpoint.restsUntil) endpoint.wrongChain = undefined;
    return endpoint.wrongChain !== undefined;
  }

  private rank(endpoint: Endpoint): number {
    if (this.isWrong(endpoint) || Date.now() < endpoint.restsUntil) return RANK.failing;
    const best = Math.max(...this.endpoints.map(({ height }) => height));
    const lags = best - endpoint.height > this.options.maxLag && endpoint.height > 0;
    const isBehind = endpoint.catchingUp || lags || Date.now() < endpoint.behindUntil;
    return isBehind || endpoint.failures > 0 ? RANK.doubtful : RANK.healthy;
  }

  /** One look for all who wait. */
  private verify(endpoint: Endpoint): Promise<void> {
    endpoint.verifying ??= this.look(endpoint).finally(() => {
      endpoint.verifying = undefined;
    });
    return endpoint.verifying;
  }

  /** Asks a node for its health. A wrong chain is noted, not thrown. @throws RpcTransportError */
  private async look(endpoint: Endpoint): Promise<void> {
    try {
      const { timeoutMs } = this.options;
      const status = (await endpoint.http.call('status', {}, { timeoutMs })) as RpcStatus;
      const { network } = status.node_info;
      if (this.options.chainId !== undefined && network !== this.options.chainId) {
        endpoint.wrongChain = new WrongChainError(endpoint.url, this.options.chainId, network);
        endpoint.restsUntil = Date.now() + WRONG_CHAIN_MS;
        return;
      }
      endpoint.height = heightOf(status.sync_info.latest_block_height);
      endpoint.catchingUp = status.sync_info.catching_up === true;
      endpoint.verified = true;
      this.succeeded(endpoint);
    } catch (error) {
      this.failed(endpoint);
      if (error instanceof RpcTransportError) throw error;
      throw new RpcTransportError(`node at ${endpoint.url}: its status cannot be read`, { cause: error });
    }
  }

  /** From the first call on, while there is a choice. */
  private watchHealth(): void {
    if (this.size === 1 || this.probeTimer || this.probing || this.closed) return;
    this.probing = true;
    const due = this.endpoints.filter((endpoint) => Date.now() >= endpoint.restsUntil);
    void Promise.allSettled(due.map((endpoint) => this.verify(endpoint))).then(() => {
      this.probing = false;
      if (this.closed) return;
      this.probeTimer = setTimeout(() => {
        this.probeTimer = undefined;
        this.watchHealth();
      }, this.options.probeMs).unref();
    });
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
