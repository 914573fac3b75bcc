/**
 * Sends one account's transactions. Sequences are counted here, so that many transactions wait for a block at once; they
 * are read again when the chain disagrees (`reference/chain-rpc.md` §6.3).
 *
 * As long as one sender signs for the account:
 * - a sequence is signed a second time only when a node refused the transaction that had it, or it is void, or for the
 *   same messages, when a node keeps forgetting what it accepted: one of the versions at most can land;
 * - messages are signed a second time only when their first transaction was refused or is void. What may have arrived
 *   is repeated as the same bytes, before anything that follows it;
 * - what a node forgets in a restart is handed in again, in order.
 * With several senders the same holds but for the gaps that they leave each other. Whichever transaction takes a
 * sequence, the loser is reported as `TxReplacedError`.
 */
import type { ChainClient } from '../client.ts';
import { type KeyHolder, keyHolder } from '../ecdsa.ts';
import { feeOf, type TxFee, type TxMessage, unsignedTx } from '../tx.ts';
import { AccountLedger, type Nonce, type PlacedTx } from './account-ledger.ts';
import { isSequenceMismatch, TxError, TxReplacedError, TxTimeoutError, TxUnknownError } from './errors.ts';
import { type BatchedOptions, type BatchedResult, TxBatcher, type TxBatcherOptions } from './tx-batcher.ts';
import type { ExecutedTx, WaitOptions } from './tx-watch.ts';

/** How the gas of a transaction is found: by a simulation, by the chain's table, or as given. */
export type Gas = 'simulate' | 'table' | bigint;

export interface TxSenderOptions {
  /** 32 bytes, or whoever has them. */
  privateKey: Uint8Array | KeyHolder;
  /** Attempts to place a transaction that the chain refuses for its sequence or gas. Default 5. */
  attempts?: number;
  domain?: string;
  /** Default `simulate`. */
  gas?: Gas;
  /** Transactions in no block yet at most; more wait for one. Default 1024. */
  maxPending?: number;
  /** Sends that wait for their turn at most; more are refused. Default 10,000. */
  maxQueued?: number;
  /** While a transaction is in no block after this long, nodes are asked whether they still have it. Default 5 s. */
  nudgeMs?: number;
  /** Limits of {@link TxSender.sendBatched}. */
  batch?: TxBatcherOptions;
}

export interface SendOptions {
  /** What to offer; without it, what `gas` says. */
  fee?: TxFee;
  gas?: Gas;
  /** Who pays by a fee grant to this account. */
  granter?: string;
  memo?: string;
  /** Height after which the transaction is void. */
  timeoutHeight?: bigint;
  /**
   * Times that {@link TxSender.sendAndWait} sends the messages anew when their transaction is void: another of the account
   * took its sequence, so it will never land. Default 0.
   */
  renew?: number;
  /** Ends waiting and attempts. What was handed in stays so: then TxUnknownError or the reason is thrown. */
  signal?: AbortSignal | undefined;
}

export class TxSender {
  readonly address: string;
  private readonly client: ChainClient;
  private readonly options: TxSenderOptions;
  private readonly key: KeyHolder;
  private readonly ledger: AccountLedger;
  private readonly batcher: TxBatcher;
  /** Sends go one after another: each needs the sequence after the one before. */
  private tail: Promise<unknown> = Promise.resolve();
  private queued = 0;
  private nudging: Promise<void> | undefined;

  constructor(options: TxSenderOptions, { client }: { client: ChainClient }) {
    this.options = options;
    this.client = client;
    const { privateKey } = options;
    this.key = privateKey instanceof Uint8Array ? keyHolder(privateKey) : privateKey;
    this.address = this.key.address;
    this.ledger = new AccountLedger({ address: this.address, maxPending: options.maxPending ?? 1024 }, client);
    this.batcher = new TxBatcher(options.batch ?? {}, { sender: this });
  }

  /**
   * Places one transaction with all the messages; resolves with its hash when a node has checked it.
   * @throws TxError when refused, ChainQueryError when the simulation fails, TxUnknownError, Error when the account does
   * not exist or too many sends wait
   */
  async send(messages: readonly TxMessage[], options: SendOptions = {}): Promise<string> {
    return (await this.inTurn(() => this.place(messages, options))).hash;
  }

  /**
   * As {@link send}, and waits for its block.
   * @throws TxError also when its messages failed, TxReplacedError, TxTimeoutError
   */
  async sendAndWait(
    messages: readonly TxMessage[],
    options: SendOptions = {},
    wait: WaitOptions = {},
  ): Promise<ExecutedTx> {
    for (let left = options.renew ?? 0; ; left--) {
      const tx = await this.inTurn(() => this.place(messages, options, { awaited: true }));
      try {
        const result = await this.untilIncluded(tx, { signal: options.signal, ...wait });
        if (result.code !== 0) throw new TxError('executed', result.hash, result);
        return result;
      } catch (error) {
        if (!(error instanceof TxReplacedError) || left <= 0) throw error;
      }
    }
  }

  /** Sends a message in one transaction with others that are asked for at about the same time. See {@link TxBatcher}. */
  sendBatched(message: TxMessage, options: BatchedOptions = {}): Promise<BatchedResult> {
    return this.batcher.send(message, options);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { maxQueued = 10_000 } = this.options;
    if (this.queued >= maxQueued) return Promise.reject(new Error(`${maxQueued} transactions wait to be sent already`));
    this.queued++;
    const done = this.tail.then(work).finally(() => this.queued--);
    this.tail = done.catch(() => {});
    return done;
  }

  /** Who only takes the hash, and does not wait here, would not learn of another. */
  private async place(
    messages: readonly TxMessage[],
    options: SendOptions,
    { awaited = false } = {},
  ): Promise<PlacedTx> {
    const { attempts = 5 } = this.options;
    const { signal } = options;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      try {
        const tx = await this.sign(messages, await this.ledger.next(signal), options);
        if (!awaited) delete tx.renewed;
        if (await this.handIn(tx, signal)) return tx;
        if (attempt >= attempts) throw new TxReplacedError(tx.hash, tx.sequence);
      } catch (error) {
        const mismatch = isSequenceMismatch(error);
        const mayHelp = mismatch || (!options.fee && this.client.gas.corrects(error));
        // what is known of the account does not help: the chain may have gone back, as a development chain can
        if (mismatch && attempt === attempts) this.ledger.reset();
        else if (!mayHelp || attempt >= attempts) throw error;
        else if (mismatch) await this.ledger.resync(signal);
      }
      await this.client.rpc.pause(attempt, signal);
    }
  }

  /** false when the transaction is void: another took its sequence. */
  private async handIn(tx: PlacedTx, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.client.broadcastTx(tx.bytes, { signal });
      this.ledger.placed(tx);
      return true;
    } catch (error) {
      if (!(error instanceof TxUnknownError)) throw error;
      return this.ledger.resolve(tx, signal);
    }
  }

  private async sign(messages: readonly TxMessage[], nonce: Nonce, options: SendOptions): Promise<PlacedTx> {
    const { memo = '', timeoutHeight = 0n } = options;
    const { domain } = this.options;
    const { publicKey } = this.key;
    const body = { messages, memo, timeoutHeight };
    const fee = options.fee ?? (await this.feeOf(body, nonce, options));
    const chosen = domain === undefined ? {} : { domain };
    const since = this.client.knownHeight;
    const { chainId } = this.client;
    const signed = async (offer: TxFee) => {
      const unsigned = unsignedTx({ ...body, ...chosen, ...nonce, publicKey, fee: offer, chainId });
      return unsigned.signed(await this.key.signDigest(unsigned.digest));
    };
    const { sequence } = nonce;
    const renewed = async (version: number) => {
      const again = options.fee ?? (await this.feeOf(body, nonce, options));
      return signed(raised(again, version));
    };
    return { ...(await signed(fee)), sequence, timeoutHeight, since, former: [], returned: 0, renewed };
  }

  private async feeOf(
    body: { messages: readonly TxMessage[]; memo: string; timeoutHeight: bigint },
    { sequence }: Nonce,
    { gas = this.options.gas ?? 'simulate', granter, signal }: SendOptions,
  ): Promise<TxFee> {
    const grant = granter === undefined ? {} : { granter };
    const prices = this.client.gas;
    if (gas === 'table') return prices.feeOf({ ...body, sequence, publicKey: this.key.publicKey, fee: grant });
    if (gas !== 'simulate') return { ...feeOf(gas, prices.gasPrice), ...grant };
    const { gasUsed, gasPrice } = await this.client.simulate({ messages: body.messages, sequence, signal });
    return { ...feeOf(gasUsed, gasPrice), ...grant };
  }

  private async untilIncluded(tx: PlacedTx, { timeoutMs = 30_000, signal }: WaitOptions): Promise<ExecutedTx> {
    const { nudgeMs = 5000 } = this.options;
    let end = Date.now() + timeoutMs;
    let late = false;
    for (;;) {
      try {
        const left = Math.max(1, end - Date.now());
        const result = await this.client.waitForTx(tx.hash, { timeoutMs: Math.min(nudgeMs, left), signal });
        this.ledger.included(tx, result.height);
        return result;
      } catch (error) {
        if (!(error instanceof TxTimeoutError)) throw error;
        const fate = await this.ledger.fateOf(tx, signal).catch(() => 'open');
        if (fate === 'void') throw new TxReplacedError(tx.hash, tx.sequence);
        if (Date.now() >= end) {
          if (fate !== 'included' || late) throw new TxTimeoutError(tx.hash, timeoutMs);
          // it landed under the hash of another version: its result is one question away
          late = true;
          end += nudgeMs;
        }
        if (fate === 'open') this.nudge();
      }
    }
  }

  /** A node that was started anew has lost what waited in it. */
  private nudge(): void {
    this.nudging ??= this.inTurn(() => this.ledger.resync())
      .catch(() => {})
      .finally(() => {
        this.nudging = undefined;
      });
  }
}

/** A little more gas at the same price: other bytes, and not a worse offer. */
function raised(fee: TxFee, version: number): TxFee {
  const gasLimit = fee.gasLimit + BigInt(version);
  return { ...fee, gasLimit, amount: (fee.amount * gasLimit + fee.gasLimit - 1n) / fee.gasLimit };
}
