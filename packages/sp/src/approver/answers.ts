import { BoundedCache, encode, type Init, type MessageType, sha256 } from '@prairie/chain';
import { approverErrors } from './errors.ts';

/** A message with its approval. */
export interface Approvable {
  primary_sp_approval: { expired_height: bigint } | undefined;
}

export interface AnswersOptions {
  /** Answers kept at most; the least recently given are forgotten. */
  entries: number;
  /** Different messages in work at a time. */
  parallel: number;
}

/**
 * Answers by the message they were given for: who asks again while an approval lives gets the same one, and those who
 * ask at the same time share one. That a flood of requests does not become a flood of signatures is the point (§5).
 */
export class Answers<T extends Approvable> {
  readonly #type: MessageType<T>;
  readonly #parallel: number;
  readonly #given: BoundedCache<string, T>;
  readonly #making = new Map<string, Promise<T>>();

  constructor(type: MessageType<T>, options: AnswersOptions) {
    this.#type = type;
    this.#parallel = options.parallel;
    this.#given = new BoundedCache(options.entries);
  }

  /** @param height asked for only when there is an answer that might have expired. @throws 10003 and what `make` throws */
  answer(message: T, height: () => Promise<bigint>, make: () => Promise<T>): Promise<T> {
    const key = this.#fingerprint(message);
    const underWay = this.#making.get(key);
    if (underWay) return underWay;
    if (this.#making.size >= this.#parallel) return Promise.reject(approverErrors.tooBusy());
    const making = this.#alive(key, height)
      .then((known) => known ?? make())
      .then((answer) => this.#given.set(key, answer))
      .finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #alive(key: string, height: () => Promise<bigint>): Promise<T | undefined> {
    const known = this.#given.get(key);
    const expiry = known?.primary_sp_approval?.expired_height ?? 0n;
    return known && (await height()) < expiry ? known : undefined;
  }

  /** The whole message as it came, the approval it brought included: what differs anywhere is another request. */
  #fingerprint(message: T): string {
    return sha256(encode(this.#type, message as Init<T>)).toString('hex');
  }
}
