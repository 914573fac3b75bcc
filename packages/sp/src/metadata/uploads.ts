import type { Consensus, Logger, ObjectQueries, SpDb } from '@prairie/gfsp';
import { metadataErrors } from './errors.ts';
import { guarded, type Tables } from './tables.ts';
import { type ObjectState, progressText } from './upload-progress.ts';

/** Redundancy index of the primary's own segments. */
const PRIMARY = -1;

export interface UploadDependencies {
  spdb: Pick<SpDb, 'getUploadProgress' | 'getIntegrity' | 'getShadowIntegrity'>;
  chain: Pick<Consensus, 'objectById'>;
  logger: Logger;
}

/** How uploads are going: the chain's word, then that of this provider's own tables. */
export function uploadQueries(
  tables: Tables,
  { spdb, chain, logger }: UploadDependencies,
): Pick<ObjectQueries, 'getUploadProgress' | 'getUploadedSegments'> {
  /** From the chain, which knows of a sealing first; from the tables when it cannot be asked. */
  const stateOf = async (objectId: bigint): Promise<ObjectState | undefined> => {
    try {
      return (await chain.objectById(objectId))?.object_info;
    } catch (error) {
      logger.warn('the chain does not tell the state of an object, the tables do', { object: objectId, error });
      const row = await tables.read((db) => db.objects.byId(objectId));
      return row && { object_status: row.status, is_updating: row.is_updating };
    }
  };
  return {
    async getUploadProgress(objectId) {
      const object = await stateOf(objectId);
      return guarded(async () => progressText(object, await spdb.getUploadProgress(objectId)));
    },
    async getUploadedSegments(objectId, updatedAt) {
      const segments = await guarded(async () => {
        if (updatedAt === 0n) return (await spdb.getIntegrity(objectId, PRIMARY))?.piece_checksum_list.length;
        const shadow = await spdb.getShadowIntegrity(objectId, PRIMARY);
        // of an update that was cancelled nothing counts for the next one
        return shadow?.updated_at === updatedAt ? shadow.piece_checksum_list.length : undefined;
      });
      if (!segments) throw metadataErrors.noUploadingRecord();
      return segments;
    },
  };
}
