/** The provider's tables for tests. */
import type { SpDb, SpDbTables, SpDbTransactionOptions } from '@prairie/gfsp';
import { openSpDb } from '@prairie/store';
import fc from 'fast-check';

type Method = (...args: unknown[]) => Promise<unknown>;
type Work = (tables: SpDbTables) => Promise<unknown>;

/**
 * Tables in memory, opened by the first call, so that they can be made where nobody waits. A test may put methods of its
 * own in the place of theirs. `pause` stands before each call, in transactions too: what answers late, as a server does,
 * gives others the chance to come between two questions.
 */
export function memorySpDb(pause?: () => Promise<void>): SpDb {
  let opened: Promise<SpDb> | undefined;
  const open = (): Promise<SpDb> => {
    opened ??= openSpDb({ engine: 'sqlite', path: ':memory:' });
    return opened;
  };
  const own = {
    transaction: async (work: Work, options?: SpDbTransactionOptions) =>
      (await open()).transaction((tables) => work(pause ? late(async () => tables, pause) : tables), options),
  };
  return late(open, pause, own) as SpDb;
}

/** All methods of what `open` gives, except those of `own`. */
function late<T extends SpDbTables>(open: () => Promise<T>, pause?: () => Promise<void>, own: object = {}): T {
  const call =
    (name: keyof T): Method =>
    async (...args) => {
      await pause?.();
      const tables = await open();
      return (tables[name] as Method).apply(tables, args);
    };
  const get = (target: object, name: string | symbol) => {
    // neither has it a `then`: it is no promise
    return name in target || name === 'then' ? Reflect.get(target, name) : call(name as keyof T);
  };
  return new Proxy(own, { get }) as T;
}

/** Any pauses of a few turns of the event loop, for `memorySpDb`. */
export const lateness = fc.infiniteStream(fc.nat({ max: 3 })).map((turns) => async (): Promise<void> => {
  for (let left = turns.next().value; left > 0; left--) await new Promise(setImmediate);
});
