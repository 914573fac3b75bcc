/** What schedulers follow (`reference/metadata-api.md` §10). */
import { greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import type {
  BsDbReader,
  BsdbBucketEvent,
  BsdbCompleteSpExit,
  BsdbCompleteSwapOut,
  BsdbMigration,
  BsdbSpExit,
  BsdbSwapOut,
  EventQueries,
  MigrateBucketEvents,
  SwapOutEvents,
} from '@prairie/gfsp';
import { mapped } from './buckets.ts';
import { metadataErrors } from './errors.ts';
import type { Tables } from './tables.ts';

export function eventQueries(tables: Tables): EventQueries {
  const upTo = <T>(height: bigint, work: (db: BsDbReader) => Promise<T>): Promise<T> =>
    tables.fresh((db) => {
      if (height > tables.height) throw metadataErrors.heightAhead();
      return work(db);
    });
  return {
    listMigrateBucketEvents: (spId, height) => upTo(height, (db) => migrations(db, spId, height)),
    listCompleteMigrationEvents: (srcSpId, height) =>
      upTo(height, async (db) => {
        const rows = await db.events.completeMigrationsFrom(srcSpId, height);
        return rows.map((row) =>
          storage.EventCompleteMigrationBucket.create({
            ...namesOf(row),
            global_virtual_group_family_id: row.global_virtual_group_family_id,
          }),
        );
      }),
    listSwapOutEvents: (spId, height) => upTo(height, (db) => swapOuts(db, spId, height)),
    getSpExitEvents: (spId, height) =>
      upTo(height, async (db) => {
        const [exit, complete] = await Promise.all([
          db.events.latestSpExit(spId, height),
          db.events.latestCompleteSpExit(spId, height),
        ]);
        return { event: mapped(exit, exitMessage), complete_event: mapped(complete, completeExitMessage) };
      }),
    countMigratingBuckets: (spId) =>
      tables.fresh(async (db) => {
        const moves = await migrations(db, spId);
        return moves.filter((one) => !one.cancel_event && !one.reject_event).length;
      }),
  };
}

/** The latest of each key. */
function latestBy<T>(rows: readonly T[], key: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}

/** Moves to the provider without those that were completed. */
async function migrations(db: BsDbReader, spId: number, until?: bigint): Promise<MigrateBucketEvents[]> {
  const rows = latestBy(await db.events.openMigrationsTo(spId, until), (row) => String(row.bucket_id));
  const ids = rows.map((row) => row.bucket_id);
  const [cancels, rejects] = await Promise.all([
    db.events.latestCancelMigrations(ids, until),
    db.events.latestRejectMigrations(ids, until),
  ]);
  const [cancelOf, rejectOf] = [byBucket(cancels), byBucket(rejects)];
  return rows.map((row) => {
    const cancel = notBefore(cancelOf.get(row.bucket_id), row);
    const reject = notBefore(rejectOf.get(row.bucket_id), row);
    return {
      event: migrationMessage(row),
      cancel_event: cancel && storage.EventCancelMigrationBucket.create(namesOf(cancel)),
      reject_event: reject && storage.EventRejectMigrateBucket.create(namesOf(reject)),
    };
  });
}

const byBucket = (rows: readonly BsdbBucketEvent[]) => new Map(rows.map((row) => [row.bucket_id, row]));

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

async function swapOuts(db: BsDbReader, spId: number, until: bigint): Promise<SwapOutEvents[]> {
  const [swaps, completes, cancels] = await Promise.all([
    db.events.swapOutsOf([spId], until),
    db.events.completeSwapOutsOf(spId, until),
    db.events.cancelSwapOutsOf(spId, until),
  ]);
  const [completeOf, cancelOf] = [byKey(completes), byKey(cancels)];
  return latestBy(swaps, swapKey).map((row) => {
    const complete = completeOf.get(swapKey(row));
    const cancel = complete ? undefined : notBefore(cancelOf.get(swapKey(row)), row);
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

function exitMessage({ storage_provider_id, operator_address }: BsdbSpExit): virtualgroup.EventStorageProviderExit {
  return { storage_provider_id, operator_address };
}

function completeExitMessage(row: BsdbCompleteSpExit): virtualgroup.EventCompleteStorageProviderExit {
  const { storage_provider_id, operator_address, total_deposit } = row;
  return virtualgroup.EventCompleteStorageProviderExit.create({ storage_provider_id, operator_address, total_deposit });
}
