/** Messages of the payment module (`reference/chain-state-machine.md` §6.5). */
import { isAddress, greenfieldPayment as payment, sameAddress, toChecksumAddress } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { checkAuthority } from '../permission/authority.ts';
import { paymentAccountAddress } from './addresses.ts';
import { paymentErrors } from './errors.ts';
import type { PaymentKeeper } from './keeper.ts';
import { FROZEN } from './streams.ts';

export function paymentMessages(keeper: PaymentKeeper): MessageHandler[] {
  return [
    message<payment.MsgUpdateParams>({
      type: payment.MsgUpdateParams,
      response: payment.MsgUpdateParamsResponse,
      signers: (msg) => [msg.authority],
      handle: (ctx, msg) => updateParams(keeper, ctx, msg),
    }),
    message<payment.MsgCreatePaymentAccount>({
      type: payment.MsgCreatePaymentAccount,
      response: payment.MsgCreatePaymentAccountResponse,
      signers: (msg) => [msg.creator],
      validateBasic: (msg) => checkAddress(msg.creator, 'creator'),
      handle: (ctx, msg) => createAccount(keeper, ctx, msg),
    }),
    message<payment.MsgDeposit>({
      type: payment.MsgDeposit,
      response: payment.MsgDepositResponse,
      signers: (msg) => [msg.creator],
      validateBasic(msg) {
        checkAddress(msg.creator, 'creator');
        checkAddress(msg.to, 'to');
        checkAmount(msg.amount);
      },
      handle: (ctx, msg) => deposit(keeper, ctx, msg),
    }),
    message<payment.MsgWithdraw>({
      type: payment.MsgWithdraw,
      response: payment.MsgWithdrawResponse,
      signers: (msg) => [msg.creator],
      validateBasic(msg) {
        checkAddress(msg.creator, 'creator');
        if (msg.from !== '') checkAddress(msg.from, 'from');
        checkAmount(msg.amount);
      },
      handle: (ctx, msg) => (msg.from === '' ? claim(keeper, ctx, msg) : withdraw(keeper, ctx, msg)),
    }),
    message<payment.MsgDisableRefund>({
      type: payment.MsgDisableRefund,
      response: payment.MsgDisableRefundResponse,
      signers: (msg) => [msg.owner],
      validateBasic(msg) {
        checkAddress(msg.owner, 'owner');
        checkAddress(msg.addr, 'payment account');
      },
      handle: (ctx, msg) => disableRefund(keeper, ctx, msg),
    }),
  ];
}

function checkAddress(address: string, role: string): void {
  if (!isAddress(address)) throw sdkErrors.invalidAddress(`invalid ${role} address ${JSON.stringify(address)}`);
}

function checkAmount(amount: bigint): void {
  if (amount <= 0n) throw sdkErrors.invalidCoins(`amount must be positive, got ${amount}`);
}

function updateParams(keeper: PaymentKeeper, ctx: Context, msg: payment.MsgUpdateParams): undefined {
  checkAuthority(msg.authority);
  const { params } = msg;
  if (params.versioned_params.reserve_time <= params.forced_settle_time) {
    throw paymentErrors.invalidParams('reserve_time must be longer than forced_settle_time');
  }
  keeper.setParams(ctx, params);
  if (ctx.has('Nagqu')) ctx.emitTyped(payment.Params, params); // Nagqu: changed parameters are an event
}

function createAccount(keeper: PaymentKeeper, ctx: Context, msg: payment.MsgCreatePaymentAccount): undefined {
  const owner = toChecksumAddress(msg.creator);
  const count = keeper.accountCounts.get(addressKey(owner))?.count ?? 0n;
  const limit = keeper.params().payment_account_count_limit;
  if (count >= limit) throw paymentErrors.accountLimitReached(`${owner} has ${count} of at most ${limit}`);
  const account = { addr: paymentAccountAddress(owner, count), owner, refundable: true };
  keeper.accounts.set(addressKey(account.addr), account);
  keeper.accountCounts.set(addressKey(owner), { owner, count: count + 1n });
  ctx.emitTyped(payment.EventPaymentAccountUpdate, account);
}

function deposit(keeper: PaymentKeeper, ctx: Context, msg: payment.MsgDeposit): undefined {
  const to = toChecksumAddress(msg.to);
  const isPaymentAccount = keeper.paymentAccount(to) !== undefined;
  const record = keeper.stream(to);
  if (!record && !isPaymentAccount && !keeper.hasBankAccount(to)) throw paymentErrors.receiverNotExist(to);
  keeper.bank.send(ctx, msg.creator, keeper.moduleAddress, msg.amount);
  // coins that reached a payment account by a way other than this one could never leave it
  const stranded = isPaymentAccount ? keeper.bank.balance(to) : 0n;
  if (stranded > 0n) keeper.bank.send(ctx, to, keeper.moduleAddress, stranded);
  const amount = msg.amount + stranded;
  keeper.settler.deposit(ctx, record ?? keeper.streams.getOrNew(to, ctx.now), amount);
  ctx.emitTyped(payment.EventDeposit, { from: toChecksumAddress(msg.creator), to, amount });
}

function withdraw(keeper: PaymentKeeper, ctx: Context, msg: payment.MsgWithdraw): undefined {
  const creator = toChecksumAddress(msg.creator);
  const from = toChecksumAddress(msg.from);
  checkMayWithdraw(keeper, from, creator);
  const { static_balance } = keeper.updateStream(ctx, from, { static: -msg.amount });
  if (static_balance < 0n) throw paymentErrors.insufficientBalance(`static balance of ${from} is ${static_balance}`);
  const { withdraw_time_lock_threshold: threshold, withdraw_time_lock_duration: duration } = keeper.params();
  if (msg.amount >= threshold && ctx.has('Nagqu')) {
    // Nagqu: large withdrawals wait
    if (keeper.delayedWithdrawals.has(addressKey(creator))) throw paymentErrors.delayedWithdrawalExists(creator);
    const delayed = { addr: creator, amount: msg.amount, from, unlock_timestamp: ctx.now + duration };
    keeper.delayedWithdrawals.set(addressKey(creator), delayed);
    return;
  }
  payWithdrawal(keeper, ctx, { to: creator, from, amount: msg.amount });
}

function checkMayWithdraw(keeper: PaymentKeeper, from: string, creator: string): void {
  const record = keeper.stream(from);
  if (!record) throw paymentErrors.streamNotFound(from);
  if (record.status === FROZEN) throw paymentErrors.wrongStreamStatus(`stream record ${from} is frozen`);
  if (sameAddress(from, creator)) return;
  const account = keeper.paymentAccount(from);
  if (!account) throw paymentErrors.accountNotFound(from);
  if (!sameAddress(account.owner, creator)) throw paymentErrors.notOwner(`${creator} of ${from}`);
  if (!account.refundable) throw paymentErrors.nonRefundable(from);
}

/** Takes a large withdrawal out once its time lock is over. */
function claim(keeper: PaymentKeeper, ctx: Context, msg: payment.MsgWithdraw): undefined {
  const to = toChecksumAddress(msg.creator);
  const delayed = keeper.delayedWithdrawals.get(addressKey(to));
  if (!delayed) throw paymentErrors.noDelayedWithdrawal(to);
  const { from, amount, unlock_timestamp } = delayed;
  if (amount !== msg.amount) throw paymentErrors.wrongWithdrawalAmount(`expected ${amount}, got ${msg.amount}`);
  if (ctx.now <= unlock_timestamp) throw paymentErrors.timeLockNotReached(`unlocks after ${unlock_timestamp}`);
  keeper.delayedWithdrawals.delete(addressKey(to));
  payWithdrawal(keeper, ctx, { to, from, amount });
}

function payWithdrawal(keeper: PaymentKeeper, ctx: Context, payout: payment.EventWithdraw): void {
  keeper.bank.send(ctx, keeper.moduleAddress, payout.to, payout.amount);
  ctx.emitTyped(payment.EventWithdraw, payout);
}

function disableRefund(keeper: PaymentKeeper, ctx: Context, msg: payment.MsgDisableRefund): undefined {
  const account = keeper.paymentAccount(msg.addr);
  if (!account) throw paymentErrors.accountNotFound(msg.addr);
  // the chain compares texts here: an owner in another letter case is refused (quirk 13 of chain-state-machine.md §15)
  if (account.owner !== msg.owner) throw paymentErrors.notOwner(`${msg.owner} of ${account.addr}`);
  if (!account.refundable) throw paymentErrors.nonRefundable(account.addr);
  const changed = { ...account, refundable: false };
  keeper.accounts.set(addressKey(account.addr), changed);
  ctx.emitTyped(payment.EventPaymentAccountUpdate, changed);
}
