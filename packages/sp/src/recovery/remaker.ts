import { Budget, type Consensus } from '@prairie/gfsp';
import type { StoredObject } from '../common/pieces.ts';
import { type Holders, holdersOf } from './holders.ts';
import { type RemakeTools, type Remaking, remake } from './remake.ts';
import { lengthOf, type Wanted } from './wanted.ts';

export interface RemakerOptions {
  /** This provider's operator. */
  operatorAddress: string;
  /** Memory for pieces in work. */
  memoryBytes: number;
  /** Milliseconds without an arrival until one holder more is asked. */
  hedgeMs: number;
}

export interface RemakerDependencies extends RemakeTools {
  consensus: Consensus;
}

/** Pieces out of those of others, within the memory that all of it may take. */
export class Remaker {
  readonly #options: RemakerOptions;
  readonly #dependencies: RemakerDependencies;
  readonly #budget: Budget;

  constructor(options: RemakerOptions, dependencies: RemakerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#budget = new Budget(options.memoryBytes);
  }

  /** Who else has pieces, and the object as it is on chain. @throws 45203, 45215 */
  async holdersOf(asked: StoredObject): Promise<{ holders: Holders; object: StoredObject }> {
    const holders = await holdersOf(asked, { ...this.#options, consensus: this.#dependencies.consensus });
    return { holders, object: { ...asked, object_info: holders.object_info } };
  }

  /** @throws 45203 … 45207, the signal's reason */
  async make(remaking: Remaking): Promise<Uint8Array> {
    const { segmentLength, shardLength, data, parity } = remaking.wanted;
    // the pieces that come, what they are made into, and the whole segment
    const bytes = 2 * segmentLength + (data + parity) * shardLength;
    const release = await this.#budget.take(bytes, remaking.signal);
    try {
      return await remake(remaking, this.#options, this.#dependencies);
    } finally {
      release();
    }
  }

  /** Work with the piece as it is stored. */
  async withPiece<T>(wanted: Wanted, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const release = await this.#budget.take(lengthOf(wanted), signal);
    try {
      return await work();
    } finally {
      release();
    }
  }
}
