/** Stopping the flows of accounts that ran dry, and starting them again (`reference/chain-state-machine.md` §6.4). */
import type { greenfieldPayment as payment } from '@prairie/chain';
import { type Context, plainError } from '../../context.ts';
import { accrue, type StreamEngine, settleTime } from './engine.ts';
import {
  ACTIVE,
  FLOW_ACTIVE,
  FLOW_FROZEN,
  isActive,
  parseQueueKey,
  type StreamRecord,
  type StreamStore,
} from './streams.ts';

interface SettlerDeps {
  store: StreamStore;
  engine: StreamEngine;
  params(): payment.Params;
}

const FORCED = { forced: true } as const;

export class Settler {
  private readonly deps: SettlerDeps;

  constructor(deps: SettlerDeps) {
    this.deps = deps;
  }

  endBlock(ctx: Context): void {
    this.autoResume(ctx);
    this.autoSettle(ctx);
  }

  /** Money for a record, whatever its status. @throws ChainError (plain) when it is being resumed already */
  deposit(ctx: Context, record: StreamRecord, amount: bigint): void {
    const { store, engine } = this.deps;
    if (isActive(record)) store.write(ctx, engine.changed(ctx, record, { static: amount }));
    else this.depositFrozen(ctx, record, amount);
  }

  private depositFrozen(ctx: Context, record: StreamRecord, amount: bigint): void {
    const { store } = this.deps;
    if (store.isResuming(record.account)) {
      throw plainError(`stream account ${record.account} status is resuming, please wait`);
    }
    const next = { ...record };
    if (next.netflow_rate !== 0n) accrue(next, ctx.now);
    next.static_balance += amount;
    const rate = -(next.netflow_rate + next.frozen_netflow_rate);
    if (rate === 0n && ctx.has('Savanna')) {
      // Savanna: a record without flows is active again
      store.reschedule(next.account, next.settle_timestamp, 0n);
      Object.assign(next, { status: ACTIVE, settle_timestamp: 0n, crud_timestamp: ctx.now });
    } else if (rate !== 0n) {
      this.tryResume(ctx, next, rate);
    }
    store.write(ctx, next);
  }

  /** Once the buffer is full again the flows start: few at once, many over the next blocks. */
  private tryResume(ctx: Context, next: StreamRecord, rate: bigint): void {
    const { store } = this.deps;
    const params = this.deps.params();
    const buffer = rate * params.versioned_params.reserve_time;
    if (next.static_balance < buffer) return;
    const settle = settleTime(ctx.now + next.static_balance / rate - params.forced_settle_time);
    store.reschedule(next.account, next.settle_timestamp, settle);
    next.static_balance -= buffer - next.buffer_balance;
    next.buffer_balance = buffer;
    next.crud_timestamp = ctx.now;
    next.settle_timestamp = settle;
    if (next.out_flow_count > params.max_auto_resume_flow_count) store.queueResume(next.account, ctx.now);
    else this.startFlows(ctx, next, Number(next.out_flow_count));
  }

  /** Starts up to `limit` flows; with the last one the record is active. Returns how many started. */
  private startFlows(ctx: Context, next: StreamRecord, limit: number): number {
    const { store, engine } = this.deps;
    const flows = store.firstFlowsOf(next.account, FLOW_FROZEN, limit);
    for (const { to_address, rate } of flows) {
      engine.update(ctx, to_address, { rate }, FORCED);
      this.moveFlow(next, to_address, rate, FLOW_FROZEN, FLOW_ACTIVE);
      next.netflow_rate -= rate;
      next.frozen_netflow_rate += rate;
    }
    if (store.firstFlowsOf(next.account, FLOW_FROZEN, 1).length === 0) next.status = ACTIVE;
    return flows.length;
  }

  private autoResume(ctx: Context): void {
    const { store } = this.deps;
    let budget = Number(this.deps.params().max_auto_resume_flow_count);
    for (const [key] of store.resumeQueue.range()) {
      const { time, account } = parseQueueKey(key);
      if (time > ctx.now || budget <= 0) return;
      const next = { ...store.get(account)! };
      if (next.netflow_rate !== 0n) accrue(next, ctx.now);
      budget -= this.startFlows(ctx, next, budget);
      // what the flows did not cost while they waited stays with the payer, from now on it is billed
      next.crud_timestamp = ctx.now;
      if (isActive(next)) store.endResume(account);
      store.write(ctx, next);
    }
  }

  private autoSettle(ctx: Context): void {
    const { store } = this.deps;
    let budget = Number(this.deps.params().max_auto_settle_flow_count);
    for (const [key] of store.settleQueue.range()) {
      const { time, account } = parseQueueKey(key);
      if (time > ctx.now || budget <= 0) return;
      budget -= this.settle(ctx, account, budget);
    }
  }

  /** Returns what it cost of the block's budget. */
  private settle(ctx: Context, account: string, budget: number): number {
    const { store, engine } = this.deps;
    let cost = 0;
    let record = store.get(account)!;
    if (isActive(record)) {
      record = engine.changed(ctx, record, {}, FORCED);
      store.write(ctx, record);
      cost = 1;
    }
    if (isActive(record) || store.isResuming(account)) return cost;
    return cost + this.stopFlows(ctx, record, budget - cost);
  }

  private stopFlows(ctx: Context, record: StreamRecord, limit: number): number {
    const { store, engine } = this.deps;
    const next = { ...record };
    if (next.netflow_rate !== 0n) accrue(next, ctx.now);
    const flows = store.firstFlowsOf(next.account, FLOW_ACTIVE, limit);
    for (const { to_address, rate } of flows) {
      engine.update(ctx, to_address, { rate: -rate }, FORCED);
      this.moveFlow(next, to_address, rate, FLOW_ACTIVE, FLOW_FROZEN);
      next.netflow_rate += rate;
      next.frozen_netflow_rate -= rate;
    }
    if (flows.length > 0) store.write(ctx, next);
    if (store.firstFlowsOf(next.account, FLOW_ACTIVE, 1).length === 0) {
      store.reschedule(next.account, next.settle_timestamp, 0n);
    }
    return flows.length;
  }

  /** A payer has one flow of each status to a receiver: where there is one already they become one. */
  private moveFlow(
    next: StreamRecord,
    to: string,
    rate: bigint,
    from: payment.OutFlowStatus,
    into: payment.OutFlowStatus,
  ): void {
    next.out_flow_count += this.deps.store.addToFlow(next.account, to, -rate, from);
    next.out_flow_count += this.deps.store.addToFlow(next.account, to, rate, into);
  }
}
