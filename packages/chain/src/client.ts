/** What modules and tools ask a Greenfield node: queries, accounts, transactions, blocks. */
import type { ChainBlock } from './block.ts';
import { streamBlocks } from './client/block-stream.ts';
import { ChainQueryError, TxError } from './client/errors.ts';
import { type Ask, ChainQueries } from './client/queries.ts';
import { type ExecutedTx, TxWatch, type WaitOptions } from './client/tx-watch.ts';
import { evmChainId } from './eip712.ts';
import { decode } from './proto/decode.ts';
import type { Init, MessageType } from './proto/define.ts';
import { encode } from './proto/encode.ts';
import * as auth from './proto/generated/cosmos.auth.v1beta1.ts';
import * as bank from './proto/generated/cosmos.bank.v1beta1.ts';
import { SimulateRequest, SimulateResponse } from './proto/generated/cosmos.tx.v1beta1.ts';
import { HeadFeed, type HeadFeedOptions } from './rpc/head-feed.ts';
import { RpcClient, type RpcClientOptions, RpcError } from './rpc.ts';
import { buildTx, DENOM, type TxMessage, txHash } from './tx.ts';

export { ChainQueryError, TxError, TxTimeoutError } from './client/errors.ts';
export type { BucketOnChain, ObjectOnChain } from './client/queries.ts';
export type { ExecutedTx, WaitOptions } from './client/tx-watch.ts';

export interface ChainClientOptions extends Omit<RpcClientOptions, 'url'> {
  /** `http://127.0.0.1:26750` */
  rpcUrl: string;
  /** `greenfield_9000-121` */
  chainId: string;
  /** How new blocks are learned of. */
  feed?: Partial<HeadFeedOptions>;
  /** Blocks that `subscribeBlocks` fetches ahead. */
  prefetch?: number;
}

export interface Account {
  address: string;
  account_number: bigint;
  sequence: bigint;
}

export interface SimulateOptions {
  messages: readonly TxMessage[];
  sequence: bigint;
  /** Payer of the fee when it is not the first signer. */
  payer?: string;
}

export interface Simulated {
  gasUsed: bigint;
  /** Base units per gas. */
  gasPrice: bigint;
}

/** One node, one chain. The queries of the modules are those of {@link ChainQueries}; `close` ends connections. */
export class ChainClient extends ChainQueries {
  readonly chainId: string;
  readonly rpc: RpcClient;
  private readonly feed: HeadFeed;
  private readonly watch: TxWatch;
  private readonly prefetch: number;

  constructor(options: ChainClientOptions) {
    evmChainId(options.chainId);
    const rpc = new RpcClient({ ...options, url: options.rpcUrl });
    const ask: Ask = (path, request, value, response) => askNode(rpc, path, request, value, response);
    super(ask);
    this.chainId = options.chainId;
    this.rpc = rpc;
    this.feed = new HeadFeed(rpc, options.feed);
    this.watch = new TxWatch(rpc, this.feed);
    this.prefetch = options.prefetch ?? 16;
  }

  /** Any method of the chain: `query('/greenfield.sp.Query/Params', …)`. @throws ChainQueryError */
  query<Q, R>(path: string, request: MessageType<Q>, value: Init<Q>, response: MessageType<R>): Promise<R> {
    return askNode(this.rpc, path, request, value, response);
  }

  /** Height of the latest block. */
  async currentHeight(): Promise<bigint> {
    if (this.feed.fresh) return BigInt(this.feed.head);
    const answer = await this.rpc.read<{ response: { last_block_height?: string } }>('abci_info');
    return BigInt(answer.response.last_block_height ?? 0);
  }

  /** Number and next sequence of an account; undefined before it received anything. Counts pending transactions. */
  async account(address: string): Promise<Account | undefined> {
    const path = '/cosmos.auth.v1beta1.Query/Account';
    try {
      const answer = await this.query(path, auth.QueryAccountRequest, { address }, auth.QueryAccountResponse);
      if (!answer.account) return undefined;
      const { account_number, sequence } = baseAccount(answer.account);
      return { address, account_number, sequence };
    } catch (error) {
      if (error instanceof ChainQueryError && error.notFound) return undefined;
      throw error;
    }
  }

  /** Base units of BNB. */
  async balance(address: string): Promise<bigint> {
    const value = { address, denom: DENOM };
    const { QueryBalanceRequest: request, QueryBalanceResponse: response } = bank;
    return (await this.query('/cosmos.bank.v1beta1.Query/Balance', request, value, response)).balance?.amount ?? 0n;
  }

  /** Runs messages without effect. @throws ChainQueryError with the text of the message that failed */
  async simulate(options: SimulateOptions): Promise<Simulated> {
    // the chain takes any key here; 33 zero bytes is what existing clients send
    const tx_bytes = buildTx({
      messages: options.messages,
      sequence: options.sequence,
      publicKey: new Uint8Array(33),
      fee: { gasLimit: 0n, amount: 0n, ...(options.payer ? { payer: options.payer } : {}) },
    });
    const path = '/cosmos.tx.v1beta1.Service/Simulate';
    const { gas_info } = await this.query(path, SimulateRequest, { tx_bytes }, SimulateResponse);
    const price = /^(\d+)BNB$/.exec(gas_info?.min_gas_price ?? '');
    if (!gas_info || !price)
      throw new Error(`simulate: expected a gas price like 5000000000BNB, got ${gas_info?.min_gas_price}`);
    return { gasUsed: gas_info.gas_used, gasPrice: BigInt(price[1]!) };
  }

  /**
   * Hands a signed transaction to the node (mode sync) and returns its hash once the node has checked it. Bytes that
   * the node already has count as accepted.
   * @throws TxError when refused, RpcTransportError when it is unknown whether it arrived
   */
  async broadcastTx(bytes: Uint8Array): Promise<string> {
    const hash = txHash(bytes);
    this.watch.expect(hash);
    try {
      const answer = await this.rpc.broadcastTxSync(bytes);
      if (answer.code !== 0) throw new TxError('checked', answer.hash, answer);
      return hash;
    } catch (error) {
      if (error instanceof RpcError && error.data.includes('tx already exists in cache')) return hash;
      throw error;
    }
  }

  /** Resolves when a block holds the transaction, whatever its code. @throws TxTimeoutError */
  waitForTx(hash: string, options?: WaitOptions): Promise<ExecutedTx> {
    return this.watch.wait(hash, options);
  }

  /** Resolves with the height once the chain has reached it. @throws the signal's reason */
  async waitForHeight(height: bigint, signal?: AbortSignal): Promise<bigint> {
    return BigInt(await this.feed.reach(Number(height), signal));
  }

  /** Every block from `fromHeight` on, in order, without gaps, until the signal aborts (then it throws its reason). */
  subscribeBlocks(fromHeight: bigint, signal: AbortSignal): AsyncIterable<ChainBlock> {
    return streamBlocks({ rpc: this.rpc, feed: this.feed }, fromHeight, signal, { prefetch: this.prefetch });
  }

  close(): void {
    this.feed.close();
    this.rpc.close();
  }
}

async function askNode<Q, R>(
  rpc: RpcClient,
  path: string,
  request: MessageType<Q>,
  value: Init<Q>,
  response: MessageType<R>,
): Promise<R> {
  const answer = await rpc.abciQuery(path, encode(request, value));
  if (answer.code !== 0) throw new ChainQueryError(path, answer);
  return decode(response, Buffer.from(answer.value ?? '', 'base64'));
}

function baseAccount(any: { type_url: string; value: Uint8Array }): auth.BaseAccount {
  if (any.type_url === auth.ModuleAccount.typeUrl) {
    return decode(auth.ModuleAccount, any.value).base_account ?? auth.BaseAccount.create();
  }
  return decode(auth.BaseAccount, any.value);
}
