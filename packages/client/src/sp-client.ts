/** Calls from one provider to another (`reference/sp-to-sp.md` §4). */
import type { IncomingHttpHeaders } from 'node:http';
import { decode, toHeaderJson } from '@prairie/chain';
import {
  type Backoff,
  BucketMigrationInfo,
  BucketQuotaInfo,
  GfSpError,
  ReceivePieceTask,
  RecoverPieceTask,
  retry,
} from '@prairie/gfsp';
import { type HttpCall, HttpCaller, readBody, TransportError } from './http.ts';

export const REPLICATE_PIECE_PATH = '/greenfield/receiver/v1/replicate-piece';
export const RECEIVE_MSG_HEADER = 'X-Gnfd-Receive-Msg';
export const INTEGRITY_SIGNATURE_HEADER = 'X-Gnfd-Integrity-Hash-Signature';

export const RECOVER_PIECE_PATH = '/greenfield/recovery/v1/get-piece';
export const RECOVERY_MSG_HEADER = 'X-Gnfd-Recovery-Msg';

export const MIGRATE_BUCKET_MSG_HEADER = 'X-Gnfd-Migrate-Bucket-Msg';
export const QUOTA_INFO_HEADER = 'X-Gnfd-Quota-Info';

/** What a destination asks the source of a bucket, or tells it; all are answered with the bucket's read quota (§4.7–4.8). */
export const BUCKET_QUOTA_PATHS = {
  quota: '/greenfield/migrate/v1/migrate-query-bucket-quota',
  enough: '/greenfield/migrate/v1/migrate-query-bucket-has-enough-quota',
  pre: '/greenfield/migrate/v1/pre-migrate-bucket',
  post: '/greenfield/migrate/v1/post-migrate-bucket',
} as const;

const BLS_SIGNATURE_BYTES = 96;
const MAX_ANSWER_BYTES = 1024;
const MAX_STATUS_BYTES = 64 * 1024;

export interface SpClientOptions {
  /** Milliseconds without a byte before a call is given up. Default 10 s. */
  idleTimeoutMs?: number;
  /** Tries of one call, and the pauses between them. Default 3, from 500 ms (`pieces-and-redundancy.md` §9.2). */
  retry?: Partial<Backoff> & { attempts?: number };
}

export class SpClient {
  readonly #http = new HttpCaller({ maxSockets: 128 });
  readonly #idleTimeoutMs: number;
  readonly #retry: Backoff & { attempts: number };

  constructor(options: SpClientOptions = {}) {
    this.#idleTimeoutMs = options.idleTimeoutMs ?? 10_000;
    this.#retry = { attempts: 3, baseMs: 500, maxMs: 5000, ...options.retry };
  }

  /** Sends one piece of `task`. @throws GfSpError with the peer's code, TransportError */
  async replicatePiece(
    endpoint: string,
    task: ReceivePieceTask,
    piece: Uint8Array,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#put(endpoint, task, piece, signal);
  }

  /** Tells that all pieces are there; the answer is the secondary's BLS signature of the seal document, 96 bytes. */
  async doneReplicatePiece(endpoint: string, task: ReceivePieceTask, signal?: AbortSignal): Promise<Buffer> {
    const headers = await this.#put(endpoint, task, new Uint8Array(0), signal);
    const text = String(headers[INTEGRITY_SIGNATURE_HEADER.toLowerCase()] ?? '');
    if (!/^[0-9a-fA-F]+$/.test(text) || text.length !== 2 * BLS_SIGNATURE_BYTES) {
      throw new Error(
        `${endpoint}: ${INTEGRITY_SIGNATURE_HEADER} of ${BLS_SIGNATURE_BYTES} bytes expected, got ${JSON.stringify(text.slice(0, 40))}`,
      );
    }
    return Buffer.from(text, 'hex');
  }

  /**
   * The piece that the provider has of the segment in `task`, which has to be signed: a secondary's own, a primary's that
   * of `ec_idx` (`pieces-and-redundancy.md` §10.2). One attempt: there are others to ask.
   * @throws GfSpError with the peer's code, TransportError, also for more than `maxBytes`
   */
  async recoverPiece(
    endpoint: string,
    task: RecoverPieceTask,
    maxBytes: number,
    signal?: AbortSignal,
  ): Promise<Buffer> {
    const message = Buffer.from(toHeaderJson(RecoverPieceTask, task)).toString('hex');
    const headers = { [RECOVERY_MSG_HEADER]: message };
    const idleTimeoutMs = this.#idleTimeoutMs;
    const call = { method: 'GET' as const, endpoint, target: RECOVER_PIECE_PATH, headers, idleTimeoutMs, signal };
    return readBody(await this.#http.send(call), maxBytes);
  }

  /**
   * A bucket's read quota at its source; undefined when the source was told the same before. `info` has to be signed.
   * @throws GfSpError with the peer's code, TransportError
   */
  async askBucketQuota(
    endpoint: string,
    question: keyof typeof BUCKET_QUOTA_PATHS,
    info: BucketMigrationInfo,
    signal?: AbortSignal,
  ): Promise<BucketQuotaInfo | undefined> {
    const message = Buffer.from(toHeaderJson(BucketMigrationInfo, info)).toString('hex');
    const headers = await this.#send(
      {
        method: 'GET',
        endpoint,
        target: BUCKET_QUOTA_PATHS[question],
        headers: { [MIGRATE_BUCKET_MSG_HEADER]: message },
        idleTimeoutMs: this.#idleTimeoutMs,
      },
      signal,
    );
    const hex = headers[QUOTA_INFO_HEADER.toLowerCase()];
    return typeof hex === 'string' && hex !== '' ? decode(BucketQuotaInfo, Buffer.from(hex, 'hex')) : undefined;
  }

  /** Resolves when the provider answers its /status with a 2xx. @throws GfSpError, TransportError */
  async status(endpoint: string, signal?: AbortSignal): Promise<void> {
    const idleTimeoutMs = this.#idleTimeoutMs;
    const call = { method: 'GET' as const, endpoint, target: '/status', headers: {}, idleTimeoutMs, signal };
    await readBody(await this.#http.send(call), MAX_STATUS_BYTES);
  }

  close(): void {
    this.#http.close();
  }

  async #put(endpoint: string, task: ReceivePieceTask, body: Uint8Array, signal: AbortSignal | undefined) {
    const message = Buffer.from(toHeaderJson(ReceivePieceTask, task)).toString('hex');
    const headers = { [RECEIVE_MSG_HEADER]: message };
    const idleTimeoutMs = this.#idleTimeoutMs;
    return this.#send({ method: 'PUT', endpoint, target: REPLICATE_PIECE_PATH, headers, body, idleTimeoutMs }, signal);
  }

  /** The headers of the answer; its body is of no interest. */
  async #send(call: HttpCall, signal: AbortSignal | undefined): Promise<IncomingHttpHeaders> {
    const options = { ...this.#retry, retryable: mayPass, ...(signal ? { signal } : {}) };
    return retry(options, async () => {
      const response = await this.#http.send({ ...call, signal });
      await readBody(response, MAX_ANSWER_BYTES);
      return response.headers;
    });
  }
}

/** No answer came, or the peer is in trouble; a refusal is an answer. */
function mayPass(error: unknown): boolean {
  return error instanceof TransportError || (error instanceof GfSpError && error.httpStatus >= 500);
}
