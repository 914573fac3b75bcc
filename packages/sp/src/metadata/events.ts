/** What schedulers follow (`reference/metadata-api.md` §10). */
import { greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import type {
  BsDbReader,
  BsdbBucketEvent,
  BsdbCompleteSwapOut,
  BsdbMigration,
  BsdbSwapOut,
  EventQueries,
  MigrateBucketEvents,
  SwapOutEvents,
} from '@prairie/gfsp';
import { mapped } from './buckets.ts';
import { metadataErrors } from './errors.ts';
import type { Tables } from './tables.ts';

export function eventQueries(tables: Tables): EventQueries {
  const upTo = async <T>(height: bigint, work: (db: BsDbReader) => T): Promise<T> => {
    const answer = await tables.fresh(work);
    if (height > tables.height) throw metadataErrors.heightAhead();
    return answer;
  };
  return {
    listMigrateBucketEvents: (spId, height) => upTo(height, (db) => migrations(db, spId, height)),
    listCompleteMigrationEvents: (srcSpId, height) =>
      upTo(height, (db) =>
        db.events.completeMigrationsFrom(srcSpId, height).map((row) =>
          storage.EventCompleteMigrationBucket.create({
            ...namesOf(row),
            global_virtual_group_family_id: row.global_virtual_group_family_id,
          }),
        ),
      ),
    listSwapOutEvents: (spId, height) => upTo(height, (db) => swapOuts(db, spId, height)),
    getSpExitEvents: (spId, height) =>
      upTo(height, (db) => ({
        event: mapped(db.events.latestSpExit(spId, height), ({ storage_provider_id, operator_address }) => {
          return { storage_provider_id, operator_address };
        }),
        complete_event: mapped(db.events.latestCompleteSpExit(spId, height), (row) =>
          virtualgroup.EventCompleteStorageProviderExit.create({
            storage_provider_id: row.storage_provider_id,
            operator_address: row.operator_address,
            total_deposit: row.total_deposit,
          }),
        ),
      })),
    countMigratingBuckets: (spId) =>
      tables.fresh((db) => {
        const open = migrations(db, spId).filter((one) => !one.cancel_event && !one.reject_event);
        return open.length;
      }),
  };
}

/** The latest of each key. */
function latestBy<T>(rows: readonly T[], key: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}

/** Moves to the provider without those that were completed. */
function migrations(db: BsDbReader, spId: number, until?: bigint): MigrateBucketEvents[] {
  const rows = latestBy(db.events.migrationsTo(spId, until), (row) => String(row.bucket_id));
  return rows.flatMap((row) => {
    const complete = notBefore(db.events.latestCompleteMigration(row.bucket_id, until), row);
    if (complete) return [];
    const cancel = notBefore(db.events.latestCancelMigration(row.bucket_id, until), row);
    const reject = notBefore(db.events.latestRejectMigration(row.bucket_id, until), row);
    return [
      {
        event: migrationMessage(row),
        cancel_event: cancel && storage.EventCancelMigrationBucket.create(namesOf(cancel)),
        reject_event: reject && storage.EventRejectMigrateBucket.create(namesOf(reject)),
      },
    ];
  });
}

function notBefore<T extends { create_at: bigint }>(row: T | undefined, first: { create_at: bigint }): T | undefined {
  return row && row.create_at >= first.create_at ? row : undefined;
}

/** All that the reference tells of such an event. */
function namesOf({ operator, bucket_name, bucket_id }: BsdbBucketEvent) {
  return { operator, bucket_name, bucket_id };
}

function migrationMessage(row: BsdbMigration): storage.EventMigrationBucket {
  return storage.EventMigrationBucket.create({ ...namesOf(row), dst_primary_sp_id: row.dst_primary_sp_id });
}

function swapOuts(db: BsDbReader, spId: number, until: bigint): SwapOutEvents[] {
  const completes = byKey(db.events.completeSwapOutsOf(spId, until));
  const cancels = byKey(db.events.cancelSwapOutsOf(spId, until));
  return latestBy(db.events.swapOutsOf(spId, until), swapKey).map((row) => {
    const complete = completes.get(swapKey(row));
    const cancel = complete ? undefined : notBefore(cancels.get(swapKey(row)), row);
    return {
      event: swapMessage(row),
      cancel_event: cancel && swapMessage(cancel),
      complete_event: mapped(notBefore(complete, row), completeMessage),
    };
  });
}

type Swapped = Pick<BsdbSwapOut, 'global_virtual_group_family_id' | 'global_virtual_group_ids'>;

/** Of one provider: a family, or a list of groups. */
function swapKey({ global_virtual_group_family_id: family, global_virtual_group_ids: ids }: Swapped): string {
  return family === 0 ? ids.join('+') : `family ${family}`;
}

const byKey = <T extends Swapped>(rows: readonly T[]) => new Map(rows.map((row) => [swapKey(row), row]));

function swapMessage(row: BsdbSwapOut): virtualgroup.EventSwapOut {
  const { storage_provider_id, global_virtual_group_family_id, global_virtual_group_ids, successor_sp_id } = row;
  return { storage_provider_id, global_virtual_group_family_id, global_virtual_group_ids, successor_sp_id };
}

function completeMessage(row: BsdbCompleteSwapOut): virtualgroup.EventCompleteSwapOut {
  const { storage_provider_id, src_storage_provider_id, global_virtual_group_family_id, global_virtual_group_ids } =
    row;
  return { storage_provider_id, src_storage_provider_id, global_virtual_group_family_id, global_virtual_group_ids };
}
