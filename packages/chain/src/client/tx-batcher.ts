/** Many messages of one account in few transactions, each with its own result. */
import { encode } from '../proto/encode.ts';
import type { TxFee, TxMessage } from '../tx.ts';
import { type MessageResult, messageResults } from '../tx-result.ts';
import { ChainQueryError, failedMessageIndex, TxError } from './errors.ts';
import type { SendOptions, TxSender } from './tx-sender.ts';
import type { WaitOptions } from './tx-watch.ts';

export interface TxBatcherOptions {
  /** Messages in one transaction at most. Default 100. */
  maxMessages?: number;
  /**
   * Bytes of messages in one transaction at most. Default 30 KiB: from 32 KiB on a chain charges gas by the byte, and a
   * node takes no transaction above 64 KiB.
   */
  maxBytes?: number;
  /** How long a message waits for company. Default 0: until the turn of the event loop ends. */
  windowMs?: number;
  /** Messages that wait for a transaction at most; more are refused. Default 10,000. */
  maxWaiting?: number;
  /** Transactions that wait for a block at most; meanwhile messages gather. Default 16. */
  maxInFlight?: number;
  /** Of every transaction. */
  send?: Omit<SendOptions, 'fee' | 'signal'>;
  wait?: WaitOptions;
}

export interface BatchedOptions {
  fee?: TxFee | undefined;
  signal?: AbortSignal | undefined;
}

export interface BatchedResult extends MessageResult {
  hash: string;
  height: bigint;
  /** Place of the message in its transaction. */
  index: number;
}

interface Entry {
  message: TxMessage;
  fee: TxFee | undefined;
  bytes: number;
  resolve(result: BatchedResult): void;
  reject(reason: unknown): void;
  /** It can be taken back no more. */
  sent(): void;
}

/** Refusals that have nothing to do with the messages: leaving some out does not help. */
const OF_SENDER = new Set([3, 4, 5, 9, 13, 19, 20, 24, 28, 30, 32].map((code) => `sdk/${code}`));

/** What a message has around it in a transaction. */
const WRAPPING_BYTES = 16;

/**
 * A transaction takes effect as a whole or not at all. When one is refused, the message that the chain blames is left
 * out and the others go again; when it blames none, each half goes by itself. Each message is answered once: with what
 * it gave, or with the error that refused it. When it is unknown whether a transaction arrived, nothing of it goes again.
 *
 * Messages keep their order, except that what is sent again comes after what was sent meanwhile.
 */
export class TxBatcher {
  private readonly options: Required<Omit<TxBatcherOptions, 'send' | 'wait'>> & TxBatcherOptions;
  private readonly sender: Pick<TxSender, 'sendAndWait'>;
  private readonly waiting: Entry[] = [];
  private inFlight = 0;
  private timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(options: TxBatcherOptions, { sender }: { sender: Pick<TxSender, 'sendAndWait'> }) {
    const defaults = { maxMessages: 100, maxBytes: 30 << 10, windowMs: 0, maxWaiting: 10_000, maxInFlight: 16 };
    this.options = { ...defaults, ...options };
    this.sender = sender;
  }

  /**
   * Resolves when a block has the message. `fee` is what the message offers: its transaction offers the sum, if all that
   * are in it offer one. The signal takes it back as long as it is in no transaction.
   * @throws TxError, ChainQueryError of its simulation, TxUnknownError, TxTimeoutError, Error when too many wait
   */
  send(message: TxMessage, { signal, fee }: BatchedOptions = {}): Promise<BatchedResult> {
    const { maxWaiting } = this.options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.waiting.length >= maxWaiting) {
        return reject(new Error(`${maxWaiting} messages wait for a transaction already`));
      }
      const { type, value } = message;
      const bytes = encode(type, value).length + type.typeUrl.length + WRAPPING_BYTES;
      const takeBack = () => this.takeBack(entry, signal?.reason);
      const sent = () => signal?.removeEventListener('abort', takeBack);
      const entry: Entry = { message, fee, bytes, resolve, reject, sent };
      signal?.addEventListener('abort', takeBack, { once: true });
      this.waiting.push(entry);
      this.plan();
    });
  }

  private takeBack(entry: Entry, reason: unknown): void {
    const at = this.waiting.indexOf(entry);
    if (at < 0) return;
    this.waiting.splice(at, 1);
    entry.reject(reason);
  }

  private plan(): void {
    if (this.waiting.length >= this.options.maxMessages) this.flush();
    if (this.timer || this.waiting.length === 0 || this.inFlight >= this.options.maxInFlight) return;
    const flush = () => {
      this.timer = undefined;
      this.flush();
    };
    const { windowMs } = this.options;
    this.timer = windowMs > 0 ? setTimeout(flush, windowMs) : setImmediate(flush);
  }

  private flush(): void {
    while (this.waiting.length > 0 && this.inFlight < this.options.maxInFlight) {
      this.inFlight++;
      void this.sendAll(this.takeBatch()).finally(() => {
        this.inFlight--;
        this.plan();
      });
    }
  }

  private takeBatch(): Entry[] {
    let bytes = 0;
    let count = 0;
    for (const entry of this.waiting) {
      bytes += entry.bytes;
      if (count > 0 && (bytes > this.options.maxBytes || count >= this.options.maxMessages)) break;
      count++;
    }
    const batch = this.waiting.splice(0, count);
    for (const { sent } of batch) sent();
    return batch;
  }

  /** Never rejects: each entry has its answer when this resolves. */
  private async sendAll(batch: Entry[]): Promise<void> {
    const { send, wait } = this.options;
    for (const todo = [batch]; todo.length > 0; ) {
      const entries = todo.shift()!;
      const messages = entries.map(({ message }) => message);
      try {
        const fee = sumOf(entries);
        const options = fee ? { ...send, fee } : send;
        const { hash, height, ...result } = await this.sender.sendAndWait(messages, options, wait);
        const results = messageResults(result, entries.length);
        for (const [index, entry] of entries.entries()) entry.resolve({ ...results[index]!, hash, height, index });
      } catch (error) {
        todo.unshift(...remaining(entries, error));
      }
    }
  }
}

/** undefined when one of them leaves the fee to the sender. */
function sumOf(entries: readonly Entry[]): TxFee | undefined {
  const sum = { gasLimit: 0n, amount: 0n };
  for (const { fee } of entries) {
    if (!fee) return undefined;
    sum.gasLimit += fee.gasLimit;
    sum.amount += fee.amount;
  }
  return sum;
}

/** Rejects who is to blame and returns the others, in parts to be sent again. */
function remaining(entries: Entry[], error: unknown): Entry[][] {
  const blamed = failedMessageIndex(error);
  if (entries.length === 1 || !isOfMessages(error)) {
    for (const { reject } of entries) reject(error);
    return [];
  }
  if (blamed !== undefined && entries[blamed]) {
    entries[blamed].reject(error);
    return [entries.toSpliced(blamed, 1)];
  }
  const half = Math.ceil(entries.length / 2);
  return [entries.slice(0, half), entries.slice(half)];
}

function isOfMessages(error: unknown): boolean {
  if (failedMessageIndex(error) !== undefined) return true;
  if (error instanceof TxError) return !OF_SENDER.has(`${error.codespace}/${error.code}`);
  return error instanceof ChainQueryError;
}
