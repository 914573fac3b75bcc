/** Something that runs: a module, a server, a store. */
export interface Lifecycle {
  /** Unique in its process; the reference's name where there is one (`gateway`, `uploader`, `blocksyncer`, …). */
  readonly name: string;
  /** Resolves when it can serve. Called once. @throws when it cannot; the app then stops what already runs. */
  start(): Promise<void>;
  /** Takes no new work, ends or hands back what runs, and releases everything. Safe to call when start failed. */
  stop(): Promise<void>;
}
