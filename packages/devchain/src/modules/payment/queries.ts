/** Queries of the payment module (`reference/chain-state-machine.md` §13). */
import { isAddress, greenfieldPayment as payment, toChecksumAddress } from '@prairie/chain';
import { type QueryHandler, query, StatusError } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { paymentAccountAddress } from './addresses.ts';
import { projectedBalance } from './engine.ts';
import type { PaymentKeeper } from './keeper.ts';
import { type Cursor, page } from './pages.ts';
import { parseQueueKey } from './streams.ts';

export function paymentQueries(keeper: PaymentKeeper): Record<string, QueryHandler> {
  return Object.fromEntries(
    Object.entries({ ...singleQueries(keeper), ...listQueries(keeper), ...paramQueries(keeper) }).map(
      ([name, handler]) => [`/greenfield.payment.Query/${name}`, handler],
    ),
  );
}

function checkAddress(address: string): string {
  if (!isAddress(address)) throw new StatusError('InvalidArgument', `invalid address ${JSON.stringify(address)}`);
  return address;
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new StatusError('NotFound', 'not found');
  return value;
}

function paramQueries(keeper: PaymentKeeper): Record<string, QueryHandler> {
  return {
    Params: query({
      request: payment.QueryParamsRequest,
      response: payment.QueryParamsResponse,
      handle: () => ({ params: keeper.params() }),
    }),
    ParamsByTimestamp: query({
      request: payment.QueryParamsByTimestampRequest,
      response: payment.QueryParamsByTimestampResponse,
      handle(ctx, { timestamp }) {
        const versioned_params = keeper.versionedParamsAt(timestamp === 0n ? ctx.now + 1n : timestamp);
        return { params: { ...keeper.params(), versioned_params } };
      },
    }),
  };
}

function singleQueries(keeper: PaymentKeeper): Record<string, QueryHandler> {
  return {
    StreamRecord: query({
      request: payment.QueryGetStreamRecordRequest,
      response: payment.QueryGetStreamRecordResponse,
      handle: (_ctx, { account }) => ({ stream_record: found(keeper.stream(checkAddress(account))) }),
    }),
    PaymentAccount: query({
      request: payment.QueryPaymentAccountRequest,
      response: payment.QueryPaymentAccountResponse,
      handle: (_ctx, { addr }) => ({ payment_account: found(keeper.paymentAccount(checkAddress(addr))) }),
    }),
    PaymentAccountCount: query({
      request: payment.QueryPaymentAccountCountRequest,
      response: payment.QueryPaymentAccountCountResponse,
      handle: (_ctx, { owner }) => ({
        payment_account_count: found(keeper.accountCounts.get(addressKey(checkAddress(owner)))),
      }),
    }),
    DelayedWithdrawal: query({
      request: payment.QueryDelayedWithdrawalRequest,
      response: payment.QueryDelayedWithdrawalResponse,
      handle: (_ctx, { account }) => ({
        delayed_withdrawal: found(keeper.delayedWithdrawals.get(addressKey(checkAddress(account)))),
      }),
    }),
    DynamicBalance: query({
      request: payment.QueryDynamicBalanceRequest,
      response: payment.QueryDynamicBalanceResponse,
      handle: (ctx, { account }) => dynamicBalance(keeper, checkAddress(account), ctx.now),
    }),
  };
}

/** What wallets show; an account without a record has one of zeros. */
function dynamicBalance(keeper: PaymentKeeper, account: string, now: bigint) {
  const record = keeper.streams.getOrNew(account, now);
  const bank_balance = keeper.bank.balance(account);
  const { static_balance, lock_balance, buffer_balance, netflow_rate } = record;
  return {
    dynamic_balance: projectedBalance(record, now),
    stream_record: record,
    current_timestamp: now,
    bank_balance,
    available_balance: static_balance > 0n ? bank_balance + static_balance : bank_balance,
    locked_fee: lock_balance + buffer_balance + (static_balance < 0n ? static_balance : 0n),
    change_rate: netflow_rate,
  };
}

/** Eight bytes of the time, twenty of the address. */
const queueCursor: Cursor = {
  bytes: (key) => Buffer.from(key.replace('!', ''), 'hex'),
  key(bytes) {
    const hex = Buffer.from(bytes).toString('hex');
    return `${hex.slice(0, 16)}!${hex.slice(16)}`;
  },
};

function listQueries(keeper: PaymentKeeper): Record<string, QueryHandler> {
  return {
    OutFlows: query({
      request: payment.QueryOutFlowsRequest,
      response: payment.QueryOutFlowsResponse,
      handle: (_ctx, { account }) => ({ out_flows: keeper.streams.flowsOf(checkAddress(account)) }),
    }),
    StreamRecords: query({
      request: payment.QueryStreamRecordsRequest,
      response: payment.QueryStreamRecordsResponse,
      handle(_ctx, { pagination }) {
        const { items, pagination: next } = page(keeper.streams.records, pagination, { totals: 'refused' });
        return { stream_records: items, pagination: next };
      },
    }),
    PaymentAccounts: query({
      request: payment.QueryPaymentAccountsRequest,
      response: payment.QueryPaymentAccountsResponse,
      handle(_ctx, { pagination }) {
        const { items, pagination: next } = page(keeper.accounts, pagination, { totals: 'refused' });
        return { payment_accounts: items, pagination: next };
      },
    }),
    PaymentAccountCounts: query({
      request: payment.QueryPaymentAccountCountsRequest,
      response: payment.QueryPaymentAccountCountsResponse,
      handle(_ctx, { pagination }) {
        const { items, pagination: next } = page(keeper.accountCounts, pagination, { totals: 'refused' });
        return { payment_account_counts: items, pagination: next };
      },
    }),
    PaymentAccountsByOwner: query({
      request: payment.QueryPaymentAccountsByOwnerRequest,
      response: payment.QueryPaymentAccountsByOwnerResponse,
      handle(_ctx, { owner }) {
        const { count } = found(keeper.accountCounts.get(addressKey(checkAddress(owner))));
        const indexes = Array.from({ length: Number(count) }, (_, index) => BigInt(index));
        return { paymentAccounts: indexes.map((index) => paymentAccountAddress(toChecksumAddress(owner), index)) };
      },
    }),
    AutoSettleRecords: query({
      request: payment.QueryAutoSettleRecordsRequest,
      response: payment.QueryAutoSettleRecordsResponse,
      handle(_ctx, { pagination }) {
        const options = { totals: 'refused', cursor: queueCursor } as const;
        const { keys, pagination: next } = page(keeper.streams.settleQueue, pagination, options);
        const auto_settle_records = keys.map((key) => {
          const { time, account } = parseQueueKey(key);
          return { timestamp: time, addr: account };
        });
        return { auto_settle_records, pagination: next };
      },
    }),
  };
}
