/** Who pays for what (`reference/metadata-api.md` §6.11). */
import type { BucketRecord, PaymentAccountRecord } from '@prairie/gfsp';
import { answeredAs } from '../http/reply.ts';
import { answer, many } from '../http/shape.ts';
import { address, userAddress } from './params.ts';
import { bucketRecord, paymentAccount } from './shapes.ts';

const paidBuckets = answer<BucketRecord[]>('GfSpListPaymentAccountStreamsResponse', {
  Buckets: many(bucketRecord, (all) => all),
});
const accounts = answer<PaymentAccountRecord[]>('GfSpListUserPaymentAccountsResponse', {
  PaymentAccounts: many(paymentAccount, (all) => all),
});

export const listBucketsOfPayer = answeredAs(paidBuckets, async (gateway, request) =>
  gateway.dependencies.client.metadata.listBucketsOfPayer(address(request, 'payment-account')),
);

export const listPaymentAccounts = answeredAs(accounts, async (gateway, request) =>
  gateway.dependencies.client.metadata.listUserPaymentAccounts(userAddress(request)),
);
