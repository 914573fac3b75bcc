import { greenfieldSp as sp } from '@prairie/chain';
import type { BsdbGvg, BsdbStorageProvider, VirtualGroupQueries } from '@prairie/gfsp';
import { mapped } from './buckets.ts';
import { metadataErrors } from './errors.ts';
import { familyMessage, gvgMessage } from './records.ts';
import type { Tables } from './tables.ts';

export function virtualGroupQueries(tables: Tables): VirtualGroupQueries {
  return {
    listFamiliesOfSp: (spId) => tables.fresh((db) => db.virtualGroups.familiesOfSp(spId).map(familyMessage)),
    getFamily: (familyId) => tables.known((db) => mapped(db.virtualGroups.family(familyId), familyMessage)),
    getGvg: (gvgId) => tables.known((db) => live(db.virtualGroups.gvg(gvgId))),
    getGvgOfLvg: (bucketId, lvgId) =>
      tables.known((db) => {
        const lvg = db.virtualGroups.liveLvg(bucketId, lvgId);
        return lvg && live(db.virtualGroups.gvg(lvg.global_virtual_group_id));
      }),
    listGvgsOfSecondary: (spId) => tables.fresh((db) => db.virtualGroups.gvgsOfSecondary(spId).map(gvgMessage)),
    listGvgsOfBucket: (bucketId) =>
      tables.fresh((db) => {
        const ids = new Set(db.virtualGroups.lvgsOfBucket(bucketId).map((lvg) => lvg.global_virtual_group_id));
        return [...ids].flatMap((id) => mapped(db.virtualGroups.gvg(id), gvgMessage) ?? []);
      }),
    async getSp(operatorAddress) {
      const row = await tables.known((db) => db.storageProviders.byOperator(operatorAddress));
      if (!row) throw metadataErrors.noSuchProvider();
      return spMessage(row);
    },
    async getEndpointBySpId(spId) {
      const row = await tables.known((db) => db.storageProviders.byId(spId));
      if (!row) throw metadataErrors.noSuchProvider();
      return row.endpoint;
    },
  };
}

function live(row: BsdbGvg | undefined) {
  return row && !row.removed ? gvgMessage(row) : undefined;
}

/** The chain's events do not tell the maintenance address. */
function spMessage({ sp_id, bls_key, ...row }: BsdbStorageProvider): sp.StorageProvider {
  const { moniker, identity, website, security_contact, details, ...columns } = row;
  return sp.StorageProvider.create({
    ...columns,
    id: sp_id,
    description: { moniker, identity, website, security_contact, details },
    bls_key: Buffer.from(bls_key, 'hex'),
  });
}
