/** Approvals for users, and a family for a new bucket (`reference/gateway-http.md` §5.2–5.3). */
import {
  bucketNameProblem,
  fromProtoJson,
  greenfieldStorage,
  type Init,
  isAddress,
  type MessageType,
  objectNameProblem,
  parseJson,
  sortedJson,
  toProtoJson,
} from '@prairie/chain';
import { SIGNED_MSG_HEADER, UNSIGNED_MSG_HEADER } from '@prairie/client';
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import { type GatewayRequest, type Handler, header } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { requireInService, requireOpenBucket } from '../provider-state.ts';

export const getApproval: Handler = async (gateway, request, response) => {
  const text = decodeHeader(request);
  const action = request.target.query.get('action') ?? '';
  const approve = actions[action];
  if (!approve) throw gatewayErrors.unknownAction(`action ${action}: ${Object.keys(actions).join(' or ')} expected`);
  response.setHeader(SIGNED_MSG_HEADER, await approve(gateway, request, text));
  response.writeHead(200, { 'Content-Length': 0 }).end();
};

export const getRecommendedFamily: Handler = async (gateway, _request, response) => {
  const id = await gateway.dependencies.client.manager.pickVirtualGroupFamily();
  sendXml(response, 'VirtualGroupFamily', { Id: id });
};

type Approve = (gateway: Parameters<Handler>[0], request: GatewayRequest, text: string) => Promise<string>;

const createBucket: Approve = async (gateway, request, text) => {
  await requireInService(gateway, request.signers);
  const msg = decodeMessage(greenfieldStorage.MsgCreateBucket, text);
  requireBasics(msg.creator, msg.primary_sp_approval, msg.visibility, bucketNameProblem(msg.bucket_name));
  if (!isAddress(msg.primary_sp_address))
    throw gatewayErrors.invalidMessage('primary_sp_address: an address is expected');
  if (msg.payment_address !== '' && !isAddress(msg.payment_address)) {
    throw gatewayErrors.invalidMessage('payment_address: an address or nothing is expected');
  }
  const place = { ...request.place, bucket: msg.bucket_name };
  await authorizedSigner(gateway, { ...request, place }, 'ask-create-bucket-approval');
  const signed = await gateway.dependencies.client.approver.createBucketApproval(msg);
  return encodeMessage(greenfieldStorage.MsgCreateBucket, signed);
};

const createObject: Approve = async (gateway, request, text) => {
  const msg = decodeMessage(greenfieldStorage.MsgCreateObject, text);
  const nameProblem = bucketNameProblem(msg.bucket_name) ?? objectNameProblem(msg.object_name);
  requireBasics(msg.creator, msg.primary_sp_approval, msg.visibility, nameProblem);
  if (msg.expect_checksums.some((checksum) => checksum.length !== 32)) {
    throw gatewayErrors.invalidMessage('expect_checksums: 32 bytes each are expected');
  }
  requireSafeName(msg.object_name);
  await requireInService(gateway, [msg.creator]);
  await requireOpenBucket(gateway, msg.bucket_name);
  const place = { ...request.place, bucket: msg.bucket_name, object: msg.object_name };
  await authorizedSigner(gateway, { ...request, place }, 'ask-create-object-approval');
  const signed = await gateway.dependencies.client.approver.createObjectApproval(msg);
  return encodeMessage(greenfieldStorage.MsgCreateObject, signed);
};

const actions: Record<string, Approve> = { CreateBucket: createBucket, CreateObject: createObject };

function decodeHeader(request: GatewayRequest): string {
  const hex = header(request, UNSIGNED_MSG_HEADER);
  if (!/^([0-9a-fA-F]{2})+$/.test(hex))
    throw gatewayErrors.undecodableMessage(`${UNSIGNED_MSG_HEADER}: hex is expected`);
  return Buffer.from(hex, 'hex').toString('utf8');
}

function decodeMessage<T>(type: MessageType<T>, text: string): T {
  try {
    return fromProtoJson(type, parseJson(text), { strict: true });
  } catch (error) {
    throw gatewayErrors.undecodableMessage(`${UNSIGNED_MSG_HEADER}: ${(error as Error).message}`, error);
  }
}

function encodeMessage<T>(type: MessageType<T>, value: Init<T>): string {
  return Buffer.from(sortedJson(toProtoJson(type, value))).toString('hex');
}

function requireBasics(
  creator: string,
  approval: object | undefined,
  visibility: number,
  nameProblem: string | undefined,
): void {
  if (!isAddress(creator)) throw gatewayErrors.invalidMessage('creator: an address is expected');
  if (!approval) throw gatewayErrors.invalidMessage('primary_sp_approval is missing');
  if (visibility === greenfieldStorage.VisibilityType.VISIBILITY_TYPE_UNSPECIFIED) {
    throw gatewayErrors.invalidMessage('visibility: public read, private or inherit is expected');
  }
  if (nameProblem) throw gatewayErrors.invalidMessage(nameProblem);
}

/** Beyond the chain's rules (`reference/gateway-http.md` §1.6): nothing that a careless tool would run. */
const UNSAFE = [/\.\./, /^\/$/, /\\/, /;.*(select|insert|update|delete|drop|alter)/i, /\/\*.*\*\//s];

function requireSafeName(name: string): void {
  if (UNSAFE.some((pattern) => pattern.test(name))) throw gatewayErrors.unsafeName();
}
