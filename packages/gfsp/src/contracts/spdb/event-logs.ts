/** Where events of uploads are kept, by the names of the tables (§11.1). */
export const UPLOAD_LOGS = [
  'put_object_event_log',
  'put_object_success_event_log',
  'upload_failed_event_log',
  'upload_timeout_event_log',
  'replicate_failed_event_log',
  'replicate_timeout_event_log',
  'seal_failed_event_log',
  'seal_timeout_event_log',
] as const;
export type UploadLog = (typeof UPLOAD_LOGS)[number];

/** That a step of an upload has ended, for operators to read. */
export interface UploadEvent {
  readonly log: UploadLog;
  /** `2026-11-21 03:07:11.421 +0000 UTC`. */
  readonly update_time: string;
  readonly object_id: bigint;
  readonly bucket: string;
  readonly object: string;
  /** Which step; empty in the logs of failed and slow ones, which have no such column. */
  readonly state: string;
  /** JSON of the error; empty without. */
  readonly error: string;
  /** The task's own trail, a line for each thing that was done. */
  readonly logs: string;
}

/** What happened to uploads. */
export interface EventLogTables {
  /** Names that the columns have no room for are cut. Each table keeps its newest rows, some ten thousand. */
  addUploadEvents(events: readonly UploadEvent[]): Promise<void>;
}
