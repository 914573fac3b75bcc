/** Syncing cannot go on, and trying again does not help. The text says what to do. */
export class SyncStoppedError extends Error {
  override readonly name = 'SyncStoppedError';
}
