/** A chain with one account: sequences, signatures, a mempool and blocks as a node has them, and their troubles. */
import type { ChainClient } from '../client.ts';
import { decode } from '../proto/decode.ts';
import { messageType } from '../proto/define.ts';
import { encode } from '../proto/encode.ts';
import { BaseAccount } from '../proto/generated/cosmos.auth.v1beta1.ts';
import { MsgSend, MsgSendResponse } from '../proto/generated/cosmos.bank.v1beta1.ts';
import { TxMsgData } from '../proto/generated/cosmos.base.abci.v1beta1.ts';
import { SimulateRequest } from '../proto/generated/cosmos.tx.v1beta1.ts';
import {
  decodeTx,
  packAny,
  signDocOf,
  type TxMessage,
  txHash,
  txMessage,
  unpackAny,
  verifyTxSignature,
} from '../tx.ts';
import { FakeNode, FakeRpcError, fakeResult } from './fake-node.ts';

type Broadcast = { code: number; log: string };

const ACCOUNT_NUMBER = 9n;

/** The label of a test message; one that begins with `bad` fails when it runs. */
export const labelOf = ({ value }: TxMessage): string => value.to_address;
export const labelled = (from: string, label: string): TxMessage =>
  txMessage(MsgSend, { from_address: from, to_address: label, amount: [{ denom: 'BNB', amount: 1n }] });

export class FakeAccountChain {
  readonly node = new FakeNode();
  /** What blocks have used, and what the node expects next. */
  committed = 40n;
  sequence = 40n;
  /** Transactions that wait for a block. */
  mempool: Buffer[] = [];
  /** Labels of messages that took effect, in order. */
  readonly landed: string[] = [];
  /** All that was ever accepted. */
  readonly accepted: Buffer[] = [];
  /** Called before a broadcast is judged; may throw. */
  before: (attempt: number) => void = () => {};
  /** Called with the answer to a broadcast, which it may keep back by throwing something. */
  after: (answer: Broadcast, attempt: number) => void = () => {};
  private readonly cache = new Set<string>();
  private readonly address: string;
  private readonly committedAt = new Map<number, bigint>();
  private attempts = 0;

  constructor(address: string) {
    this.address = address;
    this.node.handlers.set('abci_query', ({ path, data, height }) => this.query(path!, data!, Number(height)));
    this.node.handlers.set('broadcast_tx_sync', ({ tx }) => this.broadcast(Buffer.from(tx!, 'base64')));
    this.node.handlers.set('abci_info', () => ({ response: { last_block_height: String(this.node.height) } }));
    this.block();
    this.block();
  }

  /** A block of all that waits. */
  block(options: { push?: boolean } = {}): void {
    const txs = this.mempool;
    this.mempool = [];
    const results = txs.map((tx) => this.execute(tx));
    this.sequence = this.committed;
    this.node.addBlock(txs, { ...options, results });
    this.committedAt.set(this.node.blocks.length, this.committed);
  }

  /** The node starts anew: what waited in it is gone. */
  restart(): void {
    this.mempool = [];
    this.cache.clear();
    this.sequence = this.committed;
  }

  /** The node drops what waited and believes to have it all the same. */
  forget(): void {
    this.mempool = [];
    this.sequence = this.committed;
  }

  /** Someone else sends from the account. */
  useSequence(): void {
    this.sequence++;
    this.committed = this.sequence;
    this.mempool = [];
    this.block();
  }

  private broadcast(bytes: Buffer): object {
    const attempt = ++this.attempts;
    this.before(attempt);
    if (this.cache.has(txHash(bytes))) throw new FakeRpcError('tx already exists in cache');
    const answer = this.judge(bytes);
    if (answer.code === 0) {
      this.cache.add(txHash(bytes));
      this.accepted.push(bytes);
      this.mempool.push(bytes);
      this.sequence++;
    }
    this.after(answer, attempt);
    return { ...answer, codespace: answer.code ? 'sdk' : '', data: '', hash: txHash(bytes) };
  }

  private judge(bytes: Buffer): Broadcast {
    const tx = decodeTx(bytes);
    const sequence = tx.authInfo.signer_infos[0]!.sequence;
    const mismatch = this.mismatch(sequence);
    if (mismatch) return { code: 32, log: mismatch };
    const context = { chainId: this.node.chainId, accountNumber: ACCOUNT_NUMBER, sequence, signer: this.address };
    const domain = verifyTxSignature(signDocOf(tx, context), tx.signatures[0]!, this.address);
    return domain ? { code: 0, log: '[]' } : { code: 4, log: 'signature verification failed' };
  }

  private mismatch(got: bigint): string | undefined {
    if (got === this.sequence) return undefined;
    return `account sequence mismatch, expected ${this.sequence}, got ${got}: incorrect account sequence`;
  }

  private execute(bytes: Buffer) {
    const messages = decodeTx(bytes).body.messages.map(unpackAny);
    this.committed++;
    const bad = messages.findIndex((message) => labelOf(message).startsWith('bad'));
    if (bad >= 0) return fakeResult(1100, failure(bad));
    this.landed.push(...messages.map(labelOf));
    const log = messages.map((message, msg_index) => {
      const attributes = [{ key: 'label', value: labelOf(message) }];
      return { msg_index, events: [{ type: 'landed', attributes }] };
    });
    const data = encode(TxMsgData, { msg_responses: messages.map(() => packAny(MsgSendResponse, {})) });
    return { ...fakeResult(0, JSON.stringify(log)), data: data.toString('base64') };
  }

  private query(path: string, data: string, height: number): object {
    const answer = (code: number, log: string, value = '') => {
      const at = String(height || this.node.height);
      return { response: { code, log, codespace: code ? 'sdk' : '', height: at, value } };
    };
    if (path.endsWith('Simulate')) {
      const failed = this.simulate(decode(SimulateRequest, Buffer.from(data, 'hex')).tx_bytes);
      if (failed) return answer(6, `rpc error: code = Unknown desc = ${failed}: unknown request`);
      const gas_info = { gas_used: 2400n, min_gas_price: '5000000000BNB' };
      return answer(0, '', base64('cosmos.tx.v1beta1.SimulateResponse', { gas_info }));
    }
    const sequence = height ? this.committedAt.get(height) : this.sequence;
    if (sequence === undefined) return answer(26, `cannot query with height in the future(${height}): invalid height`);
    const account = packAny(BaseAccount, { address: this.address, account_number: ACCOUNT_NUMBER, sequence });
    return answer(0, '', base64('cosmos.auth.v1beta1.QueryAccountResponse', { account }));
  }

  private simulate(bytes: Uint8Array): string | undefined {
    const tx = decodeTx(bytes);
    const bad = tx.body.messages.map(unpackAny).findIndex((message) => labelOf(message).startsWith('bad'));
    return this.mismatch(tx.authInfo.signer_infos[0]!.sequence) ?? (bad >= 0 ? failure(bad) : undefined);
  }
}

const failure = (index: number): string => `failed to execute message; message index: ${index}: it is bad`;

const base64 = (type: string, value: object): string => encode(messageType(type), value).toString('base64');

/** Makes blocks until the work is done. */
export async function whileBlocks<T>(chain: FakeAccountChain, work: Promise<T>, everyMs = 5): Promise<T> {
  const timer = setInterval(() => chain.block(), everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Options of clients that need not be patient. */
export const IMPATIENT = { retryMs: 2, feed: { pollMs: 5 } } satisfies Partial<
  ConstructorParameters<typeof ChainClient>[0]
>;
