/** Follows the chain into the BSDB. */
export interface BlockSyncer {
  /** The height of the tables now, then each later one; a slow reader skips. Ends with the signal. */
  heights(signal: AbortSignal): AsyncIterable<bigint>;
}
