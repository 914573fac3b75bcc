/** Approvals for users, and a family for a new bucket (`reference/gateway-http.md` §5.2–5.3). */
import { sha256, greenfieldStorage as storage } from '@prairie/chain';
import { SIGNED_MSG_HEADER, UNSIGNED_MSG_HEADER } from '@prairie/client';
import { type AuthOperation, newTask } from '@prairie/gfsp';
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import { headerBytes, headerMessage, toHeader } from '../header-message.ts';
import type { Gateway, GatewayRequest, Handler } from '../http/handler.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, number } from '../http/shape.ts';
import { requireInService, requireOpenBucket } from '../provider-state.ts';
import { requireSafeName, requireValidBucket, requireValidMigration, requireValidObject } from './validation.ts';

export const getApproval: Handler = async (gateway, request, response) => {
  const fingerprint = sha256(headerBytes(request, UNSIGNED_MSG_HEADER));
  const action = request.target.query.get('action') ?? '';
  const approve = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!approve) throw gatewayErrors.unknownAction(`action: ${Object.keys(actions).join(', ')} are expected`);
  response.setHeader(SIGNED_MSG_HEADER, await approve(gateway, request, fingerprint));
  response.writeHead(200, { 'Content-Length': 0 }).end();
};

export const getRecommendedFamily = answeredAs(
  answer<number>('VirtualGroupFamily', { Id: number((id) => id) }),
  (gateway) => gateway.dependencies.client.manager.pickVirtualGroupFamily(),
);

/** Resolves with the signed message as it goes into the header. */
type Approve = (gateway: Gateway, request: GatewayRequest, fingerprint: Uint8Array) => Promise<string>;

const createBucket: Approve = async (gateway, request, fingerprint) => {
  await requireInService(gateway, request.signers);
  const msg = headerMessage(storage.MsgCreateBucket, request, UNSIGNED_MSG_HEADER);
  requireValidBucket(msg);
  const user_address = await signerFor(gateway, request, 'ask-create-bucket-approval', msg.bucket_name);
  const task = { task: newTask({ user_address }), create_bucket_info: msg, fingerprint };
  const { create_bucket_info } = await gateway.dependencies.client.approver.createBucketApproval(task);
  return toHeader(storage.MsgCreateBucket, create_bucket_info);
};

const migrateBucket: Approve = async (gateway, request) => {
  const msg = headerMessage(storage.MsgMigrateBucket, request, UNSIGNED_MSG_HEADER);
  requireValidMigration(msg);
  const user_address = await signerFor(gateway, request, 'ask-migrate-bucket-approval', msg.bucket_name);
  const task = { task: newTask({ user_address }), migrate_bucket_info: msg };
  const { migrate_bucket_info } = await gateway.dependencies.client.approver.migrateBucketApproval(task);
  return toHeader(storage.MsgMigrateBucket, migrate_bucket_info);
};

const createObject: Approve = async (gateway, request, fingerprint) => {
  const msg = headerMessage(storage.MsgCreateObject, request, UNSIGNED_MSG_HEADER);
  requireValidObject(msg);
  requireSafeName(msg.object_name);
  await requireInService(gateway, [msg.creator]);
  await requireOpenBucket(gateway, msg.bucket_name);
  const { bucket_name, object_name } = msg;
  const user_address = await signerFor(gateway, request, 'ask-create-object-approval', bucket_name, object_name);
  const task = { task: newTask({ user_address }), create_object_info: msg, fingerprint };
  const { create_object_info } = await gateway.dependencies.client.approver.createObjectApproval(task);
  return toHeader(storage.MsgCreateObject, create_object_info);
};

const actions: Readonly<Record<string, Approve>> = {
  CreateBucket: createBucket,
  MigrateBucket: migrateBucket,
  CreateObject: createObject,
};

/** The place is in the message, not in the path. */
function signerFor(
  gateway: Gateway,
  { signers, place }: GatewayRequest,
  operation: AuthOperation,
  bucket: string,
  object = '',
): Promise<string> {
  return authorizedSigner(gateway, { signers, place: { ...place, bucket, object } }, operation);
}
