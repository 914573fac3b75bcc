/** What happened to uploads, for operators to read (`reference/block-syncer-and-db.md` §11.1). */
import type { UploadLog } from '@prairie/gfsp';
import { text, uint64, varchar } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

/** Characters that `bucket` and `object` have room for; the rest of a name is cut. */
export const MAX_NAME = 191;

const columns = {
  update_time: varchar(MAX_NAME),
  object_id: uint64,
  bucket: varchar(MAX_NAME),
  object: varchar(MAX_NAME),
  error: text,
  logs: text,
};

const indexes = [
  { name: 'object_id_index', columns: ['object_id'] },
  { name: 'update_time_index', columns: ['update_time'], engines: ['mysql'] },
  { name: 'bucket_index', columns: ['bucket'], engines: ['mysql'] },
  { name: 'object_index', columns: ['object'], engines: ['mysql'] },
] as const;

const withState = ['put_object_event_log', 'put_object_success_event_log'] as const satisfies UploadLog[];
/** Of steps that went wrong, or took long. */
const withoutState = [
  'upload_failed_event_log',
  'upload_timeout_event_log',
  'replicate_failed_event_log',
  'replicate_timeout_event_log',
  'seal_failed_event_log',
  'seal_timeout_event_log',
] as const satisfies UploadLog[];

export const stateLogTables = withState.map((name) =>
  defineTable({ name, columns: { ...columns, state: text }, indexes }),
);
export const plainLogTables = withoutState.map((name) => defineTable({ name, columns, indexes }));
