/** `abci_query` (`reference/chain-rpc.md` §5): paths, heights and how handler errors become codes. */
import { type AnyMessage, decode, encode, type MessageType } from '@prairie/chain';
import { ChainError, type Context, type QueryHandler, StatusError } from '../context.ts';
import { sdkErrors } from '../sdk-errors.ts';
import type { ChainState } from '../state/index.ts';
import type { Chain } from './chain.ts';
import { prunedState } from './history.ts';
import { nodeQuery } from './node-paths.ts';
import { answered, failed, failure, type QueryAnswer } from './query-answer.ts';
import type { Registry } from './registry.ts';
import { wireFault } from './wire-fault.ts';

export type { QueryAnswer } from './query-answer.ts';

/** Read from the check state at the latest height, so that a pending transaction's sequence is seen (§5). */
const PENDING_VIEW = new Set(['/cosmos.auth.v1beta1.Query/Account', '/cosmos.auth.v1beta1.Query/AccountInfo']);

/** Transactions are sent with the methods of the node's RPC. */
const BROADCAST = '/cosmos.tx.v1beta1.Service/BroadcastTx';

export interface QueryRouterDeps {
  state: ChainState;
  registry: Registry;
  chain: Chain;
  /** Told of errors that no module meant to throw. */
  onPanic?: ((error: unknown) => void) | undefined;
}

export class QueryRouter {
  private readonly state: ChainState;
  private readonly registry: Registry;
  private readonly chain: Chain;
  private readonly onPanic: ((error: unknown) => void) | undefined;

  constructor(deps: QueryRouterDeps) {
    this.onPanic = deps.onPanic;
    this.state = deps.state;
    this.registry = deps.registry;
    this.chain = deps.chain;
  }

  /** `height` 0 means the latest. */
  query(path: string, data: Uint8Array, height: number, prove = false): QueryAnswer {
    if (path === BROADCAST) return failed(18, "can't route a broadcast tx message: invalid request");
    let at: number;
    try {
      at = this.heightOf(height, prove);
    } catch (error) {
      return failed((error as ChainError).code, (error as ChainError).message);
    }
    const handler = this.registry.query(path);
    if (!handler) return nodeQuery({ path, data, height: at, prove }, (tx) => this.chain.simulate(tx));
    let request: AnyMessage;
    try {
      request = decode(handler.request, data);
    } catch (error) {
      return failed(18, `${wireFault(data) ?? (error as Error).message}: invalid request`, at);
    }
    try {
      return answered(encode(handler.response, this.run(path, handler, request, at)), at);
    } catch (error) {
      return failure(error, at);
    }
  }

  /**
   * The same for callers that have a message instead of its bytes. The height returned is the one that answered.
   * @throws ChainError | StatusError what the handler threw, or sdk/26 and sdk/18 for the height
   */
  call(path: string, request: AnyMessage, height: number): { response: AnyMessage; height: number } {
    const handler = this.registry.query(path);
    if (!handler) throw sdkErrors.unknownRequest('unknown query path');
    const at = this.heightOf(height, false);
    return { response: handler.response.create(this.run(path, handler, request, at)), height: at };
  }

  /** Full paths of all query methods. */
  get paths(): string[] {
    return this.registry.queryPaths;
  }

  /** The messages of a path; undefined when nothing answers it. */
  typesOf(path: string): Pick<QueryHandler, 'request' | 'response'> | undefined {
    return this.registry.query(path);
  }

  /** How the answers of a path are encoded; undefined when nothing answers it. */
  responseType(path: string): MessageType | undefined {
    return this.typesOf(path)?.response;
  }

  private run(path: string, handler: QueryHandler, request: AnyMessage, height: number): AnyMessage {
    try {
      return this.view(path, height, (ctx) => handler.handle(ctx, request));
    } catch (error) {
      if (!(error instanceof ChainError || error instanceof StatusError)) this.onPanic?.(error);
      throw error;
    }
  }

  /** Runs `work` on the state that a query of this path and height sees; nothing remains of what it writes. */
  private view<T>(path: string, height: number, work: (ctx: Context) => T): T {
    if (height < this.chain.height) return this.chain.atHeight(height, work);
    const run = () => this.state.scratch(() => work(this.chain.context('deliver')));
    return PENDING_VIEW.has(path) && height === this.chain.height ? this.state.inCheck(run) : run();
  }

  /** The height that answers. @throws ChainError sdk/26, sdk/18 */
  private heightOf(height: number, prove: boolean): number {
    const tip = this.chain.height;
    if (height < 0) throw sdkErrors.invalidRequest('cannot query with height < 0; please provide a valid height');
    if (tip === 0) throw sdkErrors.invalidHeight('greenfield is not ready; please wait for first block');
    if (height > tip) {
      const text = `cannot query with height in the future(${height}, latest height ${tip}); please provide a valid height`;
      throw sdkErrors.invalidHeight(text);
    }
    const at = height || tip;
    if (prove && at <= 1) {
      throw sdkErrors.invalidRequest('cannot query with proof when height <= 1; please provide a valid height');
    }
    if (at < this.chain.store.oldestState) throw prunedState(at, tip);
    return at;
  }
}
