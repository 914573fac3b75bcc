/** Who may upload, and ask how an upload goes (`reference/gateway-http.md` §6.1 checks 7–10, §5.5). */
import { enumText, type greenfieldStorage, greenfieldPermission as permission } from '@prairie/chain';
import { sharedGatewayErrors } from '@prairie/gfsp';
import { atOnce } from '../common/at-once.ts';
import { awaitsContent } from '../common/pieces.ts';
import { authenticatorErrors } from './errors.ts';
import type { Question, Rule, Witnesses } from './question.ts';

const { ACTION_CREATE_OBJECT, ACTION_UPDATE_OBJECT_CONTENT } = permission.ActionType;

/**
 * Every upload pays for these answers: they are asked for together, and judged in the network's order. The permission
 * asked for beforehand is that of a first upload; an update needs another, which is asked for when it turns out so.
 */
export const mayPutObject: Rule = async (question, { chain }) => {
  const { account, bucket, object } = question;
  const [bucketFound, objectFound, mayCreate] = atOnce(
    chain.bucket(bucket),
    chain.object(bucket, object),
    chain.isAllowed(account, bucket, '', ACTION_CREATE_OBJECT),
  );
  const { bucket_info } = await bucketFound;
  const { object_info } = await objectFound;
  await chain.requirePrimary(bucket_info);
  requireAwaitsContent(object_info);
  const allowed = object_info.is_updating
    ? await chain.isAllowed(account, bucket, object, ACTION_UPDATE_OBJECT_CONTENT)
    : await mayCreate;
  if (!allowed) throw sharedGatewayErrors.noPermission();
};

/** Any account may know. */
export const mayGetUploadingState: Rule = async (question, witnesses) => {
  const { bucket_info } = await existing(question, witnesses);
  await witnesses.chain.requirePrimary(bucket_info);
};

/** The agent creates the object: it is not there yet. Who is the primary is not looked at. */
export const mayPutAsAgent: Rule = async ({ account, bucket }, { chain }) => {
  const allowed = await chain.isAllowed(account, bucket, '', ACTION_CREATE_OBJECT);
  if (!allowed) throw sharedGatewayErrors.noPermission();
};

export const mayUpdateAsAgent: Rule = async ({ account, bucket, object }, { chain }) => {
  const allowed = await chain.isAllowed(account, bucket, object, ACTION_UPDATE_OBJECT_CONTENT);
  if (!allowed) throw sharedGatewayErrors.noPermission();
};

/** @throws 20007, 20008, in this order */
async function existing({ bucket, object }: Question, { chain }: Witnesses) {
  const [bucketFound, objectFound] = atOnce(chain.bucket(bucket), chain.object(bucket, object));
  const { bucket_info } = await bucketFound;
  return { bucket_info, object_info: (await objectFound).object_info };
}

/** Created, or sealed with an update of its content under way. The text is the recorded one. @throws 20003 */
function requireAwaitsContent(object: greenfieldStorage.ObjectInfo): void {
  if (awaitsContent(object)) return;
  const actual = enumText('greenfield.storage.ObjectStatus', object.object_status);
  throw authenticatorErrors.unexpectedStatus(
    `object ${object.object_name} is expected to be OBJECT_STATUS_CREATED status but actually ${actual} status`,
  );
}
