/** What a listing by folders is: all names, grouped as S3 does it. The page and the index of the tree are not in it. */
import type { NameQuery } from '@prairie/gfsp';
import { byBytes } from '../../name-range.ts';

/** `folder a/` or `object a`, by name in byte order. */
export function naiveListing(names: Iterable<string>, { prefix, from, limit }: Omit<NameQuery, 'bucket'>): string[] {
  const entries = new Map<string, string>();
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const slash = name.indexOf('/', prefix.length);
    const entry = slash === -1 ? name : name.slice(0, slash + 1);
    entries.set(`${slash === -1 ? 'object' : 'folder'} ${entry}`, entry);
  }
  return [...entries]
    .filter(([, name]) => byBytes(name, from) >= 0)
    .sort(([a, nameA], [b, nameB]) => byBytes(nameA, nameB) || byBytes(a, b))
    .slice(0, limit)
    .map(([entry]) => entry);
}

/** All folders that have something in them. */
export function naiveFolders(names: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const name of names) {
    for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) folders.add(name.slice(0, at + 1));
  }
  return folders;
}
