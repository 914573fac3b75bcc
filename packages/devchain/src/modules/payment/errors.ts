/** Errors of the payment module (`reference/chain-rpc.md` §15). */
import { ChainError } from '../../context.ts';

const define =
  (code: number, text: string) =>
  (detail?: string): ChainError =>
    new ChainError('payment', code, detail ? `${detail}: ${text}` : text);

export const paymentErrors = {
  accountLimitReached: define(1200, 'payment account count limit reached'),
  accountNotFound: define(1202, 'payment account not found'),
  streamNotFound: define(1203, 'stream record not found'),
  notOwner: define(1204, 'not the owner of the payment account'),
  nonRefundable: define(1205, 'payment account is already non-refundable'),
  insufficientBalance: define(1206, 'insufficient balance'),
  receiverNotExist: define(1207, 'receive account does not exist'),
  wrongStreamStatus: define(1208, 'invalid stream account status'),
  invalidParams: define(1209, 'invalid params'),
  noDelayedWithdrawal: define(1210, 'no delayed withdrawal'),
  wrongWithdrawalAmount: define(1211, 'incorrect withdraw amount'),
  timeLockNotReached: define(1212, 'withdrawal time lock not reached'),
  delayedWithdrawalExists: define(1213, 'delayed withdrawal exists'),
} as const;

/** What the reference reports when it panics inside a message. */
export const panic = (message: string): ChainError => new ChainError('undefined', 111222, `recovered: ${message}`);
