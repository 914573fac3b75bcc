/** How one stream record changes: the update algorithm of `reference/chain-state-machine.md` §6.2. */
import { greenfieldPayment as payment } from '@prairie/chain';
import { type Context, plainError } from '../../context.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import type { BankKeeper } from '../bank/keeper.ts';
import { GOVERNANCE_STREAM } from './addresses.ts';
import { FROZEN, type StreamRecord, type StreamStore } from './streams.ts';

/** What changes of a record: its rate in wei per second, its static and its locked balance in wei. */
export interface StreamChange {
  rate?: bigint;
  static?: bigint;
  lock?: bigint;
  /** Of a frozen record alone. */
  frozenRate?: bigint;
}

export interface StreamOptions {
  /** Set in end-block processing: a payer who cannot pay is frozen instead of refused. */
  forced?: boolean;
}

type BankSide = Pick<BankKeeper, 'balance' | 'send'>;
type AccountSide = Pick<AccountKeeper, 'account' | 'moduleAddress'>;

export interface EngineDeps {
  store: StreamStore;
  bank: BankSide;
  accounts: AccountSide;
  params(): payment.Params;
}

const MAX_INT64 = 2n ** 63n - 1n;

export class StreamEngine {
  private readonly deps: EngineDeps;

  constructor(deps: EngineDeps) {
    this.deps = deps;
  }

  /** Changes and writes the record of `account`. @throws ChainError as {@link changed} */
  update(ctx: Context, account: string, change: StreamChange, options: StreamOptions = {}): StreamRecord {
    const record = this.changed(ctx, this.deps.store.getOrNew(account, ctx.now), change, options);
    this.deps.store.write(ctx, record);
    return record;
  }

  /**
   * The record after a change; not written yet, while coins and the settle queue have moved.
   * @throws ChainError (plain) when the payer cannot pay or is frozen, unless forced
   */
  changed(ctx: Context, record: StreamRecord, change: StreamChange, options: StreamOptions = {}): StreamRecord {
    const forced = options.forced ?? false;
    if (record.status === FROZEN) return this.changedFrozen(ctx, record, change, forced);
    const next = { ...record };
    accrue(next, ctx.now);
    lock(next, change.lock ?? 0n);
    next.netflow_rate += change.rate ?? 0n;
    refill(next, this.deps.params().versioned_params.reserve_time);
    next.static_balance += change.static ?? 0n;
    if (next.static_balance < 0n) this.pullFromBank(ctx, next);
    const shrinks = (change.static ?? 0n) < 0n || (change.rate ?? 0n) < 0n;
    if (!forced && shrinks && next.static_balance < 0n) {
      const lacking = `${-next.static_balance} BNB`;
      throw plainError(`stream account ${next.account} balance not enough, lack of ${lacking}`);
    }
    this.schedule(ctx, next, forced);
    return next;
  }

  /**
   * A frozen record takes no part in billing: only what was locked comes back, and rates are kept for its return.
   * While its flows are still being stopped one by one it goes on owing for the rest, so that no money is made.
   */
  private changedFrozen(ctx: Context, record: StreamRecord, change: StreamChange, forced: boolean): StreamRecord {
    if (!forced) throw plainError(`stream record ${record.account} is frozen`);
    const next = { ...record };
    if (next.netflow_rate !== 0n) accrue(next, ctx.now);
    lock(next, change.lock ?? 0n);
    next.netflow_rate += change.rate ?? 0n;
    next.frozen_netflow_rate += change.frozenRate ?? 0n;
    return next;
  }

  /** Step 5: all that is missing comes from the account's coins, or nothing. */
  private pullFromBank(ctx: Context, next: StreamRecord): void {
    const { accounts, bank } = this.deps;
    const missing = -next.static_balance;
    if (accounts.account(next.account) === undefined || bank.balance(next.account) < missing) return;
    bank.send(ctx, next.account, accounts.moduleAddress('payment'), missing);
    next.static_balance = 0n;
    ctx.emitTyped(payment.EventDeposit, { from: next.account, to: next.account, amount: missing });
  }

  /** Steps 7 and 8: when the money will have run down to what `forced_settle_time` costs. */
  private schedule(ctx: Context, next: StreamRecord, forced: boolean): void {
    const before = next.settle_timestamp;
    next.settle_timestamp = 0n;
    if (next.netflow_rate < 0n) {
      const reserve = this.deps.params().forced_settle_time;
      const payable = (next.static_balance + next.buffer_balance) / -next.netflow_rate;
      if (payable <= reserve) {
        if (!forced) {
          const lacking = next.static_balance < 0n ? -next.static_balance : next.static_balance;
          throw plainError(`stream account ${next.account} lacks of ${lacking} BNB`);
        }
        this.forceSettle(ctx, next);
      }
      next.settle_timestamp = settleTime(ctx.now - reserve + payable);
    }
    this.deps.store.reschedule(next.account, before, next.settle_timestamp);
  }

  /** §6.4. The flows are stopped by the next auto settle: the record stays in the queue, due at once. */
  private forceSettle(ctx: Context, next: StreamRecord): void {
    const settled = next.static_balance + next.buffer_balance;
    next.static_balance = 0n;
    next.buffer_balance = 0n;
    next.status = FROZEN;
    if (settled !== 0n) this.update(ctx, GOVERNANCE_STREAM, { static: settled }, { forced: true });
    ctx.emitTyped(payment.EventForceSettle, { addr: next.account, settled_balance: settled });
  }
}

/** Step 1: what flowed since the record was last written. */
export function accrue(next: StreamRecord, now: bigint): void {
  if (now <= next.crud_timestamp) return;
  next.static_balance += next.netflow_rate * (now - next.crud_timestamp);
  next.crud_timestamp = now;
}

/** Step 2. Unlocking more than is locked gives back only what was. */
function lock(next: StreamRecord, amount: bigint): void {
  if (amount === 0n) return;
  next.lock_balance += amount;
  next.static_balance -= amount;
  if (next.lock_balance < 0n) {
    next.static_balance += next.lock_balance;
    next.lock_balance = 0n;
  }
}

/** Step 3: the buffer covers `reserveTime` seconds of what flows out. */
function refill(next: StreamRecord, reserveTime: bigint): void {
  const buffer = next.netflow_rate < 0n ? -next.netflow_rate * reserveTime : 0n;
  next.static_balance -= buffer - next.buffer_balance;
  next.buffer_balance = buffer;
}

/** Within what the record and the queue can hold: 0 would mean no place in the queue. */
export function settleTime(time: bigint): bigint {
  if (time < 1n) return 1n;
  return time > MAX_INT64 ? MAX_INT64 : time;
}

/** What the account could spend now if nothing had to be kept: the balance with what has flowed since. */
export function projectedBalance(record: StreamRecord, now: bigint): bigint {
  return record.static_balance + record.netflow_rate * (now - record.crud_timestamp);
}
