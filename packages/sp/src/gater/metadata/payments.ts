/** Who pays for what (`reference/metadata-api.md` §6.11). */
import type { Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { bucketRecord, paymentAccount } from './metadata-xml.ts';
import { address, userAddress } from './params.ts';

export const listBucketsOfPayer: Handler = async (gateway, request, response) => {
  const buckets = await gateway.dependencies.client.metadata.listBucketsOfPayer(address(request, 'payment-account'));
  sendXml(response, 'GfSpListPaymentAccountStreamsResponse', { Buckets: buckets.map(bucketRecord) });
};

export const listPaymentAccounts: Handler = async (gateway, request, response) => {
  const accounts = await gateway.dependencies.client.metadata.listUserPaymentAccounts(userAddress(request));
  sendXml(response, 'GfSpListUserPaymentAccountsResponse', { PaymentAccounts: accounts.map(paymentAccount) });
};
