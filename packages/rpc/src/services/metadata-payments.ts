/** The metadata service's methods about payments and incomes. */
import type { Income, PaymentQueries } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/metadata-payments.ts';
import { type Handlers, unary } from '../method.ts';
import { fromBucketRecord, READ, toBucketRecord } from './metadata-rows.ts';

export const paymentMethods = {
  GfSpGetPaymentByBucketName: unary(
    messages.GetPaymentByBucketNameRequest,
    messages.GetPaymentByBucketNameResponse,
    READ,
  ),
  GfSpGetPaymentByBucketID: unary(messages.GetPaymentByBucketIDRequest, messages.GetPaymentByBucketIDResponse, READ),
  GfSpListPaymentAccountStreams: unary(
    messages.ListPaymentAccountStreamsRequest,
    messages.ListPaymentAccountStreamsResponse,
    READ,
  ),
  GfSpListUserPaymentAccounts: unary(
    messages.ListUserPaymentAccountsRequest,
    messages.ListUserPaymentAccountsResponse,
    READ,
  ),
  GfSpPrimarySpIncomeDetails: unary(
    messages.PrimarySpIncomeDetailsRequest,
    messages.PrimarySpIncomeDetailsResponse,
    READ,
  ),
  GfSpSecondarySpIncomeDetails: unary(
    messages.SecondarySpIncomeDetailsRequest,
    messages.SecondarySpIncomeDetailsResponse,
    READ,
  ),
};

type PaymentMethods = typeof paymentMethods;

const fromIncome = ({ income }: Income) => Buffer.from(String(income));
const toIncome = (text: Uint8Array) => BigInt(Buffer.from(text).toString());

export const paymentHandlers = (metadata: PaymentQueries): Handlers<PaymentMethods> => ({
  async GfSpGetPaymentByBucketName({ bucket_name }) {
    return { stream_record: await metadata.getPaymentByBucketName(bucket_name) };
  },
  async GfSpGetPaymentByBucketID({ bucket_id }) {
    return { stream_record: await metadata.getPaymentByBucketId(bucket_id) };
  },
  async GfSpListPaymentAccountStreams({ payment_account }) {
    return { buckets: (await metadata.listBucketsOfPayer(payment_account)).map(fromBucketRecord) };
  },
  async GfSpListUserPaymentAccounts({ account_id }) {
    return { payment_accounts: await metadata.listUserPaymentAccounts(account_id) };
  },
  async GfSpPrimarySpIncomeDetails({ sp_id }) {
    const { current_timestamp, details } = await metadata.getPrimaryIncome(sp_id);
    const primary_sp_income_details = details.map((one) => ({ ...one, vgf_id: one.id, income: fromIncome(one) }));
    return { current_timestamp, primary_sp_income_details };
  },
  async GfSpSecondarySpIncomeDetails({ sp_id }) {
    const { current_timestamp, details } = await metadata.getSecondaryIncome(sp_id);
    const secondary_sp_income_details = details.map((one) => ({ ...one, gvg_id: one.id, income: fromIncome(one) }));
    return { current_timestamp, secondary_sp_income_details };
  },
});

export const callPayments = (caller: Caller, methods: PaymentMethods): PaymentQueries => ({
  async getPaymentByBucketName(bucket_name) {
    const asked = { bucket_name, include_private: true };
    return (await caller.unary(methods.GfSpGetPaymentByBucketName, asked)).stream_record;
  },
  async getPaymentByBucketId(bucket_id) {
    const asked = { bucket_id, include_private: true };
    return (await caller.unary(methods.GfSpGetPaymentByBucketID, asked)).stream_record;
  },
  async listBucketsOfPayer(payment_account) {
    const { buckets } = await caller.unary(methods.GfSpListPaymentAccountStreams, { payment_account });
    return buckets.map(toBucketRecord);
  },
  async listUserPaymentAccounts(account_id) {
    return (await caller.unary(methods.GfSpListUserPaymentAccounts, { account_id })).payment_accounts;
  },
  async getPrimaryIncome(sp_id) {
    const answer = await caller.unary(methods.GfSpPrimarySpIncomeDetails, { sp_id });
    const details = answer.primary_sp_income_details.map(({ vgf_id: id, stream_record, income }) => {
      return { id, stream_record, income: toIncome(income) };
    });
    return { current_timestamp: answer.current_timestamp, details };
  },
  async getSecondaryIncome(sp_id) {
    const answer = await caller.unary(methods.GfSpSecondarySpIncomeDetails, { sp_id });
    const details = answer.secondary_sp_income_details.map(({ gvg_id: id, stream_record, income }) => {
      return { id, stream_record, income: toIncome(income) };
    });
    return { current_timestamp: answer.current_timestamp, details };
  },
});
