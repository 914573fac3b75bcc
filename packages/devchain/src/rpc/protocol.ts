/** JSON-RPC envelopes of the node (`reference/chain-rpc.md` §2). */

export type RpcId = string | number;

/** An error that a caller sees. HTTP status stays 200 over POST: cosmjs throws on anything else. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  /** The `message` field; `data` carries what happened. */
  readonly title: string;
  readonly data: string | undefined;
  constructor(code: number, title: string, data?: string) {
    super(data ?? title);
    this.code = code;
    this.title = title;
    this.data = data;
  }
}

export const rpcErrors = {
  parse: (data: string) => new RpcError(-32700, 'Parse error. Invalid JSON', data),
  invalidRequest: (data?: string) => new RpcError(-32600, 'Invalid Request', data),
  methodNotFound: () => new RpcError(-32601, 'Method not found'),
  invalidParams: (data: string) => new RpcError(-32602, 'Invalid params', data),
  internal: (data: string) => new RpcError(-32603, 'Internal error', data),
};

/** A result that is JSON text already. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function resultText(id: RpcId, result: unknown): string {
  const text = result instanceof JsonText ? result.text : JSON.stringify(result);
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${text}}`;
}

/** Without an id when the request's could not be read. */
export function errorText(id: RpcId | undefined, error: unknown): string {
  const { code, title, data } = toRpcError(error);
  return JSON.stringify({
    jsonrpc: '2.0',
    ...(id === undefined ? {} : { id }),
    error: { code, message: title, ...(data === undefined ? {} : { data }) },
  });
}

export const toRpcError = (error: unknown): RpcError =>
  error instanceof RpcError ? error : rpcErrors.internal(error instanceof Error ? error.message : String(error));

/** @throws RpcError -32700 */
export function parsedRequest(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw rpcErrors.parse(`error unmarshalling request: ${(error as Error).message}`);
  }
}

export interface RpcRequest {
  /** Absent in a notification, which is neither run nor answered. */
  id: RpcId | undefined;
  method: string;
  params: unknown;
}

/** @throws RpcError -32600 when it is no request object */
export function requestOf(value: unknown): RpcRequest {
  const { id, method, params } = (value ?? {}) as { id?: unknown; method?: unknown; params?: unknown };
  if (typeof value !== 'object' || value === null || typeof method !== 'string') {
    throw rpcErrors.invalidRequest('a request is an object with "jsonrpc", "id", "method" and "params"');
  }
  if (id !== undefined && id !== null && typeof id !== 'string' && typeof id !== 'number') {
    throw rpcErrors.invalidRequest('"id" must be a string or a number');
  }
  return { id: id ?? undefined, method, params: params ?? {} };
}
