/** Answers of `abci_query`, and how an error of a handler becomes a code and a text (`reference/chain-rpc.md` §5.1). */
import { ChainError, StatusError } from '../context.ts';

export interface QueryAnswer {
  code: number;
  log: string;
  codespace: string;
  key: Uint8Array | null;
  value: Uint8Array | null;
  height: number;
  /** Whether the answer carries a list of proof steps. It is always empty: the chain has no Merkle store. */
  proven?: boolean;
}

const STATUS_CODES: Record<StatusError['status'], [number, string]> = {
  NotFound: [22, 'key not found'],
  InvalidArgument: [18, 'invalid request'],
  FailedPrecondition: [18, 'invalid request'],
  Unauthenticated: [4, 'unauthorized'],
  Internal: [6, 'unknown request'],
  Unknown: [6, 'unknown request'],
};

export const answered = (value: Uint8Array | null, height: number): QueryAnswer => ({
  ...{ code: 0, log: '', codespace: '', key: null },
  value,
  height,
});

export const failed = (code: number, log: string, height = 0): QueryAnswer => ({
  ...{ code, log, codespace: 'sdk', key: null, value: null },
  height,
});

/** What a handler threw, as the answer to its caller. */
export function failure(error: unknown, height: number): QueryAnswer {
  if (error instanceof StatusError) {
    const [code, suffix] = STATUS_CODES[error.status];
    return failed(code, `rpc error: code = ${error.status} desc = ${error.message}: ${suffix}`, height);
  }
  const text = error instanceof ChainError ? error.message : `panic: ${(error as Error).message}`;
  return failed(6, `${text}: unknown request`, height);
}
