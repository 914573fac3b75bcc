import { greenfieldPayment, greenfieldStorage } from '@prairie/chain';
import {
  type AppPart,
  type ByteStream,
  busyErrors,
  type ChallengeInfo,
  type ChallengePieceTask,
  type Consensus,
  type Downloader,
  type DownloadObjectTask,
  type DownloadPieceTask,
  inSteps,
  type Logger,
  type Outcome,
  type PieceStore,
  type ResourceScope,
  type ResourceSpan,
  type SpDb,
} from '@prairie/gfsp';
import { reserve } from '../common/busy.ts';
import { PRIMARY } from '../common/integrity.ts';
import { PIECE_MEMORY_BYTES } from '../common/piece-memory.ts';
import { segmentsOf } from '../common/pieces.ts';
import { Remembered } from '../common/remembered.ts';
import { checkedObject } from './checked-object.ts';
import { CheckedPieces, type Repairer } from './checked-pieces.ts';
import { downloaderErrors } from './errors.ts';
import { ObjectReads } from './object-reads.ts';
import { Pieces, requireChallenge, requirePiece } from './pieces.ts';
import { ReadQuota } from './quota.ts';
import { ReadAheadStream } from './stream.ts';

export interface DownloaderOptions {
  /** This provider's operator, who reads without quota. */
  operatorAddress: string;
  monthlyFreeQuota?: bigint;
  /** Downloads at a time, and beside them reads of single pieces. Default 10240 of each. */
  maxDownloads?: number;
  /** Challenges at a time. Default 10240. */
  maxChallenges?: number;
  /** Bytes that go out at a time; two such slices are in memory per download. Default 256 KiB. */
  sliceBytes?: number;
  /** Pieces are hashed before their first byte goes out (`Prairie.VerifyReads`). Default true. */
  verifyReads?: boolean;
  /** Memory for segments that were hashed and go out (`Prairie.ReadMemoryMiB`). Default 256 MiB. */
  readMemoryBytes?: number;
}

export interface DownloaderDependencies {
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  /** Makes lost and damaged pieces anew while they are read; without it such a read fails. */
  repair?: Repairer;
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
  readonly #pieces: Pieces;
  readonly #checked: CheckedPieces;
  readonly #frozen: Remembered<boolean>;
  readonly #maxDownloads: number;
  readonly #sliceBytes: number;
  readonly #running = new Set<ReadAheadStream>();
  #opening = 0;

  constructor(options: DownloaderOptions, dependencies: DownloaderDependencies) {
    this.#dependencies = dependencies;
    this.#maxDownloads = options.maxDownloads ?? 10_240;
    this.#sliceBytes = options.sliceBytes ?? 256 << 10;
    const { operatorAddress, monthlyFreeQuota = 0n, maxChallenges = 10_240 } = options;
    const { verifyReads: verify = true, readMemoryBytes: memoryBytes = PIECE_MEMORY_BYTES } = options;
    this.#checked = new CheckedPieces({ verify, memoryBytes }, dependencies);
    const quota = new ReadQuota({ operatorAddress, monthlyFreeQuota }, dependencies);
    this.#quota = quota;
    this.#pieces = new Pieces(
      { maxPieces: this.#maxDownloads, maxChallenges },
      { ...dependencies, quota, checked: this.#checked },
    );
    this.#frozen = new Remembered({ entries: 1024, maxAgeMs: 2000 }, (account) => this.#isFrozen(account));
  }

  async start(): Promise<void> {}

  /** Ends what still streams; quota of unsent bytes is given back. */
  async stop(): Promise<void> {
    const stopping = downloaderErrors.exceeded('the downloader is stopping');
    await Promise.all([...this.#running].map((stream) => stream.abort(stopping)));
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
    await this.#requireStored(task);
    if (await this.#frozen.get(task.bucket_info.payment_address)) throw downloaderErrors.frozen();
  }

  /** Charges and opens the stream. @throws downloader 30003, 30004, 30006 */
  async handleDownloadObject(task: DownloadObjectTask): Promise<ByteStream> {
    if (task.high < task.low) return noBytes();
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

  downloadPiece(task: DownloadPieceTask): Promise<Uint8Array> {
    const steps = {
      pre: (asked: DownloadPieceTask) => this.preDownloadPiece(asked),
      handle: (asked: DownloadPieceTask) => this.handleDownloadPiece(asked),
      post: (asked: DownloadPieceTask, outcome: Outcome<Uint8Array>) => this.postDownloadPiece(asked, outcome),
    };
    return inSteps(steps, task);
  }

  /** @throws downloader 30001, 30005, 30007; when quota is charged 30008, 30009 too */
  async preDownloadPiece(task: DownloadPieceTask): Promise<void> {
    requirePiece(task);
    if (!task.enable_check) return;
    await this.#requireStored(task);
    if (await this.#frozen.get(task.bucket_info.payment_address)) throw downloaderErrors.frozen();
  }

  /** @throws downloader 30003, 30004; receiver 85101, 85102; 990302 */
  handleDownloadPiece(task: DownloadPieceTask): Promise<Uint8Array> {
    return this.#pieces.download(task);
  }

  async postDownloadPiece(_task: DownloadPieceTask, _outcome: Outcome<Uint8Array>): Promise<void> {}

  getChallengeInfo(task: ChallengePieceTask): Promise<ChallengeInfo> {
    const steps = {
      pre: (asked: ChallengePieceTask) => this.preChallengePiece(asked),
      handle: (asked: ChallengePieceTask) => this.handleChallengePiece(asked),
      post: (asked: ChallengePieceTask, outcome: Outcome<ChallengeInfo>) => this.postChallengePiece(asked, outcome),
    };
    return inSteps(steps, task);
  }

  /** @throws downloader 30001, 30002 */
  async preChallengePiece(task: ChallengePieceTask): Promise<void> {
    requireChallenge(task);
  }

  /** @throws downloader 30003, 30006; receiver 85101, 85102, 85201; 990302 */
  handleChallengePiece(task: ChallengePieceTask): Promise<ChallengeInfo> {
    return this.#pieces.challenge(task);
  }

  async postChallengePiece(_task: ChallengePieceTask, _outcome: Outcome<ChallengeInfo>): Promise<void> {}

  reimburseQuota(bucketId: bigint, size: bigint, month: string): Promise<void> {
    return this.#quota.giveBack(bucketId, size, month);
  }

  /** The month is this one, whatever is asked (`reference/internal-grpc.md` §3). */
  deductQuotaForBucketMigrate(bucketId: bigint, size: bigint, _month: string): Promise<void> {
    return this.#quota.takeForMigration(bucketId, size);
  }

  async #open(request: DownloadObjectTask, span: Pick<ResourceSpan, 'done'>): Promise<ReadAheadStream> {
    const size = request.high - request.low + 1n;
    const giveBack = await this.#quota.take(request, size);
    const stored = await checkedObject(this.#dependencies.spdb, request, PRIMARY).catch(async (error: unknown) => {
      await giveBack?.(size);
      throw error;
    });
    const reads = new ObjectReads({ ...request, sliceBytes: this.#sliceBytes }, { stored, checked: this.#checked });
    const stream = new ReadAheadStream(reads.slices(), {
      ended: async (sent) => {
        span.done();
        reads.close();
        if (sent < size) await giveBack?.(size - sent);
        this.#running.delete(stream);
      },
    });
    this.#running.add(stream);
    // Whether the pieces are there is known before the answer begins, so the client gets a status, not a broken body.
    await stream.open();
    return stream;
  }

  /** Sealed, or created with its whole content here. An object that is being updated has its sealed content. */
  async #requireStored(request: Pick<DownloadObjectTask, 'object_info' | 'storage_params'>): Promise<void> {
    const { object_info } = request;
    if (object_info.object_status === ObjectStatus.OBJECT_STATUS_SEALED) return;
    if (object_info.object_status !== ObjectStatus.OBJECT_STATUS_CREATED) throw downloaderErrors.notDownloadable();
    // An upload in parts has a row with a growing list before it is complete.
    const stored = await this.#dependencies.spdb.getIntegrity(object_info.id, -1);
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

/** `high` one below `low` is no byte at all: who asks for that wants to know whether more could be read. */
function requireRange({ object_info, low, high }: DownloadObjectTask): void {
  const size = object_info.payload_size;
  if (low >= 0n && low <= high + 1n && high < size) return;
  throw downloaderErrors.invalidParams(
    `request params invalid: bytes ${low}-${high} of an object of ${size} bytes; expected 0 <= first <= last < size`,
  );
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
