import type { PieceStore } from '@prairie/gfsp';

/** A test with an empty store, which is closed afterwards. */
export type WithStore = (title: string, body: (store: PieceStore) => Promise<void>) => void;

/** In order. */
export async function keysOf(store: PieceStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys.sort();
}
