import { greenfieldSp as sp } from '@prairie/chain';
import type { BsDbReader, BsdbGvg, BsdbStorageProvider, SpDb, VirtualGroupQueries } from '@prairie/gfsp';
import { mapped } from './buckets.ts';
import { metadataErrors } from './errors.ts';
import { familyMessage, gvgMessage } from './records.ts';
import { guarded, type Tables } from './tables.ts';

export type ProviderTable = Pick<SpDb, 'listSpInfo'>;

export function virtualGroupQueries(tables: Tables, spdb: ProviderTable): VirtualGroupQueries {
  return {
    listFamiliesOfSp: (spId) =>
      tables.fresh(async ({ virtualGroups }) => (await virtualGroups.familiesOfSp(spId)).map(familyMessage)),
    getFamily: (familyId) =>
      tables.known(async ({ virtualGroups }) => mapped(await virtualGroups.family(familyId), familyMessage)),
    getGvg: (gvgId) => tables.known(async ({ virtualGroups }) => live(await virtualGroups.gvg(gvgId))),
    getGvgOfLvg: (bucketId, lvgId) =>
      tables.known(async ({ virtualGroups }) => {
        const lvg = await virtualGroups.liveLvg(bucketId, lvgId);
        return lvg && live(await virtualGroups.gvg(lvg.global_virtual_group_id));
      }),
    listGvgsOfSecondary: (spId) =>
      tables.fresh(async ({ virtualGroups }) => (await virtualGroups.gvgsOfSecondary(spId)).map(gvgMessage)),
    listGvgsOfBucket: (bucketId) =>
      tables.fresh(async ({ virtualGroups }) => {
        const lvgs = await virtualGroups.lvgsOfBucket(bucketId);
        const groups = await virtualGroups.gvgs([...new Set(lvgs.map((lvg) => lvg.global_virtual_group_id))]);
        return groups.map(gvgMessage);
      }),
    async getSp(operatorAddress) {
      const row = await tables.known((db) => db.storageProviders.byOperator(operatorAddress));
      if (!row) throw metadataErrors.noSuchProvider();
      return spMessage(row);
    },
    async getEndpointBySpId(spId) {
      // a provider of the genesis may be missing where the tables were begun by another program
      const known = (db: BsDbReader) => db.storageProviders.byId(spId);
      const row = (await tables.known(known)) ?? (await guarded(() => spdb.listSpInfo())).find(({ id }) => id === spId);
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
