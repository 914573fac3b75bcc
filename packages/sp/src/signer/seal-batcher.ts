import {
  type ExecutedTx,
  encode,
  greenfieldStorage as storage,
  type TxFee,
  type TxMessage,
  txMessage,
} from '@prairie/chain';
import { signerErrors } from './errors.ts';

export interface SealBatcherOptions {
  /** What is offered per seal; the transaction offers the sum. */
  feePerSeal: TxFee;
  /** Seals in one transaction at most. Default 100. */
  maxMessages?: number;
  /** Bytes of messages in one transaction at most. Default 30 KiB: from 32 KiB on a chain charges gas by the byte. */
  maxBytes?: number;
  /** Seals that wait at most. Default 10240. */
  maxWaiting?: number;
}

/** How transactions go out: `TxSender` of one key. */
export interface SealSender {
  readonly address: string;
  /** Resolves with the hash once the node has checked it. */
  send(messages: readonly TxMessage[], options: { fee: TxFee }): Promise<string>;
}

export interface SealBatcherDependencies {
  sender: SealSender;
  /** Resolves when a block holds the transaction, whatever its code. */
  waitForTx(hash: string): Promise<ExecutedTx>;
}

interface Waiting {
  message: TxMessage;
  bytes: number;
  /** It was in a transaction that failed for an unknown message: from now on it goes by itself. */
  alone: boolean;
  resolve(hash: string): void;
  reject(error: Error): void;
}

/**
 * Puts all seals that wait at a moment into one transaction. A transaction takes effect as a whole or not at all, so
 * when one message is refused it is dropped and the others go again.
 */
export class SealBatcher {
  readonly #dependencies: SealBatcherDependencies;
  readonly #fee: TxFee;
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #maxWaiting: number;
  readonly #waiting: Waiting[] = [];
  readonly #inBlocks = new Set<Promise<void>>();
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor(options: SealBatcherOptions, dependencies: SealBatcherDependencies) {
    this.#dependencies = dependencies;
    this.#fee = options.feePerSeal;
    this.#maxMessages = options.maxMessages ?? 100;
    this.#maxBytes = options.maxBytes ?? 30 << 10;
    this.#maxWaiting = options.maxWaiting ?? 10_240;
  }

  /** Resolves with the hash of the transaction that sealed the object, once it is in a block. @throws 120002 */
  seal(msg: storage.MsgSealObject): Promise<string> {
    if (this.#closed) return Promise.reject(signerErrors.seal('the signer is stopping: seal again later'));
    if (this.#waiting.length >= this.#maxWaiting) {
      return Promise.reject(signerErrors.seal(`${this.#maxWaiting} seals wait for a transaction: try again later`));
    }
    const message = txMessage(storage.MsgSealObject, { ...msg, operator: this.#dependencies.sender.address });
    const bytes = encode(message.type, message.value).length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, bytes, alone: false, resolve, reject });
      this.#sending ??= this.#sendAll();
    });
  }

  /** Takes no more; resolves when what was taken has its answer. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#sending || this.#inBlocks.size > 0) await Promise.all([this.#sending, ...this.#inBlocks]);
  }

  async #sendAll(): Promise<void> {
    // Seals asked for in the same turn of the event loop go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#sendBatch(this.#takeBatch());
    this.#sending = undefined;
  }

  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    let bytes = 0;
    for (let next = this.#waiting[0]; next && batch.length < this.#maxMessages; next = this.#waiting[0]) {
      bytes += next.bytes;
      const fits = batch.length === 0 || (bytes <= this.#maxBytes && !next.alone && !batch[0]!.alone);
      if (!fits) break;
      batch.push(next);
      this.#waiting.shift();
    }
    return batch;
  }

  async #sendBatch(batch: Waiting[]): Promise<void> {
    const { sender, waitForTx } = this.#dependencies;
    const count = BigInt(batch.length);
    const fee = { gasLimit: this.#fee.gasLimit * count, amount: this.#fee.amount * count };
    try {
      const hash = await sender.send(
        batch.map(({ message }) => message),
        { fee },
      );
      const ended = waitForTx(hash)
        .then(
          (tx) => this.#settle(batch, tx),
          (error: unknown) => this.#refuse(batch, error),
        )
        .finally(() => this.#inBlocks.delete(ended));
      this.#inBlocks.add(ended);
    } catch (error) {
      this.#separate(batch, error);
    }
  }

  #settle(batch: Waiting[], tx: ExecutedTx): void {
    if (tx.code === 0) for (const { resolve } of batch) resolve(tx.hash);
    else this.#separate(batch, new Error(`transaction ${tx.hash} failed: ${tx.log} (${tx.codespace} ${tx.code})`));
  }

  /** Drops the message that is to blame and sends the others again; one at a time when none can be blamed. */
  #separate(batch: Waiting[], error: unknown): void {
    if (batch.length === 1) return this.#refuse(batch, error);
    const culprit = /message index: (\d+)/.exec(text(error))?.[1];
    const blamed = culprit === undefined ? undefined : batch[Number(culprit)];
    if (blamed) this.#refuse([blamed], error);
    const others = batch.filter((waiting) => waiting !== blamed);
    if (!blamed) for (const waiting of others) waiting.alone = true;
    this.#waiting.unshift(...others);
    this.#sending ??= this.#sendAll();
  }

  #refuse(batch: Waiting[], error: unknown): void {
    for (const { reject } of batch) {
      reject(signerErrors.seal(`failed to broadcast seal object tx, error: ${text(error)}`, error));
    }
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
