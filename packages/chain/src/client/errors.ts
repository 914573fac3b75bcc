/** How the chain refuses. */
import type { TxResult } from '../block.ts';
import { type RpcAbciQuery, RpcTransportError } from '../rpc.ts';

/** Texts of queries that found nothing; the modules have no common code for it (`reference/chain-rpc.md` §5.1). */
const NOTHING = /\b(no such|not found|not exist)\b/i;
/** The code of what a module answers, and of much else: the text has to tell. */
const BY_TEXT = 6;

/** What a code stands for when the text does not say (`reference/chain-rpc.md` §5.1). */
const STATUS_BY_CODE: Readonly<Record<number, string>> = {
  4: 'Unauthenticated',
  18: 'InvalidArgument',
  22: 'NotFound',
};

export class ChainQueryError extends Error {
  override readonly name = 'ChainQueryError';
  readonly path: string;
  readonly code: number;
  readonly codespace: string;
  /** What the chain said. */
  readonly log: string;

  constructor(path: string, answer: Pick<RpcAbciQuery, 'code' | 'codespace' | 'log'>) {
    super(`${path}: ${answer.log} (${answer.codespace} ${answer.code})`);
    this.path = path;
    this.code = answer.code;
    this.codespace = answer.codespace;
    this.log = answer.log;
  }

  /** The gRPC status: `NotFound`, `InvalidArgument`, …; `Unknown` also for errors of the modules. */
  get status(): string {
    return /rpc error: code = (\w+) desc = /.exec(this.log)?.[1] ?? STATUS_BY_CODE[this.code] ?? 'Unknown';
  }

  /**
   * Whether the query failed because what it asked for does not exist. A node that cannot open its state (code 18,
   * "version does not exist") has not looked: pieces are deleted on the word of this.
   */
  get notFound(): boolean {
    if (this.codespace !== 'sdk') return false;
    if (this.code !== BY_TEXT) return this.code === 22;
    return this.status === 'Unknown' && NOTHING.test(this.log);
  }
}

/** A transaction that the chain refused, on arrival (`checked`) or when it ran (`executed`). */
export class TxError extends Error {
  override readonly name = 'TxError';
  readonly hash: string;
  readonly stage: 'checked' | 'executed';
  readonly code: number;
  readonly codespace: string;
  readonly log: string;

  constructor(stage: TxError['stage'], hash: string, result: Pick<TxResult, 'code' | 'codespace' | 'log'>) {
    super(`transaction ${hash} refused when ${stage}: ${result.log} (${result.codespace} ${result.code})`);
    this.stage = stage;
    this.hash = hash;
    this.code = result.code;
    this.codespace = result.codespace;
    this.log = result.log;
  }
}

/** The same bytes may be in a block one day, or never: no node said. The way to know is to ask for the hash. */
export class TxUnknownError extends RpcTransportError {
  override readonly name = 'TxUnknownError';
  readonly hash: string;

  constructor(hash: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`it is unknown whether transaction ${hash} reached the chain: ${why}`, { cause });
    this.hash = hash;
  }
}

/** The transaction will be in no block: another of the account took its sequence, or its timeout height has passed. */
export class TxReplacedError extends Error {
  override readonly name = 'TxReplacedError';
  readonly hash: string;

  constructor(hash: string, sequence: bigint) {
    super(`transaction ${hash} is void: its sequence ${sequence} is used up, or its timeout height has passed`);
    this.hash = hash;
  }
}

/** Text of sdk code 32, also inside a failed simulation. */
export function isSequenceMismatch(error: unknown): boolean {
  if (error instanceof TxError && error.stage === 'checked' && isSdk(error, 32)) return true;
  return error instanceof Error && error.message.includes('account sequence mismatch');
}

export const isSdk = (error: { codespace: string; code: number }, code: number): boolean =>
  error.codespace === 'sdk' && error.code === code;

/** Index of the message that failed, from the text of a failed transaction or simulation; undefined when none did. */
export function failedMessageIndex(error: unknown): number | undefined {
  const index = error instanceof Error && /failed to execute message; message index: (\d+)/.exec(error.message)?.[1];
  return index ? Number(index) : undefined;
}

/** No block held the transaction before the deadline. It may still come. */
export class TxTimeoutError extends Error {
  override readonly name = 'TxTimeoutError';
  readonly hash: string;

  constructor(hash: string, timeoutMs: number) {
    super(`transaction ${hash} is in no block after ${timeoutMs} ms`);
    this.hash = hash;
  }
}
