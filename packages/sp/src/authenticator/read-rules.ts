/** Who may read an object that not everybody may (`reference/gateway-http.md` §6.6), and a bucket's quota (§5.10). */
import {
  isAddress,
  greenfieldPayment as payment,
  greenfieldPermission as permission,
  sameAddress,
  greenfieldStorage as storage,
} from '@prairie/chain';
import { GfSpError, sharedGatewayErrors } from '@prairie/gfsp';
import { atOnce } from '../common/at-once.ts';
import type { ChainView } from './chain-view.ts';
import { authenticatorErrors } from './errors.ts';
import type { Rule } from './question.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { STREAM_ACCOUNT_STATUS_ACTIVE } = payment.StreamAccountStatus;
const { ACTION_GET_OBJECT, ACTION_UPDATE_BUCKET_INFO } = permission.ActionType;

export const mayGetObject: Rule = async ({ account, bucket, object }, { chain }) => {
  const [bucketFound, objectFound, allowed] = atOnce(
    chain.bucket(bucket),
    chain.object(bucket, object),
    chain.isAllowed(account, bucket, object, ACTION_GET_OBJECT),
  );
  const { bucket_info, is_rate_limited } = await bucketFound;
  const [primary, streamRecord] = atOnce(
    chain.requirePrimary(bucket_info),
    chain.streamRecord(bucket_info.payment_address),
  );
  const { object_info } = await objectFound;
  if (is_rate_limited) throw authenticatorErrors.rateLimited();
  await primary;
  requireReadable(object_info);
  requireActive(await streamRecord);
  if (!(await allowed)) throw sharedGatewayErrors.noPermission();
};

/**
 * Quota and read records of a bucket say who reads what: at the bucket's primary provider, they are for its owner, for
 * whom the chain lets change the bucket, and for this provider's operator; for anyone where the configuration says so.
 * The reference's authenticator answers 20001 here, and its gateway shows them to anyone.
 */
export const mayReadQuota: Rule = async ({ account, bucket }, { chain, openQueries }) => {
  const bucket_info = await ownBucket(bucket, chain);
  if (openQueries) return;
  if (!isAddress(account)) throw authenticatorErrors.invalidAddress();
  if (sameAddress(account, bucket_info.owner) || sameAddress(account, chain.operatorAddress)) return;
  if (!(await chain.isAllowed(account, bucket, '', ACTION_UPDATE_BUCKET_INFO)))
    throw sharedGatewayErrors.noPermission();
};

/** @throws gateway 50014, 55001 */
async function ownBucket(bucket: string, chain: ChainView): Promise<storage.BucketInfo> {
  let found: storage.BucketInfo;
  let isPrimary: boolean;
  try {
    found = (await chain.bucket(bucket)).bucket_info;
    isPrimary = await chain.isPrimary(found);
  } catch (error) {
    throw sharedGatewayErrors.chain(GfSpError.from(error).message, error);
  }
  if (!isPrimary) throw sharedGatewayErrors.mismatchedProvider();
  return found;
}

/** @throws 20007 */
export const mayAskForProgress: Rule = async ({ bucket }, { chain }) => {
  await chain.bucket(bucket);
};

function requireReadable({ object_status, object_name }: storage.ObjectInfo): void {
  if (object_status === OBJECT_STATUS_CREATED || object_status === OBJECT_STATUS_SEALED) return;
  throw authenticatorErrors.noPermission(`object ${object_name} is discontinued: its content is no longer served`);
}

function requireActive(record: payment.StreamRecord | undefined): void {
  if (record?.status !== STREAM_ACCOUNT_STATUS_ACTIVE) throw authenticatorErrors.paymentNotActive();
}
