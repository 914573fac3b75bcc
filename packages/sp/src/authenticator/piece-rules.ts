/** Who may have the pieces of an object for other reasons than reading it (`reference/internal-grpc.md` §4.1). */
import { greenfieldPermission as permission, sameAddress, greenfieldStorage as storage } from '@prairie/chain';
import { sharedGatewayErrors } from '@prairie/gfsp';
import { atOnce } from '../common/at-once.ts';
import { authenticatorErrors } from './errors.ts';
import type { Rule } from './question.ts';

const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { ACTION_GET_OBJECT } = permission.ActionType;

/** Validators that challenge, at a provider that has a part of the object. */
export const mayChallenge: Rule = async ({ account, bucket, object }, { chain }) => {
  const [objectFound, challengers, bucketFound] = atOnce(
    chain.object(bucket, object),
    chain.bondedChallengers(),
    chain.bucket(bucket),
  );
  const { global_virtual_group } = await objectFound;
  if (!(await challengers).some((challenger) => sameAddress(challenger, account))) {
    throw authenticatorErrors.noPermission('only the challenger of a bonded validator may challenge');
  }
  const { bucket_info } = await bucketFound;
  if (await chain.isPrimary(bucket_info)) return;
  if (!(await chain.isSecondary(global_virtual_group))) throw authenticatorErrors.mismatchedProvider();
};

/** Whoever may read the object, at a secondary of it: its primary, that has lost a piece, in the name of its operator. */
export const mayRecoverPiece: Rule = async ({ account, bucket, object }, { chain }) => {
  const [bucketFound, objectFound, allowed] = atOnce(
    chain.bucket(bucket),
    chain.object(bucket, object),
    chain.isAllowed(account, bucket, object, ACTION_GET_OBJECT),
  );
  await bucketFound;
  const { object_info, global_virtual_group } = await objectFound;
  if (object_info.object_status !== OBJECT_STATUS_SEALED) throw authenticatorErrors.notSealed();
  if (!(await chain.isSecondary(global_virtual_group))) throw authenticatorErrors.mismatchedProvider();
  if (!(await allowed)) throw sharedGatewayErrors.noPermission();
};
