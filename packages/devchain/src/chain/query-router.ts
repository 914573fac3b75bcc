/** `abci_query` (`reference/chain-rpc.md` §5): paths, heights and how handler errors become codes. */
import { decode, encode, type MessageType } from '@prairie/chain';
import { ChainError, type QueryHandler, StatusError } from '../context.ts';
import type { ChainState } from '../state/index.ts';
import type { Chain } from './chain.ts';
import type { Registry } from './registry.ts';

export interface QueryAnswer {
  code: number;
  log: string;
  codespace: string;
  key: Uint8Array | null;
  value: Uint8Array | null;
  height: number;
}

/** Read from the check state at the latest height, so that a pending transaction's sequence is seen (§5). */
const PENDING_VIEW = new Set(['/cosmos.auth.v1beta1.Query/Account', '/cosmos.auth.v1beta1.Query/AccountInfo']);

const STATUS_CODES: Record<StatusError['status'], [number, string]> = {
  NotFound: [22, 'key not found'],
  InvalidArgument: [18, 'invalid request'],
  FailedPrecondition: [18, 'invalid request'],
  Unauthenticated: [4, 'unauthorized'],
  Internal: [6, 'unknown request'],
  Unknown: [6, 'unknown request'],
};

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

  /** `height` 0 means the latest. A lower one is answered from the latest state, under the height asked for. */
  query(path: string, data: Uint8Array, height: number): QueryAnswer {
    const tip = this.chain.height;
    if (tip === 0) return failed(26, 'greenfield is not ready; please wait for first block: invalid height', 0);
    if (height < 0) return failed(26, 'cannot query with height < 0; please provide a valid height: invalid height', 0);
    if (height > tip) {
      const text = `cannot query with height in the future(${height}, latest height ${tip}); please provide a valid height`;
      return failed(26, `${text}: invalid height`, 0);
    }
    const at = height || tip;
    if (path.startsWith('/app/')) return this.appQuery(path.slice(5), data, at);
    // values are kept in another form than the node's stores: every key of theirs is absent
    if (/^\/store\/[^/]+\/key$/.test(path)) return { ...answered(null, at), key: data };
    const handler = this.registry.query(path);
    if (!handler) return failed(6, 'unknown query path: unknown request', 0);
    const run = () => this.state.scratch(() => this.run(handler, data, at));
    return PENDING_VIEW.has(path) && at === tip ? this.state.inCheck(run) : run();
  }

  /** How the answers of a path are encoded; undefined when nothing answers it. */
  responseType(path: string): MessageType | undefined {
    return this.registry.query(path)?.response;
  }

  private run(handler: QueryHandler, data: Uint8Array, height: number): QueryAnswer {
    let request: ReturnType<typeof decode>;
    try {
      request = decode(handler.request, data) as ReturnType<typeof decode>;
    } catch (error) {
      return failed(18, `${(error as Error).message}: invalid request`, height);
    }
    try {
      const response = handler.handle(this.chain.context('deliver'), request as Record<string, unknown>);
      return answered(encode(handler.response, response), height);
    } catch (error) {
      if (!(error instanceof ChainError || error instanceof StatusError)) this.onPanic?.(error);
      return failure(error, height);
    }
  }

  private appQuery(name: string, data: Uint8Array, height: number): QueryAnswer {
    if (name === 'version') return { ...answered(new Uint8Array(0), height), codespace: 'sdk' };
    if (name !== 'simulate') return failed(6, `unknown query: ${name}: unknown request`, height);
    const outcome = this.chain.simulate(data);
    if (outcome.code !== 0) return { ...failed(outcome.code, outcome.log, height), codespace: outcome.codespace };
    const gas_info = { gas_wanted: outcome.gas.wanted.toString(), gas_used: outcome.gas.used.toString() };
    const result = { data: Buffer.from(outcome.data).toString('base64'), log: outcome.log, events: outcome.events };
    return answered(Buffer.from(JSON.stringify({ gas_info, result })), height);
  }
}

const answered = (value: Uint8Array | null, height: number): QueryAnswer => ({
  ...{ code: 0, log: '', codespace: '', key: null },
  value,
  height,
});

const failed = (code: number, log: string, height: number): QueryAnswer => ({
  ...{ code, log, codespace: 'sdk', key: null, value: null },
  height,
});

function failure(error: unknown, height: number): QueryAnswer {
  if (error instanceof StatusError) {
    const [code, suffix] = STATUS_CODES[error.status];
    return failed(code, `rpc error: code = ${error.status} desc = ${error.message}: ${suffix}`, height);
  }
  const text = error instanceof ChainError ? error.message : `panic: ${(error as Error).message}`;
  return failed(6, `${text}: unknown request`, height);
}
