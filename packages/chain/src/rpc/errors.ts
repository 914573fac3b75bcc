/** How calls to a node fail. */

/** The node answered with a JSON-RPC error. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  /** Text that says what went wrong; clients match on it. */
  readonly data: string;

  constructor(code: number, message: string, data: string) {
    super(data ? `${message}: ${data}` : message);
    this.code = code;
    this.data = data;
  }
}

/** No usable answer came: connection, deadline, size, or something that is not JSON-RPC. */
export class RpcTransportError extends Error {
  override readonly name = 'RpcTransportError';
}
