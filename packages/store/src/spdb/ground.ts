import type { TransactionOptions } from '../sql/engine.ts';
import type { Session } from '../sql/session.ts';

/** What rows are read and written on: the database, or one transaction. */
export interface Ground {
  readonly session: Session;
  /** For writes that may be lost with the power; within a transaction the same as `session`. */
  readonly relaxed: Session;
  /** Reads of one row keep others from writing it: within a transaction. */
  readonly lock: boolean;
  /** Within a transaction a part of that. */
  transaction<T>(work: (session: Session) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Unix seconds. */
  now(): number;
}

/** What may be lost with the power: found again, or done again. */
export const RELAXED: TransactionOptions = { durable: false };
