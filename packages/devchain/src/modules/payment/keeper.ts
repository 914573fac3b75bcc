/** The payment module's state and what other modules ask of it. All stream money sits in the `payment` account. */
import { greenfieldPayment as payment, sameAddress } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import type { BankKeeper } from '../bank/keeper.ts';
import { GOVERNANCE_STREAM, TAX_POOL_STREAM } from './addresses.ts';
import { applyBills, type Bill } from './bills.ts';
import { projectedBalance, type StreamChange, StreamEngine, type StreamOptions } from './engine.ts';
import { PaymentParams } from './params.ts';
import { Settler } from './settling.ts';
import { FROZEN, type StreamRecord, StreamStore } from './streams.ts';

export interface PaymentDeps {
  state: State;
  bank: Pick<BankKeeper, 'balance' | 'send' | 'addReceiverCheck'>;
  accounts: Pick<AccountKeeper, 'account' | 'moduleAddress'>;
}

/** Sums over all records, in wei: equal as long as no money is made or lost. */
export interface PaymentSums {
  /** What accounts own in streams, buffers, locks and waiting withdrawals. */
  owed: bigint;
  /** Coins of the module account. */
  held: bigint;
  /** Of all records; 0, as every flow has two ends. */
  netflow: bigint;
}

export class PaymentKeeper {
  readonly governanceAddress: string = GOVERNANCE_STREAM;
  readonly taxPoolAddress: string = TAX_POOL_STREAM;
  readonly moduleAddress: string;
  readonly streams: StreamStore;
  readonly settler: Settler;
  readonly accounts: Table<payment.PaymentAccount>;
  readonly accountCounts: Table<payment.PaymentAccountCount>;
  readonly delayedWithdrawals: Table<payment.DelayedWithdrawalRecord>;
  readonly bank: PaymentDeps['bank'];
  private readonly deps: PaymentDeps;
  private readonly parameters: PaymentParams;
  private readonly engine: StreamEngine;

  constructor(deps: PaymentDeps) {
    const { state, bank, accounts } = deps;
    this.deps = deps;
    this.bank = bank;
    this.moduleAddress = accounts.moduleAddress('payment');
    this.parameters = new PaymentParams(state);
    this.streams = new StreamStore(state);
    this.accounts = state.table('payment/accounts', payment.PaymentAccount);
    this.accountCounts = state.table('payment/account_counts', payment.PaymentAccountCount);
    this.delayedWithdrawals = state.table('payment/delayed_withdrawals', payment.DelayedWithdrawalRecord);
    const params = () => this.parameters.get();
    this.engine = new StreamEngine({ store: this.streams, bank, accounts, params });
    this.settler = new Settler({ store: this.streams, engine: this.engine, params });
  }

  params(): payment.Params {
    return this.parameters.get();
  }

  setParams(ctx: Context, params: payment.Params): void {
    this.parameters.set(ctx, params);
  }

  /** What was in force before second `timestamp`. @throws ChainError (plain) when nothing was */
  versionedParamsAt(timestamp: bigint): payment.VersionedParams {
    return this.parameters.at(timestamp);
  }

  /**
   * Changes who pays whom. Rates are changes, negative ones end a flow. With more than one bill, payers and flows are
   * merged and sorted (§6.3).
   * @throws ChainError (plain) when a payer cannot pay or is frozen, unless forced
   */
  applyFlowChanges(ctx: Context, bills: readonly Bill[], options: StreamOptions = {}): void {
    const { streams: store, engine } = this;
    applyBills({ store, engine, params: () => this.params() }, ctx, bills, options);
  }

  /**
   * Changes one record (§6.2) and writes it; an absent one begins with zeros. Of a frozen record only `lock` and `rate`
   * change, and only when forced: look at its status before paying somebody from its static balance.
   * @throws ChainError (plain) when the account cannot pay or is frozen, unless forced
   */
  updateStream(ctx: Context, account: string, change: StreamChange, options: StreamOptions = {}): StreamRecord {
    return this.engine.update(ctx, account, change, options);
  }

  /** Takes `amount` from the stream of `account` and sends it as coins. @throws ChainError when it has not so much */
  payOut(ctx: Context, account: string, to: string, amount: bigint): void {
    this.updateStream(ctx, account, { static: -amount });
    this.bank.send(ctx, this.moduleAddress, to, amount);
  }

  stream(account: string): StreamRecord | undefined {
    return this.streams.get(account);
  }

  isFrozen(account: string): boolean {
    return this.stream(account)?.status === FROZEN;
  }

  /** Static balance with what has flowed until `now`; 0 for an account without a record. */
  balanceAt(account: string, now: bigint): bigint {
    const record = this.stream(account);
    return record ? projectedBalance(record, now) : 0n;
  }

  paymentAccount(address: string): payment.PaymentAccount | undefined {
    return this.accounts.get(addressKey(address));
  }

  /** Whether `address` is a payment account of `owner`, or the owner itself. */
  isOwnedBy(address: string, owner: string): boolean {
    if (sameAddress(address, owner)) return true;
    const account = this.paymentAccount(address);
    return account !== undefined && sameAddress(account.owner, owner);
  }

  hasBankAccount(address: string): boolean {
    return this.deps.accounts.account(address) !== undefined;
  }

  /** Walks all records: for audits, not for messages. */
  sums(now: bigint): PaymentSums {
    const sum: PaymentSums = { owed: 0n, held: this.bank.balance(this.moduleAddress), netflow: 0n };
    for (const [, record] of this.streams.records.range()) {
      sum.owed += projectedBalance(record, now) + record.buffer_balance + record.lock_balance;
      sum.netflow += record.netflow_rate;
    }
    for (const [, { amount }] of this.delayedWithdrawals.range()) sum.owed += amount;
    return sum;
  }
}
