/** Whether the files of the providers are what the chain says of a sealed object. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectOnChain } from '@prairie/chain';
import { ecPieceKey, integrityHash, segmentKey } from '@prairie/redundancy';
import { CODE } from './account.ts';

/** Folder of a provider's pieces. */
export type PieceFolders = (provider: number) => string;

/** Of a devnet that keeps them in files. */
export const inDataDir =
  (dataDir: string): PieceFolders =>
  (provider) =>
    join(dataDir, `sp${provider}`, 'pieces');

/** What is wrong, one line each: the primary has every segment, each secondary its shard of every segment. */
export function faultsOf(
  pieces: string | PieceFolders,
  { object_info, global_virtual_group }: ObjectOnChain,
): string[] {
  if (!global_virtual_group) return [`object ${object_info.id} has no group: it is not sealed`];
  const folderOf = typeof pieces === 'string' ? inDataDir(pieces) : pieces;
  const { primary_sp_id, secondary_sp_ids } = global_virtual_group;
  const segments = Math.ceil(Number(object_info.payload_size) / CODE.segmentSize);
  return [primary_sp_id, ...secondary_sp_ids].flatMap((provider, index) => {
    const name = `object ${object_info.id}, redundancy index ${index - 1} at sp${provider}`;
    try {
      const hashes = Array.from({ length: segments }, (_, segment) => {
        const { id, version } = object_info;
        const key = index === 0 ? segmentKey(id, segment, version) : ecPieceKey(id, segment, index - 1, version);
        return createHash('sha256')
          .update(readFileSync(join(folderOf(provider), key)))
          .digest();
      });
      const same = integrityHash(hashes).equals(object_info.checksums[index]!);
      return same ? [] : [`${name}: the pieces do not have the checksum on chain`];
    } catch (error) {
      return [`${name}: ${(error as Error).message}`];
    }
  });
}

/** Temporary files that were there before `since` (milliseconds of the clock): nobody works on those any more. */
export function abandonedFiles(dataDir: string, since: number): string[] {
  return readdirSync(dataDir)
    .filter((name) => /^sp\d+$/.test(name))
    .flatMap((name) => readdirSync(join(dataDir, name, 'pieces')).map((file) => join(dataDir, name, 'pieces', file)))
    .filter((path) => /\/\.[^/]*\.tmp/.test(path))
    .filter((path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? since) < since);
}
