/**
 * Spoilt transactions and queries, given to a chain that is in use. Whatever they are, the chain says what is wrong with
 * them in its own words, and those it refuses leave no trace: a second chain, which never saw them, stays equal.
 */

import { MempoolError } from '../../chain/mempool.ts';
import { FEE } from '../random/draft.ts';
import type { Planned } from '../random/plan.ts';
import { scriptedHashes } from '../random/replay.ts';
import { RandomRun } from '../random/run.ts';
import { signed } from '../sender.ts';
import { outcomeFaults, PANIC, queryFaults } from './answers.ts';
import { spoiltQuery } from './queries.ts';
import { SPOILINGS } from './transactions.ts';
import { openWatchedChain, type WatchedState } from './watched.ts';

/** Inputs between blocks, on average. */
const PER_BLOCK = 16;
/** Inputs of one chain: then another one begins. */
const PER_CHAIN = 1500;
const WARM_UP_BLOCKS = 12;
/** How many inputs are watched: all tables are read before and after. */
const WATCHED = 0.02;
/** Branches of a transaction: the checks, the messages, and one inside of these. */
const BRANCHES = 3;
/** Milliseconds after which an input counts as one that hangs. */
const HANGS = 10_000;
/** Sound transactions that are kept to be spoilt, and how often one of them is. */
const CORPUS = 40;
const REUSED = 0.6;

const ROUTES = ['check', 'simulate', 'submit', 'submit', 'query'] as const;
type Route = (typeof ROUTES)[number];

export interface Input {
  route: Route | 'block';
  /** How it was spoilt, or the path of a query. */
  how: string;
  /** Hex. */
  bytes: string;
}

export interface Fault extends Input {
  what: string;
}

interface Sound {
  draft: Planned;
  valid: Buffer;
}

export class TxFuzz {
  readonly faults: Fault[] = [];
  /** Inputs by what became of them: `submit accepted`. */
  readonly counts = new Map<string, number>();
  inputs = 0;
  /** The one that took longest, ms. */
  slowest: { ms: number; input: Input | undefined } = { ms: 0, input: undefined };
  /** Branches that failed while all tables were watched. */
  watched = 0;
  private readonly seed: number;
  private chains = 0;
  private ofChain = 0;
  private corpus: Sound[] = [];
  private run: RandomRun;
  private state: WatchedState;

  constructor(seed: number) {
    this.seed = seed;
    [this.run, this.state] = this.opened();
  }

  /** Gives the chain one input. */
  next(): void {
    this.inputs++;
    if (++this.ofChain > PER_CHAIN) {
      this.finish();
      [this.run, this.state] = this.opened();
    }
    const { rng } = this.run.world;
    const route = rng.one(ROUTES);
    if (rng.chance(WATCHED)) this.state.watch(rng.between(1, BRANCHES));
    if (route === 'query') this.query();
    else this.transaction(route);
    if (rng.below(PER_BLOCK) === 0) this.block();
  }

  /** Ends a chain: it must equal one that got nothing but what is in its blocks. */
  finish(): void {
    this.block();
    const input: Input = { route: 'block', how: `chain of seed ${this.seed + this.chains - 1}`, bytes: '' };
    for (const what of this.state.leftovers) this.fault(input, what);
    this.watched += this.state.watched;
    try {
      const expected = scriptedHashes(this.run.script);
      const at = this.run.hashes.findIndex((hash, index) => hash !== expected[index]);
      if (at >= 0) this.fault(input, `at height ${at + 1} the state is not that of a chain without refused inputs`);
    } catch (error) {
      this.fault(input, `a chain without refused inputs does not take the others: ${(error as Error).message}`);
    }
  }

  private opened(): [RandomRun, WatchedState] {
    const chain = openWatchedChain();
    const run = new RandomRun(this.seed + this.chains++, { opened: chain });
    for (let block = 0; block < WARM_UP_BLOCKS; block++) run.block();
    this.ofChain = 0;
    this.corpus = [];
    return [run, chain.state];
  }

  private transaction(route: 'check' | 'simulate' | 'submit'): void {
    const { world } = this.run;
    const sound = this.unlessLost(() => this.sound());
    if (!sound) return;
    const { draft, valid } = sound;
    const { name, spoil } = world.rng.weighted(SPOILINGS);
    const bytes = spoil(world, draft, valid);
    const input: Input = { route, how: `${name}, ${draft.kind}`, bytes: bytes.toString('hex') };
    const outcome = this.attempted(input, () =>
      route === 'submit' ? this.run.offer(bytes) : world.chain[route](bytes),
    );
    if (!outcome) return;
    this.count(`${route} ${outcome.code === 0 ? 'accepted' : 'refused'}`);
    for (const what of outcomeFaults(outcome)) this.fault(input, what);
  }

  /** A transaction to spoil: a new one, or one that was spoilt in another way before. */
  private sound(): Sound | undefined {
    const { world } = this.run;
    if (this.corpus.length > 0 && world.rng.chance(REUSED)) return world.rng.one(this.corpus);
    const draft = this.run.draft();
    if (!draft) return undefined;
    const sound = { draft, valid: signed(world, draft.signer, [draft.message], { fee: FEE }) };
    if (this.corpus.length < CORPUS) this.corpus.push(sound);
    else this.corpus[world.rng.below(CORPUS)] = sound;
    return sound;
  }

  private query(): void {
    const { world } = this.run;
    const { path, data, height } = spoiltQuery(world);
    const input: Input = { route: 'query', how: `${path} at ${height}`, bytes: data.toString('hex') };
    const answer = this.attempted(input, () => world.chain.queries.query(path, data, height));
    if (!answer) return;
    this.count(`query ${answer.code === 0 ? 'answered' : 'refused'}`);
    for (const what of queryFaults(answer)) this.fault(input, what);
  }

  /** The next block, with valid messages behind the spoilt ones that were accepted. */
  private block(): void {
    const input: Input = { route: 'block', how: `height ${this.run.world.chain.height + 1}`, bytes: '' };
    const record = this.attempted(input, () => this.unlessLost(() => this.run.block()));
    if (!record) return;
    for (const result of record.results.txs_results ?? []) {
      this.count(`deliver ${result.code === 0 ? 'accepted' : 'refused'}`);
      if (result.code === PANIC) this.fault(input, result.log);
    }
    for (const what of this.run.invariants.findings(record)) this.fault(input, what);
  }

  /** Runs `work`; what it throws, what modules did not mean to throw, and what hangs are faults. */
  private attempted<T>(input: Input, work: () => T): T | undefined {
    const { panics } = this.run.world.opened;
    const started = performance.now();
    try {
      return work();
    } catch (error) {
      // a transaction that is in the mempool already, or too large for it
      if (error instanceof MempoolError) this.count(`${input.route} refused`);
      else this.fault(input, `thrown: ${(error as Error).stack}`);
      return undefined;
    } finally {
      const ms = performance.now() - started;
      if (ms > this.slowest.ms) this.slowest = { ms, input };
      if (ms > HANGS) this.fault(input, `took ${ms} ms`);
      for (const panic of panics.splice(0)) this.fault(input, `panic: ${(panic as Error).stack ?? panic}`);
    }
  }

  /**
   * A spoilt message that was accepted may have changed what the valid ones are made from, such as the address of a
   * provider whose key nobody has: then there is no next one.
   */
  private unlessLost<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.ofChain = PER_CHAIN;
      return undefined;
    }
  }

  private count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  private fault(input: Input, what: string): void {
    this.faults.push({ what, ...input });
  }
}
