/** What modules and tools ask a Greenfield node: queries, accounts, transactions, blocks, events. */
import type { ChainBlock } from './block.ts';
import { type Ask, askAt, type QueryOptions } from './client/ask.ts';
import { type BlockStreamOptions, streamBatches, streamBlocks } from './client/block-stream.ts';
import { type BroadcastOptions, broadcast } from './client/broadcast.ts';
import { type ChainEventAt, type EventFilter, streamEvents } from './client/event-stream.ts';
import { GasTable } from './client/gas-table.ts';
import { fetchGenesis, type GenesisFile } from './client/genesis.ts';
import { ChainQueries, found } from './client/queries.ts';
import { type ExecutedTx, TxWatch, type WaitOptions } from './client/tx-watch.ts';
import { evmChainId } from './eip712.ts';
import { decode } from './proto/decode.ts';
import type { Init, MessageType } from './proto/define.ts';
import * as auth from './proto/generated/cosmos.auth.v1beta1.ts';
import { HeadFeed, type HeadFeedOptions } from './rpc/head-feed.ts';
import { type CallOptions, RpcClient, type RpcClientOptions } from './rpc.ts';
import { buildTx, DENOM, type TxMessage, txHash } from './tx.ts';

export type { QueryOptions } from './client/ask.ts';
export type { BlockStreamOptions } from './client/block-stream.ts';
export type { BroadcastOptions } from './client/broadcast.ts';
export * from './client/errors.ts';
export type { ChainEventAt, EventFilter } from './client/event-stream.ts';
export type { Lists, Queries } from './client/facade.ts';
export { GasTable } from './client/gas-table.ts';
export type { GenesisFile } from './client/genesis.ts';
export type { ItemOf, ListOptions } from './client/pages.ts';
export type { BucketOnChain, ObjectOnChain } from './client/queries.ts';
export type { ExecutedTx, WaitOptions } from './client/tx-watch.ts';

export interface ChainClientOptions extends Omit<RpcClientOptions, 'url' | 'chainId'> {
  /** `http://127.0.0.1:26750`; several for failover, the preferred one first. */
  rpcUrl: string | readonly string[];
  /** `greenfield_9000-121`. Nodes of other chains are refused. */
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
  signal?: AbortSignal | undefined;
}

export interface Simulated {
  gasUsed: bigint;
  /** Base units per gas. */
  gasPrice: bigint;
}

/**
 * One chain, by one or several nodes. Heights never go back: when a node that is behind takes over, answers older than
 * what the caller was told are not given. `close` ends connections and whatever waits.
 */
export class ChainClient extends ChainQueries {
  readonly chainId: string;
  readonly rpc: RpcClient;
  /** Gas and fees by the chain's table. */
  readonly gas: GasTable;
  private readonly feed: HeadFeed;
  private readonly watch: TxWatch;
  private readonly prefetch: number;
  /** The greatest height that the caller was told of. */
  private readonly told: { height: bigint };

  constructor(options: ChainClientOptions) {
    evmChainId(options.chainId);
    const { rpcUrl, prefetch = 16, feed, ...rest } = options;
    const rpc = new RpcClient({ ...rest, url: rpcUrl });
    const told = { height: 0n };
    const ask: Ask = async (method, request, asked) => {
      // with one address there is no failover, and whoever is behind it keeps its own order
      const minHeight = rpc.endpoints > 1 ? told.height : 0n;
      const { value, height } = await askAt(rpc, method, request, { minHeight, ...asked });
      if (height > told.height) told.height = height;
      return value;
    };
    super(ask);
    this.chainId = options.chainId;
    this.rpc = rpc;
    this.told = told;
    this.gas = new GasTable(this);
    this.feed = new HeadFeed(rpc, { ...feed, chainId: options.chainId });
    this.watch = new TxWatch(rpc, this.feed);
    this.prefetch = prefetch;
  }

  /** Any method of the chain: `query('/greenfield.sp.Query/Params', …)`; `q` has those known here. @throws ChainQueryError */
  async query<Q, R>(
    path: string,
    request: MessageType<Q>,
    value: Init<Q>,
    response: MessageType<R>,
    options?: QueryOptions,
  ): Promise<R> {
    return (await askAt(this.rpc, { path, request, response }, value, options)).value;
  }

  /** The greatest height seen so far, without asking; 0 at first. */
  get knownHeight(): bigint {
    return this.tell(BigInt(this.feed.head));
  }

  /** Height of the latest block. */
  async currentHeight(options?: CallOptions): Promise<bigint> {
    if (this.feed.fresh) return this.tell(BigInt(this.feed.head));
    const answer = await this.rpc.read<{ response: { last_block_height?: string } }>('abci_info', {}, options);
    return this.tell(BigInt(answer.response.last_block_height ?? 0));
  }

  /**
   * Number and next sequence of an account; undefined before it received anything. Counts pending transactions unless
   * an older height is asked for.
   */
  async account(address: string, options?: QueryOptions): Promise<Account | undefined> {
    const answer = await found(this.q.auth.Account({ address }, options));
    if (!answer?.account) return undefined;
    const { account_number, sequence } = baseAccount(answer.account);
    return { address, account_number, sequence };
  }

  /** Base units of BNB. */
  async balance(address: string, options?: QueryOptions): Promise<bigint> {
    return (await this.q.bank.Balance({ address, denom: DENOM }, options)).balance?.amount ?? 0n;
  }

  /** Runs messages without effect. @throws ChainQueryError with the text of the message that failed */
  async simulate({ messages, sequence, payer, signal }: SimulateOptions): Promise<Simulated> {
    // the chain takes any key here; 33 zero bytes is what existing clients send
    const tx_bytes = buildTx({
      messages,
      sequence,
      publicKey: new Uint8Array(33),
      fee: { gasLimit: 0n, amount: 0n, ...(payer ? { payer } : {}) },
    });
    const { gas_info } = await this.q.tx.Simulate({ tx_bytes }, { signal });
    const price = /^(\d+)BNB$/.exec(gas_info?.min_gas_price ?? '');
    if (!gas_info || !price)
      throw new Error(`simulate: expected a gas price like 5000000000BNB, got ${gas_info?.min_gas_price}`);
    const gasPrice = BigInt(price[1]!);
    this.gas.learn(gasPrice);
    return { gasUsed: gas_info.gas_used, gasPrice };
  }

  /**
   * Hands a signed transaction to a node (mode sync) and returns its hash once one has checked it. Bytes that the node
   * already has count as accepted; the same bytes are repeated, also elsewhere, while nodes are away or full.
   * @throws TxError when refused, TxUnknownError (an RpcTransportError) when it is unknown whether it arrived
   */
  async broadcastTx(bytes: Uint8Array, options?: BroadcastOptions): Promise<string> {
    const hash = txHash(bytes);
    this.watch.expect(hash);
    await broadcast(this.rpc, bytes, options);
    return hash;
  }

  /** Resolves when a block holds the transaction, whatever its code. @throws TxTimeoutError */
  async waitForTx(hash: string, options?: WaitOptions): Promise<ExecutedTx> {
    const executed = await this.watch.wait(hash, options);
    this.tell(executed.height);
    return executed;
  }

  /** Resolves with the height once the chain has reached it. @throws the signal's reason */
  async waitForHeight(height: bigint, signal?: AbortSignal): Promise<bigint> {
    if (this.told.height >= height) return this.told.height;
    return this.tell(BigInt(await this.feed.reach(Number(height), signal)));
  }

  /** Every block from `fromHeight` on, in order, without gaps, until the signal aborts (then it throws its reason). */
  async *subscribeBlocks(fromHeight: bigint, signal: AbortSignal): AsyncGenerator<ChainBlock, void, undefined> {
    const sources = { rpc: this.rpc, feed: this.feed };
    for await (const block of streamBlocks(sources, fromHeight, signal, { prefetch: this.prefetch })) {
      this.tell(block.height);
      yield block;
    }
  }

  /** As `subscribeBlocks`, all blocks that have come at each step: several while the caller is behind the chain. */
  async *subscribeBatches(
    fromHeight: bigint,
    signal: AbortSignal,
    options: Partial<BlockStreamOptions> = {},
  ): AsyncGenerator<ChainBlock[], void, undefined> {
    const sources = { rpc: this.rpc, feed: this.feed };
    for await (const batch of streamBatches(sources, fromHeight, signal, { prefetch: this.prefetch, ...options })) {
      this.tell(batch.at(-1)!.height);
      yield batch;
    }
  }

  /** What the chain began with. @throws Error when the node gives none, or one of another chain */
  genesis(options?: CallOptions): Promise<GenesisFile> {
    return fetchGenesis(this.rpc, this.chainId, options);
  }

  /**
   * The events of every block from `fromHeight` on that pass the filter: in the chain's order, each once, whatever
   * happens to connections and nodes; until the signal aborts.
   */
  subscribeEvents(filter: EventFilter, fromHeight: bigint, signal: AbortSignal): AsyncGenerator<ChainEventAt> {
    return streamEvents(this.subscribeBlocks(fromHeight, signal), filter);
  }

  close(): void {
    this.feed.close();
    this.watch.close();
    this.rpc.close();
  }

  private tell(height: bigint): bigint {
    if (height > this.told.height) this.told.height = height;
    return this.told.height;
  }
}

function baseAccount(any: { type_url: string; value: Uint8Array }): auth.BaseAccount {
  if (any.type_url === auth.ModuleAccount.typeUrl) {
    return decode(auth.ModuleAccount, any.value).base_account ?? auth.BaseAccount.create();
  }
  return decode(auth.BaseAccount, any.value);
}
