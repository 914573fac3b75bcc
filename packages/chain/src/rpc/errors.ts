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

/** No usable answer came: connection, deadline, size, or something that is not what was asked for. */
export class RpcTransportError extends Error {
  override readonly name: string = 'RpcTransportError';
  /** The request certainly did not reach a node: there was no connection. */
  readonly undelivered: boolean;

  constructor(message: string, options: ErrorOptions & { undelivered?: boolean } = {}) {
    super(message, options);
    this.undelivered = options.undelivered ?? false;
  }
}

/** A node that answers, but for another chain than the client is for. */
export class WrongChainError extends Error {
  override readonly name = 'WrongChainError';
  readonly url: string;

  constructor(url: string, expected: string, got: string | undefined) {
    super(
      `the node at ${url} is of chain ${got ?? '(none)'}, expected ${expected}: check the RPC address and chain id`,
    );
    this.url = url;
  }
}
