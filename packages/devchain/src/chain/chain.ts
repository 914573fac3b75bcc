/**
 * The chain: committed state, the mempool's check state above it, and one block after the other.
 *
 * Everything here is synchronous. A block begins, runs and is on disk within one turn of the event loop, so a query
 * never meets half of it.
 */
import { type AnyMessage, txHash } from '@prairie/chain';
import type { Context } from '../context.ts';
import type { ChainState, Change } from '../state/index.ts';
import { UpgradePlan } from '../upgrades.ts';
import type { AnteKeepers } from './ante.ts';
import { BlockBuilder, nextAppHash, paramUpdates, txResultJson, updatedParams } from './block-builder.ts';
import { type BlockRecord, type ConsensusParams, type HeaderJson, parseTime, timeText } from './block-types.ts';
import type { ChainStore, Snapshot } from './chain-store.ts';
import { type BlockTime, Clock } from './clock.ts';
import { EventSearch, indexOf } from './event-index.ts';
import { ExecutionContext } from './execution-context.ts';
import { upperHex } from './hashes.ts';
import { History } from './history.ts';
import { Listeners } from './listeners.ts';
import { Mempool, type PendingTx } from './mempool.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { QueryRouter } from './query-router.ts';
import type { Registry } from './registry.ts';
import { type TxOutcome, TxRunner, unitBytes } from './tx-runner.ts';
import type { ConsensusKey, ValidatorInfo } from './validator.ts';

/** Where a walk over the state stands: at the last entry it has seen. */
export type StatePosition = Omit<Change, 'value'>;

export type StateEntry = Change & { value: Uint8Array };

/** Each keeps what all later blocks have replaced. */
const MAX_SNAPSHOTS = 64;

export interface Genesis {
  genesis_time: string;
  chain_id: string;
  initial_height: string;
  consensus_params: ConsensusParams;
  app_hash: string;
  // biome-ignore lint/suspicious/noExplicitAny: each module knows its own part
  app_state: Record<string, any>;
}

export interface BlockInput {
  /** Later than the last block's. */
  time: BlockTime;
  /** As on the wire. */
  txs: readonly Uint8Array[];
  /** 64 bytes; by default the last block's, mixed with this chain's signature over the height. */
  randaoMix?: Uint8Array | undefined;
  /**
   * A change of state that no message makes, before all else in the block; its events are among those of the block's
   * beginning. What it throws is thrown on, and there is no block.
   */
  edit?: ((ctx: Context) => void) | undefined;
}

export interface ChainDeps {
  state: ChainState;
  store: ChainStore;
  genesis: Genesis;
  registry: Registry;
  keepers: AnteKeepers;
  key: ConsensusKey;
  validator: ValidatorInfo;
  /** Holds the parameters of the block to come. */
  consensus: { readonly params: ConsensusParams };
  /** Default: all from the start. */
  upgrades?: UpgradePlan | undefined;
  onPanic?: ((error: unknown) => void) | undefined;
}

export class Chain {
  readonly chainId: string;
  readonly store: ChainStore;
  readonly clock: Clock;
  readonly search: EventSearch;
  readonly mempool = new Mempool();
  readonly key: ConsensusKey;
  readonly validator: ValidatorInfo;
  /** Called after each commit, with the block. */
  readonly blocks = new Listeners<BlockRecord>();
  /** Called when a transaction enters the mempool. */
  readonly arrivals = new Listeners<PendingTx>();
  readonly queries: QueryRouter;
  readonly builder: BlockBuilder;
  readonly upgrades: UpgradePlan;
  private readonly consensus: ChainDeps['consensus'];
  private readonly state: ChainState;
  private readonly history: History;
  private readonly registry: Registry;
  private readonly runner: TxRunner;
  private origin: Genesis;
  private last: BlockRecord | undefined;

  constructor(deps: ChainDeps) {
    const { state, store, genesis, registry, key, validator } = deps;
    this.chainId = genesis.chain_id;
    this.origin = genesis;
    this.store = store;
    this.clock = new Clock(store);
    this.state = state;
    this.history = new History(state, store);
    this.consensus = deps.consensus;
    this.registry = registry;
    this.key = key;
    this.validator = validator;
    this.upgrades = deps.upgrades ?? new UpgradePlan();
    this.search = new EventSearch(store);
    this.runner = new TxRunner(deps);
    this.builder = new BlockBuilder({ chainId: this.chainId, key, validator, consensus: () => this.consensusParams });
    this.queries = new QueryRouter({ state, registry, chain: this, onPanic: deps.onPanic });
    this.last = store.block(store.height);
  }

  get genesis(): Genesis {
    return this.origin;
  }

  /** Height of the last block; 0 before the first. */
  get height(): number {
    return this.last?.height ?? 0;
  }

  get lastBlock(): BlockRecord | undefined {
    return this.last;
  }

  /** Limits of the block to come. */
  get consensusParams(): ConsensusParams {
    return this.consensus.params;
  }

  /** Limits of the block at `height`, which is at most one above the last. */
  consensusParamsAt(height: number): ConsensusParams {
    const before = height > 1 ? this.store.block(height - 1) : undefined;
    if (!before) return this.genesis.consensus_params;
    return { ...this.genesis.consensus_params, ...updatedParams(before.results) };
  }

  /** Hash of the state after the last block, upper-case hex. */
  get appHash(): string {
    return this.last?.app_hash ?? upperHex(EMPTY_ROOT);
  }

  /** What transactions and queries outside a block see: the last block's height and time, or those of an older one. */
  context(mode: ExecutionContext['mode'], record: BlockRecord | undefined = this.last): ExecutionContext {
    const header = record?.block.block.header;
    return new ExecutionContext({
      chainId: this.chainId,
      height: BigInt(record?.height ?? 0),
      time: parseTime(header?.time ?? this.genesis.genesis_time),
      mode,
      randaoMix: Buffer.from(header?.randao_mix ?? '', 'hex'),
      upgrades: this.upgrades,
    });
  }

  /** Runs the genesis file's parts through the modules and commits what they write. Only on a new chain. */
  initialize(text: string): void {
    const ctx = this.context('deliver');
    for (const module of this.registry.modules) {
      const part = this.genesis.app_state[module.name];
      if (part !== undefined && part !== null) module.initGenesis?.(ctx, part as AnyMessage, this.upgrades);
    }
    this.store.commitGenesis(
      { text, upgrades: this.upgrades.heights, sample: this.sample() },
      this.state.takeChanges(),
    );
  }

  /** A check without the mempool: nothing remains of it. */
  check(bytes: Uint8Array): TxOutcome {
    return this.state.inCheck(() => this.state.scratch(() => this.runner.run(this.context('check'), bytes)));
  }

  /** Checks a transaction and queues it when the check passes. @throws MempoolError */
  submit(bytes: Uint8Array): TxOutcome & { hash: string } {
    const tx: PendingTx = { bytes, hash: txHash(bytes) };
    this.mempool.admit(tx);
    const outcome = this.state.inCheck(() => this.runner.run(this.context('check'), bytes));
    if (outcome.code === 0) {
      this.mempool.push(tx);
      this.arrivals.emit(tx);
    } else {
      this.mempool.forget(tx.hash);
    }
    return { ...outcome, hash: tx.hash };
  }

  /** Runs a transaction on the check state and takes everything back. */
  simulate(bytes: Uint8Array): TxOutcome {
    return this.state.inCheck(() => this.state.scratch(() => this.runner.run(this.context('simulate'), bytes)));
  }

  /** Runs `work` on the check state: accounts as pending transactions have left them. */
  inCheckState<T>(work: () => T): T {
    return this.state.inCheck(work);
  }

  /**
   * Runs `work` on the state after an older block, with that block's height and time. Nothing remains of what it writes.
   * @throws ChainError sdk/18 when that state is not kept any more
   */
  atHeight<T>(height: number, work: (ctx: ExecutionContext) => T): T {
    const ctx = this.context('deliver', this.store.block(height));
    return this.history.at(height, () => this.state.scratch(() => work(ctx)));
  }

  /** Marks the state after the last block. Returns the mark's id. @throws Error when there are too many */
  snapshot(): number {
    if (this.snapshots.length >= MAX_SNAPSHOTS) {
      throw new Error(
        `there are ${MAX_SNAPSHOTS} snapshots already: revert to one of them, which drops the later ones`,
      );
    }
    const waiting = this.mempool.first(this.mempool.count).map(({ bytes }) => bytes);
    return this.store.addSnapshot({ clock: this.clock.setting }, waiting);
  }

  /** Oldest first. */
  get snapshots(): Snapshot[] {
    return this.store.snapshots;
  }

  /**
   * Goes back to a snapshot: blocks, transactions, state, mempool and clock are those of then. The snapshot itself
   * stays, later ones go.
   * @throws Error when there is no such snapshot
   */
  revert(id: number): void {
    const found = this.findSnapshot(id);
    this.state.restore(this.store.revert(found).changes);
    this.settle();
    for (const tx of this.store.snapshotTxs(id)) this.submit(tx);
  }

  /** Forgets a snapshot, and what was kept for it alone. @throws Error when there is no such snapshot */
  dropSnapshot(id: number): void {
    this.store.dropSnapshot(this.findSnapshot(id).id);
  }

  private findSnapshot(id: number): Snapshot {
    const { snapshots } = this;
    const found = snapshots.find((snapshot) => snapshot.id === id);
    if (!found) throw new Error(`no snapshot ${id}: there are ${snapshots.map((s) => s.id).join(', ') || 'none'}`);
    return found;
  }

  /** The state after a block, for `work` to walk in order of table and key, behind `after`. @throws as {@link atHeight} */
  walkState<T>(height: number, after: StatePosition | undefined, work: (entries: Iterable<StateEntry>) => T): T {
    return this.history.at(height, () => work(this.state.entries(after)));
  }

  /** Becomes the chain that the store holds now, after {@link ChainStore.replace}. The genesis file must fit this one. */
  reload(): void {
    this.origin = JSON.parse(this.store.genesis!) as Genesis;
    this.state.reload();
    this.settle();
    this.clock.catchUp(this.lastTime);
  }

  /** After blocks went or came other than one by one. */
  private settle(): void {
    this.last = this.store.block(this.store.height);
    this.history.forget();
    this.clock.reload();
    this.mempool.clear();
  }

  /** Executes what waits, and commits. `time` defaults to the chain's clock, and always grows. */
  produceBlock(time: BlockTime = this.nextTime()): BlockRecord {
    const { max_txs, max_bytes } = this.consensusParams.block;
    const txs = this.mempool.take({ txs: Number(max_txs), bytes: Number(max_bytes) });
    return this.executeBlock({ time, txs: txs.map((tx) => tx.bytes) });
  }

  /** Executes exactly these transactions, in this order, whatever a check would say of them, and commits. */
  executeBlock(input: BlockInput): BlockRecord {
    const { time, txs } = input;
    const block = this.builder.build(this.last, { ...input, time: timeText(time) });
    const results = this.state.branch(() => this.execute(block.block.header, input));
    const changes = this.state.takeChanges();
    const record: BlockRecord = {
      height: this.height + 1,
      block,
      results,
      app_hash: nextAppHash(this.appHash, changes),
    };
    const txHashes = txs.map((tx) => Buffer.from(txHash(tx), 'hex'));
    this.store.commit({ record, txHashes, index: indexOf(record), changes });
    this.last = record;
    this.recheck();
    this.blocks.emit(record);
    return record;
  }

  /** Block 1 has the genesis time; all others follow the clock. */
  nextTime(): BlockTime {
    return this.last ? this.clock.timeAfter(this.lastTime) : this.lastTime;
  }

  /** Of the last block; the genesis time before the first. */
  get lastTime(): BlockTime {
    return parseTime(this.last?.block.block.header.time ?? this.genesis.genesis_time);
  }

  private execute(
    { height, randao_mix }: HeaderJson,
    { time, txs, edit }: Omit<BlockInput, 'randaoMix'>,
  ): BlockRecord['results'] {
    const fields = {
      chainId: this.chainId,
      height: BigInt(height),
      time,
      mode: 'deliver' as const,
      upgrades: this.upgrades,
    };
    const ctx = new ExecutionContext({ ...fields, randaoMix: Buffer.from(randao_mix, 'hex') });
    const [begin, end] = [ctx.child(), ctx.child()];
    const beginUnits = this.counted(() => {
      edit?.(begin);
      for (const name of this.upgrades.executedAt(ctx.height)) this.registry.upgrade(begin, name);
      this.registry.beginBlock(begin);
    });
    const outcomes = txs.map((tx) => txResultJson(this.runner.run(ctx, tx)));
    const endUnits = this.counted(() => this.registry.endBlock(end));
    return {
      height,
      txs_results: outcomes.length > 0 ? outcomes : null,
      begin_block_events: begin.events.length > 0 ? begin.events : null,
      begin_block_extra_data: beginUnits,
      end_block_events: end.events.length > 0 ? end.events : null,
      end_block_extra_data: endUnits,
      validator_updates: null,
      consensus_param_updates: paramUpdates(this.consensusParams),
    };
  }

  private counted(work: () => void): string {
    const before = this.state.units;
    work();
    return unitBytes(this.state.units - before).toString('base64');
  }

  /** What still waits must be valid after the block; its effects are the new check state. */
  private recheck(): void {
    this.state.resetCheck();
    if (this.mempool.count === 0) return;
    this.state.inCheck(() => this.mempool.recheck((tx) => this.runner.run(this.context('check'), tx.bytes).code === 0));
  }

  /** An empty block of this chain, as text that all blocks share: the second, as the first has fewer events. */
  private sample(): BlockRecord {
    const content = { time: this.lastTime, txs: [] };
    const block = this.builder.build(undefined, { ...content, time: timeText(content.time) });
    const header = { ...block.block.header, height: '2' };
    const results = this.state.scratch(() => this.execute(header, content));
    return { height: 2, block, results, app_hash: '' };
  }
}
