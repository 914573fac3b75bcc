/** For tests of this package and of those that stand on it. */

export { DatabaseServers, type TestDatabases, testDatabases } from './databases.ts';
export { type Cell, openRaw, type RawClient, type RawRow } from './raw.ts';
