/**
 * The recorded chain, run again from its genesis file: the same transactions at the same times and heights must give
 * the same codes, events and gas, and the same answers to queries.
 *
 * Blocks that were not recorded are empty. They made challenges too, from randomness that nobody has: before each
 * recorded block the challenge counter is set to what the recording shows.
 */
import type { VectorReport } from '@prairie/chain/conformance';
import { type BlockRecord, ChainStore, type OpenedChain, openChain, parseTime } from '@prairie/devchain';
import { alignChallenges } from './challenges.ts';
import { blockMismatches, txMismatches } from './compare.ts';
import { NodeAnswers } from './node-answers.ts';
import { queryMismatch } from './queries.ts';
import {
  RECORDED_IDENTITY,
  RECORDED_UPGRADES,
  type RecordedBlock,
  type RecordedQuery,
  type Recording,
} from './recording.ts';
import { signerMismatch } from './signers.ts';

/** Between blocks of the recorded network, for heights whose time was not recorded. */
const BLOCK_MS = 511;

const TALLIES = ['signers', 'transactions', 'begin of blocks', 'end of blocks', 'queries', 'node answers'] as const;
export type Tally = (typeof TALLIES)[number];

export class Replay {
  readonly reports = Object.fromEntries(TALLIES.map((tally) => [tally, emptyReport()])) as Record<Tally, VectorReport>;
  readonly opened: OpenedChain;
  /** All states are kept: some were asked for much later. */
  private readonly store = new ChainStore({ historyBlocks: Number.MAX_SAFE_INTEGER });
  private readonly recording: Recording;
  private readonly queries: Map<number, RecordedQuery[]>;
  private readonly answers: NodeAnswers;

  constructor(recording: Recording) {
    this.recording = recording;
    this.queries = Map.groupBy(recording.queries, (query) => Number(query.response_height));
    this.opened = openChain(this.store, {
      genesis: recording.genesis,
      upgrades: RECORDED_UPGRADES,
      identity: () => RECORDED_IDENTITY,
      onPanic: (error) => this.panics.push(error),
    });
    this.answers = new NodeAnswers(recording, this.opened);
  }

  readonly panics: unknown[] = [];

  /** Runs until the last height that has blocks, queries or requests. */
  async run(until?: number): Promise<void> {
    const last = until ?? Math.max(...this.recording.times.keys(), ...this.queries.keys(), this.answers.until);
    for (let height = 1; height <= last; height++) {
      this.block(height);
      for (const query of this.queries.get(height) ?? []) this.query(query);
      for await (const { name, mismatch } of this.answers.ask()) this.count('node answers', name, mismatch);
    }
  }

  async close(): Promise<void> {
    await this.answers.close();
    this.store.close();
  }

  private block(height: number): void {
    const recorded = this.recording.blocks.get(height);
    const time = parseTime(this.recording.times.get(height) ?? this.laterTime());
    const { chain } = this.opened;
    if (!recorded) {
      chain.executeBlock({ time, txs: [] });
      return;
    }
    alignChallenges(this.opened, recorded);
    const txs = recorded.block.block.data.txs.map((tx) => Buffer.from(tx, 'base64'));
    this.checkSigners(recorded, txs);
    const randaoMix = Buffer.from(recorded.block.block.header.randao_mix, 'hex');
    this.compare(chain.executeBlock({ time, txs, randaoMix }), recorded);
  }

  private compare({ results }: BlockRecord, { height, block_results }: RecordedBlock): void {
    const at = `block ${height}`;
    for (const [index, expected] of (block_results.txs_results ?? []).entries()) {
      this.count('transactions', `${at}, transaction ${index}`, txMismatches(results.txs_results![index]!, expected));
    }
    const [begin, end] = blockMismatches(results, block_results);
    this.count('begin of blocks', at, begin);
    this.count('end of blocks', at, end);
  }

  /** The account that the recorded events name must have signed. */
  private checkSigners({ height, block_results }: RecordedBlock, txs: readonly Uint8Array[]): void {
    const { chain, keepers } = this.opened;
    for (const [index, { events }] of (block_results.txs_results ?? []).entries()) {
      const attributes = events.filter(({ type }) => type === 'tx').flatMap((event) => event.attributes);
      const signer = attributes.find(({ key }) => key === 'acc_seq')!.value.split('/')[0]!;
      const mismatch = signerMismatch(txs[index]!, chain.chainId, signer, keepers);
      this.count('signers', `block ${height}, transaction ${index}`, mismatch);
    }
  }

  private query(query: RecordedQuery): void {
    const at = `${query.path} at height ${query.response_height} of ${query.request_data_hex.slice(0, 60)}`;
    this.count('queries', at, queryMismatch(this.opened.chain, query));
  }

  private count(tally: Tally, name: string, mismatch: string | undefined): void {
    const report = this.reports[tally];
    report.total++;
    if (mismatch === undefined) report.matched++;
    else report.mismatches.push(`${name}: ${mismatch}`);
  }

  private laterTime(): string {
    const last = Date.parse(this.opened.chain.lastBlock!.block.block.header.time);
    return new Date(last + BLOCK_MS).toISOString();
  }
}

function emptyReport(): VectorReport {
  return { matched: 0, total: 0, mismatches: [] };
}
