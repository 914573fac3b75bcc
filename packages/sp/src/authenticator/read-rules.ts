/** Who may read an object that not everybody may (`reference/gateway-http.md` §6.6), and a bucket's quota (§5.10). */
import {
  greenfieldPayment as payment,
  greenfieldPermission as permission,
  greenfieldStorage as storage,
} from '@prairie/chain';
import { GfSpError, sharedGatewayErrors } from '@prairie/gfsp';
import { atOnce } from './chain-view.ts';
import { authenticatorErrors } from './errors.ts';
import type { Rule } from './question.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { STREAM_ACCOUNT_STATUS_ACTIVE } = payment.StreamAccountStatus;
const { ACTION_GET_OBJECT } = permission.ActionType;
const { EFFECT_ALLOW } = permission.Effect;

export const mayGetObject: Rule = async ({ account, bucket, object }, { chain, client }) => {
  const [bucketFound, objectFound, effect] = atOnce(
    chain.bucket(bucket),
    chain.object(bucket, object),
    client.metadata.verifyPermission(account, bucket, object, ACTION_GET_OBJECT),
  );
  const { bucket_info, is_rate_limited } = await bucketFound;
  const [primary, streamRecord] = atOnce(
    chain.requirePrimary(bucket_info),
    chain.streamRecord(bucket_info.payment_address),
  );
  const object_info = await objectFound;
  if (is_rate_limited) throw authenticatorErrors.rateLimited();
  await primary;
  requireReadable(object_info);
  requireActive(await streamRecord);
  if ((await effect) !== EFFECT_ALLOW) throw sharedGatewayErrors.noPermission();
};

/**
 * Quota and read records of a bucket are for anyone to see, at the bucket's primary provider. The reference's
 * authenticator answers 20001 here, and its gateway makes these checks itself.
 */
export const mayReadQuota: Rule = async ({ bucket }, { chain }) => {
  let isPrimary: boolean;
  try {
    isPrimary = await chain.isPrimary((await chain.bucket(bucket)).bucket_info);
  } catch (error) {
    throw sharedGatewayErrors.chain(GfSpError.from(error).message, error);
  }
  if (!isPrimary) throw sharedGatewayErrors.mismatchedProvider();
};

function requireReadable({ object_status, object_name }: storage.ObjectInfo): void {
  if (object_status === OBJECT_STATUS_CREATED || object_status === OBJECT_STATUS_SEALED) return;
  throw authenticatorErrors.noPermission(`object ${object_name} is discontinued: its content is no longer served`);
}

function requireActive(record: payment.StreamRecord | undefined): void {
  if (record?.status !== STREAM_ACCOUNT_STATUS_ACTIVE) throw authenticatorErrors.paymentNotActive();
}
