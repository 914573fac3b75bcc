/**
 * The chain: committed state, the mempool's check state above it, and one block after the other.
 *
 * Everything here is synchronous. A block begins, runs and is on disk within one turn of the event loop, so a query
 * never meets half of it.
 */
import { type AnyMessage, txHash } from '@prairie/chain';
import type { ChainState } from '../state/index.ts';
import { UpgradePlan } from '../upgrades.ts';
import type { AnteKeepers } from './ante.ts';
import { BlockBuilder, nextAppHash, paramUpdates, txResultJson } from './block-builder.ts';
import { type BlockRecord, type ConsensusParams, parseTime, timeText } from './block-types.ts';
import type { ChainStore } from './chain-store.ts';
import { type BlockTime, timeAfter } from './clock.ts';
import { EventSearch, indexOf } from './event-index.ts';
import { ExecutionContext } from './execution-context.ts';
import { upperHex } from './hashes.ts';
import { Listeners } from './listeners.ts';
import { Mempool, type PendingTx } from './mempool.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { QueryRouter } from './query-router.ts';
import type { Registry } from './registry.ts';
import { type TxOutcome, TxRunner, unitBytes } from './tx-runner.ts';
import type { ConsensusKey, ValidatorInfo } from './validator.ts';

export interface Genesis {
  genesis_time: string;
  chain_id: string;
  initial_height: string;
  consensus_params: ConsensusParams;
  app_hash: string;
  // biome-ignore lint/suspicious/noExplicitAny: each module knows its own part
  app_state: Record<string, any>;
}

export interface ChainDeps {
  state: ChainState;
  store: ChainStore;
  genesis: Genesis;
  registry: Registry;
  keepers: AnteKeepers;
  key: ConsensusKey;
  validator: ValidatorInfo;
  /** Default: all from the start. */
  upgrades?: UpgradePlan | undefined;
  onPanic?: ((error: unknown) => void) | undefined;
}

export class Chain {
  readonly chainId: string;
  readonly genesis: Genesis;
  readonly store: ChainStore;
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
  private readonly state: ChainState;
  private readonly registry: Registry;
  private readonly runner: TxRunner;
  private last: BlockRecord | undefined;

  constructor(deps: ChainDeps) {
    const { state, store, genesis, registry, key, validator } = deps;
    this.chainId = genesis.chain_id;
    this.genesis = genesis;
    this.store = store;
    this.state = state;
    this.registry = registry;
    this.key = key;
    this.validator = validator;
    this.upgrades = deps.upgrades ?? new UpgradePlan();
    this.search = new EventSearch(store);
    this.runner = new TxRunner(deps);
    this.builder = new BlockBuilder({ chainId: this.chainId, key, validator, consensus: genesis.consensus_params });
    this.queries = new QueryRouter({ state, registry, chain: this, onPanic: deps.onPanic });
    this.last = store.block(store.height);
  }

  /** Height of the last block; 0 before the first. */
  get height(): number {
    return this.last?.height ?? 0;
  }

  get lastBlock(): BlockRecord | undefined {
    return this.last;
  }

  /** Hash of the state after the last block, upper-case hex. */
  get appHash(): string {
    return this.last?.app_hash ?? upperHex(EMPTY_ROOT);
  }

  /** What transactions and queries outside a block see: the last block's height and time. */
  context(mode: ExecutionContext['mode']): ExecutionContext {
    const header = this.last?.block.block.header;
    return new ExecutionContext({
      chainId: this.chainId,
      height: BigInt(this.height),
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

  /** Executes what waits, and commits. `time` defaults to the wall clock, and always grows. */
  produceBlock(time: BlockTime = this.nextTime()): BlockRecord {
    const { max_txs, max_bytes } = this.genesis.consensus_params.block;
    const txs = this.mempool.take({ txs: Number(max_txs), bytes: Number(max_bytes) });
    const block = this.builder.build(this.last, { time: timeText(time), txs: txs.map((tx) => tx.bytes) });
    const results = this.state.branch(() => this.execute(block.block.header.randao_mix, time, txs));
    const changes = this.state.takeChanges();
    const record: BlockRecord = {
      height: this.height + 1,
      block,
      results,
      app_hash: nextAppHash(this.appHash, changes),
    };
    const txHashes = txs.map((tx) => Buffer.from(tx.hash, 'hex'));
    this.store.commit({ record, txHashes, index: indexOf(record), changes });
    this.last = record;
    this.recheck();
    this.blocks.emit(record);
    return record;
  }

  /** Block 1 has the genesis time; all others follow the wall clock. */
  private nextTime(): BlockTime {
    if (!this.last) return parseTime(this.genesis.genesis_time);
    return timeAfter(parseTime(this.last.block.block.header.time));
  }

  private execute(randaoMix: string, time: BlockTime, txs: readonly PendingTx[]): BlockRecord['results'] {
    const height = this.height + 1;
    const fields = {
      chainId: this.chainId,
      height: BigInt(height),
      time,
      mode: 'deliver' as const,
      upgrades: this.upgrades,
    };
    const ctx = new ExecutionContext({ ...fields, randaoMix: Buffer.from(randaoMix, 'hex') });
    const [begin, end] = [ctx.child(), ctx.child()];
    const beginUnits = this.counted(() => {
      for (const name of this.upgrades.executedAt(ctx.height)) this.registry.upgrade(begin, name);
      this.registry.beginBlock(begin);
    });
    const outcomes = txs.map((tx) => txResultJson(this.runner.run(ctx, tx.bytes)));
    const endUnits = this.counted(() => this.registry.endBlock(end));
    return {
      height: String(height),
      txs_results: outcomes.length > 0 ? outcomes : null,
      begin_block_events: begin.events.length > 0 ? begin.events : null,
      begin_block_extra_data: beginUnits,
      end_block_events: end.events.length > 0 ? end.events : null,
      end_block_extra_data: endUnits,
      validator_updates: null,
      consensus_param_updates: paramUpdates(this.genesis.consensus_params),
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

  /** An empty block of this chain, as text that all blocks share. */
  private sample(): BlockRecord {
    const block = this.builder.build(undefined, { time: this.genesis.genesis_time, txs: [] });
    return {
      height: 1,
      block,
      results: {
        height: '1',
        txs_results: null,
        begin_block_events: null,
        begin_block_extra_data: '',
        end_block_events: null,
        end_block_extra_data: '',
        validator_updates: null,
        consensus_param_updates: paramUpdates(this.genesis.consensus_params),
      },
      app_hash: '',
    };
  }
}
