import {
  type AppPart,
  busyErrors,
  type Consensus,
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
import { promoteIntegrity, setIncomingIntegrity } from '../common/integrity.ts';
import { receiverErrors, text } from './errors.ts';
import { InFlight } from './in-flight.ts';
import { ReceivedPieces, type Share } from './received-pieces.ts';

export interface ReceiverOptions {
  /** Pieces and done calls in work at a time. Default 10240. */
  maxReceiving?: number;
  /** This provider's; without it, it is never taken for a group's primary. */
  operatorAddress?: string;
}

export interface ReceiverDependencies {
  client: Modules;
  consensus: Pick<Consensus, 'gvg' | 'spById'>;
  spdb: SpDb;
  pieceStore: PieceStore;
  hasher: Hasher;
  /** Memory of pieces in work is taken from it; unlimited without. */
  resources?: ResourceScope;
  logger: Logger;
}

/** Checksums of all pieces, and whether an earlier done call has written them down. */
interface Whole {
  list: Uint8Array[];
  isRecorded: boolean;
}

/** A message that names its object. */
type Task = ReceivePieceTask & Share;

/** The secondary's side of replication (`reference/pieces-and-redundancy.md` §9.4). */
export class ReceiverModule implements Receiver, AppPart {
  readonly name = 'receiver';
  readonly needs = ['signer', 'manager'] as const;
  readonly #options: ReceiverOptions;
  readonly #dependencies: ReceiverDependencies;
  readonly #pieces: ReceivedPieces;
  readonly #inFlight: InFlight;

  constructor(options: ReceiverOptions, dependencies: ReceiverDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#pieces = new ReceivedPieces(dependencies);
    this.#inFlight = new InFlight(options.maxReceiving ?? 10_240);
  }

  async start(): Promise<void> {}

  stop(): Promise<void> {
    return this.#inFlight.close();
  }

  async replicatePiece(task: ReceivePieceTask, piece: Uint8Array): Promise<void> {
    const known = named(task);
    const key = receiveKey(known);
    if (this.#inFlight.has(key) || this.#inFlight.has(doneKey(known))) throw receiverErrors.repeated();
    const span = reserve(this.#dependencies.resources, { memory: BigInt(piece.length) }, busyErrors.receiver);
    try {
      await this.#inFlight.run(key, groupKey(known), () => this.#keep(known, piece));
    } finally {
      span.done();
    }
  }

  async doneReplicatePiece(task: ReceivePieceTask): Promise<{ integrity_hash: Uint8Array; signature: Uint8Array }> {
    const known = named(task);
    const group = groupKey(known);
    // neither beside a piece that it may be about, nor beside itself
    if (this.#inFlight.hasAny(group)) throw queueErrors.repeated();
    return this.#inFlight.run(doneKey(known), group, () => this.#finish(known));
  }

  async #keep(task: Task, piece: Uint8Array): Promise<void> {
    const checksum = await this.#dependencies.hasher.sha256(piece);
    if (!checksum.equals(task.piece_checksum)) throw receiverErrors.checksumMismatch();
    await this.#pieces.keep(task, task.segment_idx, { piece, checksum });
  }

  async #finish(task: Task) {
    const { object_info } = task;
    const expected = object_info.checksums[task.redundancy_idx + 1];
    if (!expected) throw receiverErrors.checksumMismatch();
    await this.#pieces.requireStaying(task);
    const { list, isRecorded } = await this.#whole(task, expected);
    const signature = await this.#dependencies.client.signer.sign('sign_secondary_seal_bls', {
      object_id: object_info.id,
      global_virtual_group_id: task.global_virtual_group_id,
      checksums: object_info.checksums,
    });
    if (!isRecorded) await this.#record(task, { list, integrity: expected });
    await this.#confirmLater(task);
    return { integrity_hash: expected, signature };
  }

  /** @throws 80003 when a piece is missing, 80004 when the pieces are others than the object's */
  async #whole(task: Task, expected: Uint8Array): Promise<Whole> {
    const isIt = (list: Uint8Array[] | undefined): list is Uint8Array[] =>
      list !== undefined && integrityHash(list).equals(expected);
    const kept = await this.#pieces.kept(task);
    if (isIt(kept)) return { list: kept, isRecorded: false };
    const recorded = await this.#pieces.recorded(task);
    if (isIt(recorded)) return { list: recorded, isRecorded: true };
    const read = kept ? undefined : await this.#pieces.read(task);
    if (isIt(read)) return { list: read, isRecorded: false };
    throw kept || recorded || read ? receiverErrors.checksumMismatch() : receiverErrors.unfinished();
  }

  /** The one write of an object that has to survive loss of power before the primary hears of it. */
  async #record(task: Task, { list, integrity }: { list: Uint8Array[]; integrity: Uint8Array }): Promise<void> {
    const { object_info, redundancy_idx } = task;
    const keepsRows = task.is_agent_upload_task && (await this.#isPrimaryOf(task.global_virtual_group_id));
    try {
      await this.#dependencies.spdb.transaction(async (tables) => {
        // the chain takes an update only of what is sealed, whether that was confirmed here or not
        if (object_info.is_updating) {
          const sealed = { id: object_info.id, version: object_info.version - 1n };
          await promoteIntegrity(tables, sealed, redundancy_idx);
        }
        await setIncomingIntegrity(tables, object_info, redundancy_idx, {
          integrity_checksum: integrity,
          piece_checksum_list: list,
        });
        if (!keepsRows) await tables.deletePieceHashes(object_info.id, redundancy_idx);
      });
    } catch (error) {
      throw receiverErrors.database(`failed to record the pieces of an object: ${text(error)}`, error);
    }
  }

  /** Then the rows are the primary's too: it computes a delegated object's checksums from them. */
  async #isPrimaryOf(gvgId: number): Promise<boolean> {
    const { consensus } = this.#dependencies;
    const group = await consensus.gvg(gvgId);
    const primary = group && (await consensus.spById(group.primary_sp_id));
    return primary !== undefined && primary.operator_address === this.#options.operatorAddress;
  }

  /** The manager has it checked later whether the object was sealed with this provider in it. */
  async #confirmLater(task: Task): Promise<void> {
    if (task.bucket_migration) return;
    const { client, logger } = this.#dependencies;
    try {
      await client.manager.reportTask({ kind: 'receive', key: receiveKey(task), value: task });
    } catch (error) {
      logger.warn('a received object will not be checked for its seal', { object_id: task.object_info.id, error });
    }
  }
}

function named(task: ReceivePieceTask): Task {
  const { object_info, storage_params } = task ?? {};
  if (!object_info || !storage_params) throw receiverErrors.requestLost();
  return { ...task, object_info, storage_params };
}

/** All pieces of an object here, and the call that ends them. */
const groupKey = (task: Task): string => receiveKey({ ...task, segment_idx: 0 });
const doneKey = (task: Task): string => `${groupKey(task)} done`;
