import {
  type AppPart,
  type ByteStream,
  busyErrors,
  type Delivery,
  GfSpError,
  inSteps,
  type Limit,
  type Logger,
  type Modules,
  type Outcome,
  type PieceStore,
  type ResourceScope,
  type ResumableUploadObjectTask,
  type SpDb,
  type Uploader,
  type UploadObjectTask,
  uploadKey,
} from '@prairie/gfsp';
import type { PieceMaker } from '@prairie/redundancy';
import { Attendance } from '../common/attendance.ts';
import { reserve } from '../common/busy.ts';
import { PieceMemory } from '../common/piece-memory.ts';
import { awaitsContent } from '../common/pieces.ts';
import { PATIENCE_MS } from '../replication/outgoing.ts';
import type { Secondaries } from '../replication/secondaries.ts';
import { uploaderErrors } from './errors.ts';
import { requireLength } from './lengths.ts';
import { UploadMemory } from './memory.ts';
import { compareAgain, type Part, storePart } from './part.ts';
import { PartDeliveries, type Sending } from './part-deliveries.ts';
import { type AnyUploadTask, UploadRecords } from './records.ts';
import { type RejectionTools, rejectUnsealed } from './reject.ts';
import { Reports } from './reports.ts';
import { storeWhole, type UploadTools, type Whole } from './whole.ts';

export interface UploaderOptions {
  /** Memory of all uploads together, in bytes. Default 256 MiB. */
  memoryBytes?: number;
  /** Memory of one upload, in bytes. Default 80 MiB: three segments with their shards. */
  memoryBytesOfOne?: number;
  /** Uploads at a time. Default 10240. */
  maxUploads?: number;
  /** So long a client waits for the slowest secondary at a time. Default 3 s. */
  patienceMs?: number;
  /** A sender that is silent for so long is given up. Default 2 min. */
  idleTimeoutMs?: number;
}

export interface UploaderDependencies {
  client: Modules;
  spdb: SpDb;
  pieceStore: PieceStore;
  pieceMaker: PieceMaker;
  /** What the chain awaits; asked before an object is rejected. */
  consensus: RejectionTools['consensus'];
  /** Calls to the providers that get the pieces. */
  secondaries: Pick<Secondaries, 'replicatePiece'>;
  /** Memory of running uploads is taken from it; unlimited without. */
  resources?: ResourceScope;
  logger: Logger;
}

/** A payload that comes in one request. */
export interface Upload extends Whole {
  /** What the sender announced, if it did. */
  readonly contentLength: bigint | undefined;
}

/**
 * Takes payloads, whole or in parts (`reference/gateway-http.md` §6.1, §6.2). What is refused leaves nothing behind: no
 * pieces, no integrity row, and, other than in the reference, which keeps a row in state 3, no progress row either.
 */
export class UploaderModule implements Uploader, AppPart {
  readonly name = 'uploader';
  readonly needs = ['manager'] as const;
  readonly uses = ['signer'] as const;
  readonly #dependencies: UploaderDependencies;
  readonly #tools: UploadTools;
  readonly #maxUploads: number;
  readonly #running = new Map<string, Promise<unknown>>();
  /** Uploads that were answered, with something left to do: as many as there is room for. */
  readonly #answered = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #attendance: Attendance;
  readonly #reports: Reports;
  readonly #parts: PartDeliveries;

  constructor(options: UploaderOptions, dependencies: UploaderDependencies) {
    const { signal } = this.#stopping;
    this.#dependencies = dependencies;
    this.#maxUploads = options.maxUploads ?? 10_240;
    this.#attendance = new Attendance('uploader', dependencies);
    this.#reports = new Reports({ ...dependencies, signal });
    this.#tools = {
      ...dependencies,
      signal,
      records: new UploadRecords(dependencies.spdb),
      memory: new UploadMemory(new PieceMemory(options.memoryBytes)),
      memoryOfOne: options.memoryBytesOfOne ?? 80 << 20,
      idleTimeoutMs: options.idleTimeoutMs ?? 120_000,
      patienceMs: options.patienceMs ?? PATIENCE_MS,
    };
    this.#parts = new PartDeliveries(this.#tools);
  }

  async start(): Promise<void> {
    this.#attendance.start();
  }

  /** Refuses new uploads and ends those that run: their senders get 110005 and try again. */
  async stop(): Promise<void> {
    this.#stopping.abort(uploaderErrors.streamBroken('the uploader is stopping: upload again'));
    await Promise.allSettled(this.#running.values());
    await Promise.all([...this.#answered, this.#parts.end()]);
    await this.#reports.settled();
    await this.#attendance.stop();
  }

  async uploadObject(
    task: UploadObjectTask,
    payload: ByteStream,
    contentLength?: bigint,
    gone?: AbortSignal,
  ): Promise<void> {
    const steps = {
      pre: (upload: Upload) => this.preUploadObject(upload),
      handle: (upload: Upload) => this.handleUploadObject(upload),
      post: (upload: Upload, outcome: Outcome<void>) => this.postUploadObject(upload, outcome),
    };
    return inSteps(steps, { task, payload, contentLength, gone });
  }

  async resumableUploadObject(
    task: ResumableUploadObjectTask,
    payload: ByteStream,
    contentLength?: bigint,
    gone?: AbortSignal,
  ): Promise<void> {
    const steps = {
      pre: (part: Part) => this.preResumableUploadObject(part),
      handle: (part: Part) => this.handleResumableUploadObject(part),
      post: (part: Part, outcome: Outcome<void>) => this.postResumableUploadObject(part, outcome),
    };
    return inSteps(steps, { task, payload, contentLength, gone });
  }

  /** Refuses what is known to fail before a byte is read. @throws uploader 110001, 110002, 110004, 110008 */
  async preUploadObject({ task, contentLength }: Upload): Promise<void> {
    requireTask(task);
    requireLength(task, contentLength);
  }

  /** Takes the payload. @throws uploader, manager; 991102 when there is no memory for it */
  async handleUploadObject(upload: Upload): Promise<void> {
    await this.#exclusively(upload.task, async (own) => {
      if (await this.#tools.records.isUploaded(own.object_info)) throw uploaderErrors.alreadyUploaded();
      return this.#reported(own, async (delivery) => {
        // what came of it in parts counts no more
        await this.#parts.drop(own.object_info);
        const outgoing = await storeWhole({ ...upload, task: own }, this.#tools, delivery);
        return outgoing && delivery && { outgoing, delivery };
      });
    });
  }

  /** Nothing is left to do: the manager is told by itself. */
  async postUploadObject(_upload: Upload, _outcome: Outcome<void>): Promise<void> {}

  /** @throws uploader 110001, 110002 */
  async preResumableUploadObject({ task }: Part): Promise<void> {
    requireTask(task);
  }

  /** Takes a part. @throws uploader, manager; gateway 50028; 991102 when there is no memory for it */
  async handleResumableUploadObject(part: Part): Promise<void> {
    await this.#exclusively(part.task, async (task) => {
      const own = { ...part, task };
      const isUploaded = await this.#tools.records.isUploaded(task.object_info);
      if (!isUploaded) return this.#reported(task, (delivery) => this.#storePart(own, delivery));
      await compareAgain(own, this.#tools);
      return undefined;
    });
  }

  /** As for a whole payload. */
  async postResumableUploadObject(_part: Part, _outcome: Outcome<void>): Promise<void> {}

  /**
   * One upload of an object at a time, as many as there is room for; `work` gets the task in this uploader's name. It
   * resolves when the payload is answered, with what goes on after that: the room is taken until it has ended, and of a
   * refused one also the object.
   */
  async #exclusively<T extends AnyUploadTask>(task: T, work: (own: T) => Promise<GoesOn | undefined>): Promise<void> {
    const key = uploadKey(task.object_info);
    if (this.#running.has(key)) throw uploaderErrors.repeated();
    if (this.#stopping.signal.aborted || this.#running.size + this.#answered.size >= this.#maxUploads) {
      throw uploaderErrors.requestLost('the uploader takes no more uploads now, try again later');
    }
    const span = reserve(this.#dependencies.resources, uploadMemory(task), busyErrors.uploader);
    const upload = work({ ...task, task: { ...task.task, address: this.#attendance.member } });
    this.#running.set(key, upload);
    let goesOn: GoesOn | undefined;
    try {
      goesOn = await upload;
    } finally {
      if (!goesOn?.refusal) this.#running.delete(key);
      if (!goesOn) span.done();
    }
    if (!goesOn) return;
    const { refusal } = goesOn;
    const ended = goesOn.ended.finally(() => {
      if (refusal) this.#running.delete(key);
      span.done();
      this.#answered.delete(ended);
    });
    this.#answered.add(ended);
    if (refusal) throw refusal;
  }

  /** With what is on its way, once the object is whole. */
  async #storePart(part: Part, offered: Delivery | undefined): Promise<Sending | undefined> {
    await storePart(part, this.#tools, await this.#parts.of(part.task, offered));
    return part.task.completed ? this.#parts.take(part.task.object_info) : undefined;
  }

  /** The manager admits the upload, and is told how it ended: of one whose pieces go out, once nothing more can be said. */
  async #reported(
    task: AnyUploadTask,
    work: (delivery: Delivery | undefined) => Promise<Sending | undefined>,
  ): Promise<GoesOn | undefined> {
    const delivery = await this.#reports.begin(task);
    let sending: Sending | undefined;
    try {
      sending = await work(delivery);
    } catch (error) {
      if (isToReject(task, error)) return { refusal: error, ended: this.#rejected(task, error) };
      await this.#reports.done(task, error);
      throw error;
    }
    if (sending) return { ended: this.#delivered(task, sending) };
    await this.#reports.done(task);
    return undefined;
  }

  /** Does not throw. */
  async #delivered(task: AnyUploadTask, { outgoing, delivery }: Sending): Promise<void> {
    // stopped meanwhile: the executor goes on from what was acknowledged
    await outgoing.settledSoon().catch(() => {});
    await outgoing.end();
    await this.#reports.done({ ...task, delivery: { ...delivery, delivered_segments: outgoing.delivered } });
  }

  /** Only then is the manager told, and the object free: what came meanwhile would go with it. Does not throw. */
  async #rejected(task: AnyUploadTask, refusal: GfSpError): Promise<void> {
    await rejectUnsealed(task, { ...this.#tools, consensus: this.#dependencies.consensus });
    await this.#reports.done(task, refusal);
  }
}

/** Of an upload that was answered. */
interface GoesOn {
  /** Never rejects. */
  ended: Promise<void>;
  /** The answer, if it is no acknowledgement. */
  refusal?: GfSpError;
}

/** The provider itself created the object, so it also takes it back (`reference/pieces-and-redundancy.md` §7.1). */
function isToReject({ is_agent_upload }: AnyUploadTask, error: unknown): error is GfSpError {
  return is_agent_upload && error instanceof GfSpError && error.is(uploaderErrors.sizeMismatch);
}

/** @throws 110001, 110002 */
function requireTask(task: AnyUploadTask | undefined): void {
  if (!task?.task || !task.object_info || !task.storage_params) throw uploaderErrors.requestLost();
  if (!awaitsContent(task.object_info)) throw uploaderErrors.notCreated();
}

/** What an upload holds at most: the segment that is stored and the one that comes in (§1.8). */
function uploadMemory({ object_info, storage_params }: AnyUploadTask): Partial<Limit> {
  const segment = Number(storage_params.versioned_params.max_segment_size);
  return { memory: BigInt(2 * Math.min(segment, Number(object_info.payload_size))) };
}
