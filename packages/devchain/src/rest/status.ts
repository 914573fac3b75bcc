/** gRPC statuses of the REST port: their HTTP codes, and what an error looks like (`reference/chain-rpc.md` §7). */
import { ChainError, StatusError } from '../context.ts';

export const GRPC = {
  unknown: 2,
  invalidArgument: 3,
  notFound: 5,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unauthenticated: 16,
} as const;

const HTTP_STATUS: Readonly<Record<number, number>> = {
  [GRPC.unknown]: 500,
  [GRPC.invalidArgument]: 400,
  [GRPC.notFound]: 404,
  [GRPC.failedPrecondition]: 400,
  [GRPC.unimplemented]: 501,
  [GRPC.internal]: 500,
  [GRPC.unauthenticated]: 401,
};

const STATUS_CODES: Record<StatusError['status'], number> = {
  NotFound: GRPC.notFound,
  InvalidArgument: GRPC.invalidArgument,
  FailedPrecondition: GRPC.failedPrecondition,
  Unauthenticated: GRPC.unauthenticated,
  Internal: GRPC.internal,
  Unknown: GRPC.unknown,
};

/** Of codespace `sdk`; all other registered errors are unknown to gRPC. */
const SDK_CODES: Readonly<Record<number, number>> = {
  4: GRPC.unauthenticated,
  18: GRPC.invalidArgument,
  22: GRPC.notFound,
};

/** What a caller is told. `code` is a gRPC status. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  get httpStatus(): number {
    return HTTP_STATUS[this.code] ?? 500;
  }

  get text(): string {
    return JSON.stringify({ code: this.code, message: this.message, details: [] });
  }
}

/** Whatever was thrown, as an error for the caller. */
export function toRestError(error: unknown): RestError {
  if (error instanceof RestError) return error;
  if (error instanceof StatusError) return new RestError(STATUS_CODES[error.status], error.message);
  if (!(error instanceof ChainError)) return new RestError(GRPC.internal, `panic: ${(error as Error).message}`);
  const code = error.codespace === 'sdk' ? SDK_CODES[error.code] : undefined;
  return new RestError(code ?? GRPC.unknown, error.message);
}
