/** How far the tables are. */
export interface BsdbEpoch {
  readonly block_height: bigint;
  readonly block_hash: Uint8Array;
  /** Time in the block's header. */
  readonly update_time: bigint;
}

export interface BsdbEpochs {
  /** undefined before the first block. It follows every block. */
  get(): Promise<BsdbEpoch | undefined>;
}

/** Rows of objects, removed ones too, in each of the 64 parts of the table. */
export interface BsdbObjectCounts {
  readonly total: readonly bigint[];
  readonly sealed: readonly bigint[];
}

/** What the tables stand on, as /status tells it. */
export interface BsdbServer {
  readonly version: string;
  readonly characterSet: string;
  readonly collation: string;
}

export interface BsdbStatistics {
  objectCounts(): Promise<BsdbObjectCounts>;
  server(): Promise<BsdbServer>;
}
