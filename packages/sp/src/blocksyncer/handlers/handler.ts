/** What one event of the chain does to the tables (`reference/block-syncer-and-db.md` §5). */
import type { AnyMessage, MessageType } from '@prairie/chain';
import type { BsDbTables } from '@prairie/store';
import type { FolderChanges } from '../folder-changes.ts';
import type { ObjectChanges } from '../object-changes.ts';

/** Where an event happened, and the tables it changes. */
export interface At {
  /** Of the transaction that the block is written in. */
  db: BsDbTables;
  /** Through it objects are changed, so that sums and counts follow. */
  objects: ObjectChanges;
  folders: FolderChanges;
  height: bigint;
  /** Of the block, unix seconds. */
  time: bigint;
  /** undefined for events of the begin and the end of a block. */
  txHash: Uint8Array | undefined;
}

export interface Handler {
  /** Full name of the event's message. */
  readonly type: string;
  readonly apply: (event: AnyMessage, at: At) => Promise<void>;
}

export function on<T>(type: MessageType<T>, apply: (event: T, at: At) => Promise<void>): Handler {
  return { type: type.name, apply: (event, at) => apply(event as T, at) };
}

const NO_TX = new Uint8Array(32);

export function created(at: At) {
  return { create_at: at.height, create_tx_hash: at.txHash ?? NO_TX, create_time: at.time };
}

/** Without a transaction the hash of the latest one stays. */
export function updated(at: At) {
  return { update_at: at.height, ...(at.txHash && { update_tx_hash: at.txHash }), update_time: at.time };
}

/** As `updated`, and without a transaction no hash stays: the reference writes these columns whatever they are. */
export function updatedAll(at: At) {
  return { ...updated(at), update_tx_hash: at.txHash ?? NO_TX };
}

/** 0 when there is none. */
export function seconds(timestamp: { seconds: bigint } | undefined): bigint {
  return timestamp?.seconds ?? 0n;
}
