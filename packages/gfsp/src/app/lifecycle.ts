/** Something that runs: a module, a server, a store. The app calls each method once, one after the other. */
export interface Lifecycle {
  /** Unique in its process; the reference's name where there is one (`gateway`, `uploader`, `blocksyncer`, …). */
  readonly name: string;
  /**
   * Resolves when it can serve; what takes longer goes on in the background, and ends with `stop`.
   * @throws when it cannot serve: the app then stops what already runs, this one included, and the program ends
   */
  start(): Promise<void>;
  /**
   * Takes no new work, ends or hands back what runs, and releases everything: timers, sockets, files. Safe to call when
   * start failed. It is left behind after `AppOptions.stopTimeoutMs`; what it throws is logged.
   */
  stop(): Promise<void>;
}
