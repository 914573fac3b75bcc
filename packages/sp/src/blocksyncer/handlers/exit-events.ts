/** §5.9: logs that are only appended to; a block is applied once, together with its epoch. */
import { type MessageType, greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import type { EventRow, EventTable } from '@prairie/store';
import { type At, created, type Handler, on } from './handler.ts';

/** The table's columns are the event's fields; further fields of the event are dropped by the table. */
function log<E extends Omit<EventRow<T>, keyof ReturnType<typeof created>>, T extends EventTable>(
  type: MessageType<E>,
  table: T,
): Handler {
  return on(type, async (e, at: At) => {
    await at.db.events.append(table, { ...e, ...created(at) } as unknown as EventRow<T>);
  });
}

export const exitEventHandlers: readonly Handler[] = [
  log(storage.EventMigrationBucket, 'event_migration_bucket'),
  log(storage.EventCompleteMigrationBucket, 'event_complete_migration_bucket'),
  log(storage.EventCancelMigrationBucket, 'event_cancel_migration_bucket'),
  log(storage.EventRejectMigrateBucket, 'event_reject_migrate_bucket'),
  log(virtualgroup.EventSwapOut, 'event_swap_out'),
  log(virtualgroup.EventCancelSwapOut, 'event_cancel_swap_out'),
  log(virtualgroup.EventCompleteSwapOut, 'event_swap_out_complete'),
  log(virtualgroup.EventStorageProviderExit, 'event_sp_exit'),
  log(virtualgroup.EventCompleteStorageProviderExit, 'event_sp_exit_complete'),
];
