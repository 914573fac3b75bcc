/** Calls from one provider to another (`reference/sp-to-sp.md` §4). */
import { toHeaderJson } from '@prairie/chain';
import { type Backoff, GfSpError, ReceivePieceTask, retry } from '@prairie/gfsp';
import { HttpCaller, readBody, TransportError } from './http.ts';

export const REPLICATE_PIECE_PATH = '/greenfield/receiver/v1/replicate-piece';
export const RECEIVE_MSG_HEADER = 'X-Gnfd-Receive-Msg';
export const INTEGRITY_SIGNATURE_HEADER = 'X-Gnfd-Integrity-Hash-Signature';

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
    const call = {
      method: 'PUT' as const,
      endpoint,
      target: REPLICATE_PIECE_PATH,
      headers,
      body,
      idleTimeoutMs: this.#idleTimeoutMs,
      signal,
    };
    const options = { ...this.#retry, retryable: mayPass, ...(signal ? { signal } : {}) };
    return retry(options, async () => {
      const response = await this.#http.send(call);
      await readBody(response, MAX_ANSWER_BYTES);
      return response.headers;
    });
  }
}

/** No answer came, or the peer is in trouble; a refusal is an answer. */
function mayPass(error: unknown): boolean {
  return error instanceof TransportError || (error instanceof GfSpError && error.httpStatus >= 500);
}
