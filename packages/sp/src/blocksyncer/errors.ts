/** Syncing cannot go on, and trying again does not help. The text says what to do. */
export class SyncStoppedError extends Error {
  override readonly name = 'SyncStoppedError';
}

/** The other database is in use now: this one is not written any more. */
export class SwitchedError extends Error {
  override readonly name = 'SwitchedError';

  constructor(location: string) {
    super(`${location} is not the database in use any more`);
  }
}
