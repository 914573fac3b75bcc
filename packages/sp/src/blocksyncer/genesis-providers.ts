import type { greenfieldSp as sp } from '@prairie/chain';
import type { BsDb } from '@prairie/store';

/** Providers of the genesis were never announced by an event (`reference/block-syncer-and-db.md` §3.1): they are asked for. */
export function addProviders(db: BsDb, providers: readonly sp.StorageProvider[]): void {
  const unknown = providers.filter((provider) => !db.storageProviders.byId(provider.id));
  if (unknown.length === 0) return;
  db.transaction(() => {
    for (const { id, description, bls_key, maintenance_address: _unused, ...columns } of unknown) {
      db.storageProviders.put({
        ...columns,
        ...description,
        sp_id: id,
        bls_key: Buffer.from(bls_key).toString('hex'),
      });
    }
  });
}
