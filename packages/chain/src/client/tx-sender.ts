/**
 * Sends one account's transactions. Sequences are counted here, so that several transactions wait for a block at once;
 * they are read again when the chain disagrees (`reference/chain-rpc.md` §6.3).
 */
import type { ChainClient } from '../client.ts';
import { addressOf } from '../ecdsa.ts';
import { backoff, sleep } from '../rpc/retry.ts';
import { RpcTransportError } from '../rpc.ts';
import { type SignedTx, signTx, type TxFee, type TxMessage } from '../tx.ts';
import { TxError } from './errors.ts';
import type { ExecutedTx, WaitOptions } from './tx-watch.ts';

export interface TxSenderOptions {
  /** 32 bytes. */
  privateKey: Uint8Array;
  /** Attempts to place a transaction. */
  attempts?: number;
  domain?: string;
}

export interface SendOptions {
  /** What to offer; without it the transaction is simulated first. */
  fee?: TxFee;
  memo?: string;
  /** Height after which the transaction is void. */
  timeoutHeight?: bigint;
}

interface Nonce {
  accountNumber: bigint;
  sequence: bigint;
}

export class TxSender {
  readonly address: string;
  private readonly client: ChainClient;
  private readonly options: TxSenderOptions;
  private readonly attempts: number;
  private nonce: Nonce | undefined;
  /** Sends go one after another: each needs the sequence after the one before. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(options: TxSenderOptions, { client }: { client: ChainClient }) {
    this.options = options;
    this.client = client;
    this.attempts = options.attempts ?? 3;
    this.address = addressOf(options.privateKey);
  }

  /**
   * Places one transaction with all the messages; resolves with its hash when the node has checked it.
   * @throws TxError when refused, ChainQueryError when the simulation fails, Error when the account does not exist
   */
  send(messages: readonly TxMessage[], options: SendOptions = {}): Promise<string> {
    const sent = this.tail.then(() => this.place(messages, options));
    this.tail = sent.catch(() => {});
    return sent;
  }

  /** As {@link send}, and waits for its block. @throws TxError also when its messages failed, TxTimeoutError */
  async sendAndWait(
    messages: readonly TxMessage[],
    options: SendOptions = {},
    wait: WaitOptions = {},
  ): Promise<ExecutedTx> {
    const result = await this.client.waitForTx(await this.send(messages, options), wait);
    if (result.code !== 0) throw new TxError('executed', result.hash, result);
    return result;
  }

  private async place(messages: readonly TxMessage[], options: SendOptions): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        const nonce = await this.currentNonce();
        const tx = await this.sign(messages, nonce, options);
        const hash = await this.broadcast(tx);
        this.nonce = { ...nonce, sequence: nonce.sequence + 1n };
        return hash;
      } catch (error) {
        // whatever happened, what is counted here may be wrong now
        this.nonce = undefined;
        if (!isSequenceMismatch(error) || attempt >= this.attempts) throw error;
      }
    }
  }

  private async currentNonce(): Promise<Nonce> {
    if (this.nonce) return this.nonce;
    const account = await this.client.account(this.address);
    if (!account) throw new Error(`account ${this.address} does not exist: it must receive BNB before it can send`);
    return { accountNumber: account.account_number, sequence: account.sequence };
  }

  private async sign(messages: readonly TxMessage[], nonce: Nonce, options: SendOptions): Promise<SignedTx> {
    const { fee: given, ...rest } = options;
    const { privateKey, domain } = this.options;
    const fee = given ?? (await this.simulatedFee(messages, nonce));
    const chosen = domain === undefined ? {} : { domain };
    return signTx({ ...rest, ...chosen, ...nonce, privateKey, messages, fee, chainId: this.client.chainId });
  }

  private async simulatedFee(messages: readonly TxMessage[], { sequence }: Nonce): Promise<TxFee> {
    const { gasUsed, gasPrice } = await this.client.simulate({ messages, sequence });
    return { gasLimit: gasUsed, amount: gasUsed * gasPrice };
  }

  /** The same bytes may be handed in again: a node takes a transaction once. */
  private async broadcast(tx: SignedTx): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.client.broadcastTx(tx.bytes);
      } catch (error) {
        const wasUnsure = attempt > 1;
        if (wasUnsure && isSequenceMismatch(error) && (await this.client.rpc.tx(tx.hash))) return tx.hash;
        if (!(error instanceof RpcTransportError) || attempt >= this.attempts) throw error;
        await sleep(backoff(attempt));
      }
    }
  }
}

/** Text of code 32, also inside a failed simulation. */
const isSequenceMismatch = (error: unknown): boolean =>
  error instanceof Error &&
  ((error instanceof TxError && error.stage === 'checked' && error.codespace === 'sdk' && error.code === 32) ||
    error.message.includes('account sequence mismatch'));
