/** Applying flow changes: who pays whom, and how much more or less (`reference/chain-state-machine.md` §6.3). */
import { greenfieldPayment as payment, toChecksumAddress } from '@prairie/chain';
import type { Context } from '../../context.ts';
import type { StreamEngine, StreamOptions } from './engine.ts';
import { FLOW_ACTIVE, FLOW_FROZEN, FROZEN, type StreamRecord, type StreamStore } from './streams.ts';

/** A change of the rate that flows to an account, in wei per second. */
export interface Flow {
  to: string;
  rate: bigint;
}

export interface Bill {
  payer: string;
  flows: Flow[];
}

interface BillDeps {
  store: StreamStore;
  engine: StreamEngine;
  params(): payment.Params;
}

/** @throws ChainError (plain) when a payer cannot pay or is frozen, unless forced */
export function applyBills(deps: BillDeps, ctx: Context, bills: readonly Bill[], options: StreamOptions): void {
  const received = new Map<string, bigint>();
  for (const { payer, flows } of bills.length > 1 ? mergedBills(bills) : bills) {
    for (const { to, rate } of applyToPayer(deps, ctx, payer, summed(flows), options)) {
      received.set(to, (received.get(to) ?? 0n) + rate);
    }
  }
  for (const [to, rate] of sortedByAddress(received)) deps.engine.update(ctx, to, { rate }, options);
}

/** Changes the payer's record and out-flows. Returns the flows whose receivers notice. */
function applyToPayer(deps: BillDeps, ctx: Context, payer: string, flows: Flow[], options: StreamOptions): Flow[] {
  const { store, engine } = deps;
  const record = store.getOrNew(payer, ctx.now);
  const frozen = record.status === FROZEN;
  const isLive = ({ to }: Flow) => !frozen || store.flow(payer, to, FLOW_ACTIVE) !== undefined;
  const live = flows.filter(isLive);
  const resting = flows.filter((flow) => !isLive(flow));
  const rate = -total(live);
  if (!frozen) previewFee(ctx, record, -rate, deps.params().versioned_params.reserve_time);
  const changed = engine.changed(ctx, record, { rate, frozenRate: -total(resting) }, options);
  const next: StreamRecord = { ...changed };
  for (const flow of live) next.out_flow_count += store.addToFlow(payer, flow.to, flow.rate, FLOW_ACTIVE);
  for (const flow of resting) next.out_flow_count += store.addToFlow(payer, flow.to, flow.rate, FLOW_FROZEN);
  store.write(ctx, next);
  return live;
}

/** Wallets simulate a transaction to show what it will reserve or free. */
function previewFee(ctx: Context, record: StreamRecord, rate: bigint, reserveTime: bigint): void {
  if (ctx.mode === 'deliver' || rate === 0n) return;
  const { FEE_PREVIEW_TYPE_PRELOCKED_FEE, FEE_PREVIEW_TYPE_UNLOCKED_FEE } = payment.FeePreviewType;
  ctx.emitTyped(payment.EventFeePreview, {
    account: record.account,
    fee_preview_type: rate > 0n ? FEE_PREVIEW_TYPE_PRELOCKED_FEE : FEE_PREVIEW_TYPE_UNLOCKED_FEE,
    amount: (rate > 0n ? rate : -rate) * reserveTime,
  });
}

/** One bill per payer, sorted, without flows that cancel out. */
function mergedBills(bills: readonly Bill[]): Bill[] {
  const payers = new Map<string, Flow[]>();
  for (const { payer, flows } of bills) {
    const key = toChecksumAddress(payer);
    payers.set(key, [...(payers.get(key) ?? []), ...flows]);
  }
  return sortedByAddress(payers).map(([payer, flows]) => ({
    payer,
    flows: summed(flows)
      .filter(({ rate }) => rate !== 0n)
      .sort((a, b) => compare(a.to, b.to)),
  }));
}

/** One flow per receiver, in the order of first mention; those that cancel out stay: their receiver is written. */
function summed(flows: readonly Flow[]): Flow[] {
  const rates = new Map<string, bigint>();
  for (const { to, rate } of flows) {
    const key = toChecksumAddress(to);
    rates.set(key, (rates.get(key) ?? 0n) + rate);
  }
  return [...rates].map(([to, rate]) => ({ to, rate }));
}

const total = (flows: readonly Flow[]): bigint => flows.reduce((sum, { rate }) => sum + rate, 0n);

/** The chain sorts addresses as checksummed text, so `0xCf…` is before `0xbC…` (seen in recordings of migration). */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sortedByAddress = <V>(map: ReadonlyMap<string, V>): [string, V][] => [...map].sort(([a], [b]) => compare(a, b));
