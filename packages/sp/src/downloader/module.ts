import { greenfieldPayment, greenfieldStorage } from '@prairie/chain';
import {
  type AppPart,
  type ByteStream,
  busyErrors,
  type Consensus,
  type Downloader,
  type DownloadObjectTask,
  inSteps,
  type Logger,
  type Outcome,
  type PieceStore,
  type ResourceScope,
  type ResourceSpan,
  type SpDb,
} from '@prairie/gfsp';
import { reserve } from '../common/busy.ts';
import { segmentsOf } from '../common/pieces.ts';
import { Remembered } from '../common/remembered.ts';
import { downloaderErrors } from './errors.ts';
import { ReadQuota } from './quota.ts';
import { readSlice, slicesOf } from './slices.ts';
import { ReadAheadStream } from './stream.ts';

export interface DownloaderOptions {
  /** This provider's operator, who reads without quota. */
  operatorAddress: string;
  monthlyFreeQuota?: bigint;
  /** Downloads at a time. Default 10240. */
  maxDownloads?: number;
  /** Bytes read from a piece at a time; two such slices are in memory per download. Default 1 MiB. */
  sliceBytes?: number;
}

export interface DownloaderDependencies {
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  /** Memory of running downloads is taken from it; unlimited without. */
  resources?: ResourceScope;
  logger: Logger;
}

const { ObjectStatus } = greenfieldStorage;

/** Serves content (`reference/pieces-and-redundancy.md` §6, `reference/gateway-http.md` §6.4). */
export class DownloaderModule implements Downloader, AppPart {
  readonly name = 'downloader';
  readonly #dependencies: DownloaderDependencies;
  readonly #quota: ReadQuota;
  readonly #frozen: Remembered<boolean>;
  readonly #maxDownloads: number;
  readonly #sliceBytes: number;
  readonly #running = new Set<ReadAheadStream>();
  #opening = 0;

  constructor(options: DownloaderOptions, dependencies: DownloaderDependencies) {
    this.#dependencies = dependencies;
    this.#maxDownloads = options.maxDownloads ?? 10_240;
    this.#sliceBytes = options.sliceBytes ?? 1 << 20;
    const { operatorAddress, monthlyFreeQuota = 0n } = options;
    this.#quota = new ReadQuota({ operatorAddress, monthlyFreeQuota }, dependencies);
    this.#frozen = new Remembered({ entries: 1024, maxAgeMs: 2000 }, (account) => this.#isFrozen(account));
  }

  async start(): Promise<void> {}

  /** Ends what still streams; quota of unsent bytes is given back. */
  async stop(): Promise<void> {
    for (const stream of [...this.#running]) stream.abort(downloaderErrors.exceeded('the downloader is stopping'));
  }

  async downloadObject(task: DownloadObjectTask): Promise<ByteStream> {
    const steps = {
      pre: (asked: DownloadObjectTask) => this.preDownloadObject(asked),
      handle: (asked: DownloadObjectTask) => this.handleDownloadObject(asked),
      post: (asked: DownloadObjectTask, outcome: Outcome<ByteStream>) => this.postDownloadObject(asked, outcome),
    };
    return inSteps(steps, task);
  }

  /** Refuses what cannot be served, before anything is charged. @throws downloader 30001, 30002, 30005, 30008 */
  async preDownloadObject(task: DownloadObjectTask): Promise<void> {
    if (!task?.task || !task.object_info || !task.bucket_info || !task.storage_params) {
      throw downloaderErrors.requestLost();
    }
    requireRange(task);
    this.#requireStored(task);
    if (await this.#frozen.get(task.bucket_info.payment_address)) throw downloaderErrors.frozen();
  }

  /** Charges and opens the stream. @throws downloader 30003, 30004, 30006 */
  async handleDownloadObject(task: DownloadObjectTask): Promise<ByteStream> {
    if (this.#running.size + this.#opening >= this.#maxDownloads) throw downloaderErrors.exceeded();
    const { resources } = this.#dependencies;
    const span = reserve(resources, { memory: BigInt(2 * this.#sliceBytes) }, busyErrors.downloader);
    this.#opening += 1;
    try {
      return await this.#open(task, span);
    } catch (error) {
      span.done();
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }

  /** Nothing is left to do: the stream gives back by itself what it does not send. */
  async postDownloadObject(_task: DownloadObjectTask, _outcome: Outcome<ByteStream>): Promise<void> {}

  async #open(request: DownloadObjectTask, span: Pick<ResourceSpan, 'done'>): Promise<ReadAheadStream> {
    const size = request.high - request.low + 1n;
    const giveBack = await this.#quota.take(request);
    const stream = new ReadAheadStream(this.#reads(request), {
      ended: (sent) => {
        this.#running.delete(stream);
        span.done();
        if (sent < size) giveBack?.(size - sent);
      },
    });
    this.#running.add(stream);
    // Whether the pieces are there is known before the answer begins, so the client gets a status, not a broken body.
    await stream.open();
    return stream;
  }

  *#reads({ object_info, storage_params, low, high }: DownloadObjectTask): Generator<() => Promise<Buffer>> {
    const slices = slicesOf({
      objectId: object_info.id,
      version: object_info.version,
      low,
      high,
      payloadSize: object_info.payload_size,
      segmentSize: storage_params.versioned_params.max_segment_size,
      sliceSize: this.#sliceBytes,
    });
    for (const slice of slices) yield () => readSlice(this.#dependencies.pieceStore, slice);
  }

  /** Sealed, or created with its whole content here. An object that is being updated has its sealed content. */
  #requireStored(request: DownloadObjectTask): void {
    const { object_info } = request;
    if (object_info.object_status === ObjectStatus.OBJECT_STATUS_SEALED) return;
    if (object_info.object_status !== ObjectStatus.OBJECT_STATUS_CREATED) throw downloaderErrors.notDownloadable();
    // An upload in parts has a row with a growing list before it is complete.
    const stored = this.#dependencies.spdb.getIntegrity(object_info.id, -1);
    if (!stored?.integrity_checksum.length || stored.piece_checksum_list.length !== segmentsOf(request)) {
      throw downloaderErrors.notDownloadable();
    }
  }

  /** An account whose state is not known is not frozen (`reference/pieces-and-redundancy.md` §6). */
  async #isFrozen(account: string): Promise<boolean> {
    try {
      const record = await this.#dependencies.consensus.streamRecord(account);
      return record?.status === greenfieldPayment.StreamAccountStatus.STREAM_ACCOUNT_STATUS_FROZEN;
    } catch (error) {
      this.#dependencies.logger.warn('the state of a payment account is unknown', { account, error });
      return false;
    }
  }
}

function requireRange({ object_info, low, high }: DownloadObjectTask): void {
  const size = object_info.payload_size;
  if (size > 0n && low >= 0n && low <= high && high < size) return;
  throw downloaderErrors.invalidParams(
    `request params invalid: bytes ${low}-${high} of an object of ${size} bytes; expected 0 <= first <= last < size`,
  );
}
