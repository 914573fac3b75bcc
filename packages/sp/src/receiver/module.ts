import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  type AppPart,
  busyErrors,
  type Logger,
  type Modules,
  type PieceStore,
  queueErrors,
  type ReceivePieceTask,
  type Receiver,
  type ResourceScope,
  receiveKey,
  type SpDb,
} from '@prairie/gfsp';
import { type Hasher, integrityHash } from '@prairie/redundancy';
import { reserve } from '../common/busy.ts';
import { incomingIntegrity, promoteIntegrity, setIncomingIntegrity } from '../common/integrity.ts';
import { type StoredObject, secondaryPieceKey, segmentsOf } from '../common/pieces.ts';
import { receiverErrors } from './errors.ts';

export interface ReceiverOptions {
  /** Pieces and done calls in work at a time. Default 10240. */
  maxReceiving?: number;
}

export interface ReceiverDependencies {
  client: Modules;
  spdb: SpDb;
  pieceStore: PieceStore;
  hasher: Hasher;
  /** Memory of pieces in work is taken from it; unlimited without. */
  resources?: ResourceScope;
  logger: Logger;
}

/** The secondary's side of replication (`reference/pieces-and-redundancy.md` §9.4). */
export class ReceiverModule implements Receiver, AppPart {
  readonly name = 'receiver';
  readonly needs = ['signer', 'manager'] as const;
  readonly #dependencies: ReceiverDependencies;
  readonly #maxReceiving: number;
  readonly #running = new Map<string, Promise<unknown>>();
  #stopping = false;

  constructor(options: ReceiverOptions, dependencies: ReceiverDependencies) {
    this.#dependencies = dependencies;
    this.#maxReceiving = options.maxReceiving ?? 10_240;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled(this.#running.values());
  }

  async replicatePiece(task: ReceivePieceTask, piece: Uint8Array): Promise<void> {
    const { object_info } = stored(task);
    const key = receiveKey(task);
    if (this.#running.has(key)) throw receiverErrors.repeated();
    const span = reserve(this.#dependencies.resources, { memory: BigInt(piece.length) }, busyErrors.receiver);
    try {
      await this.#exclusive(key, () => this.#storePiece(task, object_info, piece));
    } finally {
      span.done();
    }
  }

  async doneReplicatePiece(task: ReceivePieceTask): Promise<{ integrity_hash: Uint8Array; signature: Uint8Array }> {
    const object = stored(task);
    // The key of segment 0: a done call does not run beside the piece it may be about.
    const key = receiveKey({ ...task, segment_idx: 0 });
    if (this.#running.has(key)) throw queueErrors.repeated();
    return this.#exclusive(key, () => this.#finish(task, object));
  }

  async #exclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.#stopping) throw receiverErrors.requestLost('the receiver is stopping: try again later');
    if (this.#running.size >= this.#maxReceiving) throw queueErrors.exceeded();
    const running = work();
    this.#running.set(key, running);
    try {
      return await running;
    } finally {
      this.#running.delete(key);
    }
  }

  /** The piece first, then its row: a row is a promise that the piece is there. */
  async #storePiece(task: ReceivePieceTask, object: storage.ObjectInfo, piece: Uint8Array): Promise<void> {
    const { hasher, pieceStore, spdb } = this.#dependencies;
    const checksum = await hasher.sha256(piece);
    if (!checksum.equals(task.piece_checksum)) throw receiverErrors.checksumMismatch();
    const key = secondaryPieceKey(object, task.segment_idx, task.redundancy_idx);
    try {
      await pieceStore.put(key, piece);
    } catch (error) {
      throw receiverErrors.pieceStore(`failed to put piece ${key}: ${text(error)}`, error);
    }
    await this.#database('record a piece', () =>
      spdb.setPieceHash({
        object_id: object.id,
        segment_index: task.segment_idx,
        redundancy_index: task.redundancy_idx,
        piece_checksum: checksum,
        version: object.version,
      }),
    );
  }

  async #finish(task: ReceivePieceTask, object: StoredObject) {
    const { object_info } = object;
    const received = await this.#receivedChecksums(task, object);
    const list = received ?? (await this.#recordedChecksums(task, object));
    const integrity = integrityHash(list);
    const expected = object_info.checksums[task.redundancy_idx + 1];
    if (!expected || !integrity.equals(expected)) throw receiverErrors.checksumMismatch();
    const { client, spdb } = this.#dependencies;
    const signature = await client.signer.sign('sign_secondary_seal_bls', {
      object_id: object_info.id,
      global_virtual_group_id: task.global_virtual_group_id,
      checksums: object_info.checksums,
    });
    if (received) {
      await this.#database('record the pieces of an object', () =>
        spdb.transaction(async (tables) => {
          // the chain takes an update only of what is sealed, whether that was confirmed here or not
          if (object_info.is_updating) {
            const sealed = { id: object_info.id, version: object_info.version - 1n };
            await promoteIntegrity(tables, sealed, task.redundancy_idx);
          }
          await setIncomingIntegrity(tables, object_info, task.redundancy_idx, {
            integrity_checksum: integrity,
            piece_checksum_list: received,
          });
          await tables.deletePieceHashes(object_info.id, task.redundancy_idx);
        }),
      );
      await this.#confirmLater(task);
    }
    return { integrity_hash: integrity, signature };
  }

  /** Checksums of the pieces that came in, one per segment; undefined when some are missing or of another version. */
  async #receivedChecksums(
    { redundancy_idx }: ReceivePieceTask,
    object: StoredObject,
  ): Promise<Uint8Array[] | undefined> {
    const { id, version } = object.object_info;
    const known = await this.#database('read piece checksums', () =>
      this.#dependencies.spdb.listPieceHashes(id, redundancy_idx),
    );
    const rows = known.filter((row) => row.version === version);
    const whole = rows.length === segmentsOf(object) && rows.every((row, index) => row.segment_index === index);
    return whole ? rows.map((row) => row.piece_checksum) : undefined;
  }

  /** Those of an earlier done call: its answer may have been lost, so it is given again. @throws 80003 */
  async #recordedChecksums({ redundancy_idx }: ReceivePieceTask, { object_info }: StoredObject): Promise<Uint8Array[]> {
    const known = await this.#database('read the integrity of an object', () =>
      incomingIntegrity(this.#dependencies.spdb, object_info, redundancy_idx),
    );
    if (!known) throw receiverErrors.unfinished();
    return known.piece_checksum_list;
  }

  /** The manager has it checked later whether the object was sealed with this provider in it. */
  async #confirmLater(task: ReceivePieceTask): Promise<void> {
    if (task.bucket_migration) return;
    const { client, logger } = this.#dependencies;
    try {
      await client.manager.reportTask({ kind: 'receive', key: receiveKey(task), value: task });
    } catch (error) {
      logger.warn('a received object will not be checked for its seal', { object_id: task.object_info?.id, error });
    }
  }

  async #database<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw receiverErrors.database(`failed to ${what}: ${text(error)}`, error);
    }
  }
}

function stored(task: ReceivePieceTask): StoredObject {
  if (!task?.object_info || !task.storage_params) throw receiverErrors.requestLost();
  return { object_info: task.object_info, storage_params: task.storage_params };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
