/** How the chain refuses. */
import type { TxResult } from '../block.ts';
import type { RpcAbciQuery } from '../rpc.ts';

/** Texts of queries that found nothing; the chain has no common code for it (`reference/chain-rpc.md` §5.1). */
const NOTHING = /\b(no such|not found|(does )?not exist)\b/i;

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

  /** Whether the query failed because what it asked for does not exist. */
  get notFound(): boolean {
    return this.code === 22 || NOTHING.test(this.log);
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

/** No block held the transaction before the deadline. It may still come. */
export class TxTimeoutError extends Error {
  override readonly name = 'TxTimeoutError';
  readonly hash: string;

  constructor(hash: string, timeoutMs: number) {
    super(`transaction ${hash} is in no block after ${timeoutMs} ms`);
    this.hash = hash;
  }
}
