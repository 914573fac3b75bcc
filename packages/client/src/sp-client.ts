/** Calls from one provider to another (`reference/sp-to-sp.md` §4). */
import { setTimeout as sleep } from 'node:timers/promises';
import { toHeaderJson } from '@prairie/chain';
import { GfSpError, ReceivePieceTask } from '@prairie/gfsp';
import { HttpCaller, readBody } from './http.ts';

export const REPLICATE_PIECE_PATH = '/greenfield/receiver/v1/replicate-piece';
export const RECEIVE_MSG_HEADER = 'X-Gnfd-Receive-Msg';
export const INTEGRITY_SIGNATURE_HEADER = 'X-Gnfd-Integrity-Hash-Signature';

/** Tries of one call, and the pause before the second; it doubles, with jitter (`pieces-and-redundancy.md` §9.2). */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 500;
const IDLE_TIMEOUT_MS = 10_000;
const BLS_SIGNATURE_BYTES = 96;

export class SpClient {
  readonly #http = new HttpCaller({ maxSockets: 128 });

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

  close(): void {
    this.#http.close();
  }

  #put(endpoint: string, task: ReceivePieceTask, body: Uint8Array, signal: AbortSignal | undefined) {
    const message = Buffer.from(toHeaderJson(ReceivePieceTask, task)).toString('hex');
    const headers = { [RECEIVE_MSG_HEADER]: message };
    const call = {
      method: 'PUT' as const,
      endpoint: endpoint.replace(/\/$/, ''),
      target: REPLICATE_PIECE_PATH,
      headers,
      body,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      signal,
    };
    return withRetries(signal, async () => {
      const response = await this.#http.send(call);
      await readBody(response, 1024);
      return response.headers;
    });
  }
}

/** Once more when no answer came or the peer is in trouble; a refusal is an answer. */
async function withRetries<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const refused = error instanceof GfSpError && error.httpStatus < 500;
      if (refused || attempt === ATTEMPTS || signal?.aborted) throw error;
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()), undefined, signal ? { signal } : {});
    }
  }
}
