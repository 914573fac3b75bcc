import { Budget, type Consensus } from '@prairie/gfsp';
import type { StoredObject } from '../common/pieces.ts';
import { type Holders, holdersOf } from './holders.ts';
import { type RemakeTools, type Remaking, remake } from './remake.ts';
import { SilentPeers } from './silent-peers.ts';
import { lengthOf, type Wanted } from './wanted.ts';

export interface RemakerOptions {
  /** This provider's operator. */
  operatorAddress: string;
  /** Memory for pieces in work; background work has half of it at most. */
  memoryBytes: number;
  /** Milliseconds without an arrival until one holder more is asked. */
  hedgeMs: number;
}

export interface RemakerDependencies extends Omit<RemakeTools, 'silent'> {
  consensus: Consensus;
}

/** Pieces out of those of others, within the memory that all of it may take. */
export class Remaker {
  readonly #options: RemakerOptions;
  readonly #dependencies: RemakerDependencies & RemakeTools;
  readonly #budget: Budget;
  readonly #background: Budget;

  constructor(options: RemakerOptions, dependencies: RemakerDependencies) {
    this.#options = options;
    this.#dependencies = { ...dependencies, silent: new SilentPeers(options.hedgeMs) };
    this.#budget = new Budget(options.memoryBytes);
    this.#background = new Budget(options.memoryBytes / 2);
  }

  /** Who else has pieces, and the object as it is on chain. @throws 45203, 45215 */
  async holdersOf(asked: StoredObject): Promise<{ holders: Holders; object: StoredObject }> {
    const holders = await holdersOf(asked, { ...this.#options, consensus: this.#dependencies.consensus });
    return { holders, object: { ...asked, object_info: holders.object_info } };
  }

  /** @throws 45203 … 45207, the signal's reason */
  async make(remaking: Remaking): Promise<Uint8Array> {
    const release = await this.#budget.take(bytesFor(remaking.wanted), remaking.signal);
    try {
      return await remake(remaking, this.#options, this.#dependencies);
    } finally {
      release();
    }
  }

  /**
   * Work in which the piece is made, and that no reader waits for. It has its turn among its like before it asks for
   * memory, so that readers find half of that free, or in use by other readers. @throws the signal's reason
   */
  async inBackground<T>(wanted: Wanted, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const release = await this.#background.take(bytesFor(wanted), signal);
    try {
      return await work();
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

/** The pieces that come, what they are made into, and the whole segment. */
function bytesFor({ segmentLength, shardLength, data, parity }: Wanted): number {
  return 2 * segmentLength + (data + parity) * shardLength;
}
