/** Uploads that the provider brings onto the chain for an account, as its agent (`reference/gateway-http.md` §6.3). */
import { sameAddress, greenfieldStorage as storage } from '@prairie/chain';
import { UNSIGNED_MSG_HEADER } from '@prairie/client';
import { GfSpError, sharedUploaderErrors } from '@prairie/gfsp';
import { atOnce } from '../../common/at-once.ts';
import { requireSafeName } from '../approval/validation.ts';
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import { headerBytes } from '../header-message.ts';
import { type Gateway, type GatewayRequest, type Handler, header } from '../http/handler.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, text } from '../http/shape.ts';
import { requireBucketName, requireObjectName } from '../names.ts';
import { onChain, requireInService, requireOpenBucket } from '../provider-state.ts';
import { createdObject, createFolder, type Delegation, updatedObject } from './delegation.ts';
import { booleanParam, invalid, partParams, sizeParam } from './params.ts';
import { announcedLength, type PartPlace, paramsOf, requireSize, takePart, takeWhole } from './payload.ts';

const { VISIBILITY_TYPE_UNSPECIFIED, VISIBILITY_TYPE_INHERIT } = storage.VisibilityType;
const DEFAULT_TYPE = 'application/octet-stream';

export const putDelegated: Handler = async (gateway, request, response) => {
  const isUpdate = booleanParam(request, 'is_update', invalid);
  requireNames(request);
  const [authorized, params, state] = questions(gateway, request, isUpdate);
  const account = await authorized;
  requireSafeName(request.place.object);
  const size = sizeParam(request, 'payload_size', invalid);
  requireSize(size, (await params).max_payload_size);
  const bucket = await state();
  headerBytes(request, UNSIGNED_MSG_HEADER);
  requireAnnounced(request, size);
  const delegation = { account, size, contentType: contentTypeOf(request) };
  const content = isUpdate
    ? await updatedObject(gateway, request, delegation, { sameOnly: true })
    : await awaitingObject(gateway, request, delegation);
  const incoming = { account, content, bucket, params: await paramsOf(gateway, content) };
  await takeWhole(gateway, request, response, incoming);
};

/** The same in parts: the first one begins it on chain, the others find it there. */
export const putDelegatedPart: Handler = async (gateway, request, response) => {
  const isUpdate = booleanParam(request, 'is_update', invalid);
  requireNames(request);
  requireSafeName(request.place.object);
  const [authorized, params, state] = questions(gateway, request, isUpdate);
  const bucket = await state();
  const size = sizeParam(request, 'payload_size', invalid);
  requireSize(size, (await params).max_payload_size);
  const account = await authorized.catch(asNoPermission);
  headerBytes(request, UNSIGNED_MSG_HEADER);
  const place = partParams(request);
  const delegation = { account, size, contentType: contentTypeOf(request) };
  const content = isUpdate
    ? await updatedObject(gateway, request, delegation, { sameOnly: false })
    : await awaitingObject(gateway, request, delegation, place);
  const incoming = { account, content, bucket, params: await paramsOf(gateway, content) };
  await takePart(gateway, request, response, { ...incoming, ...place });
};

const createHash = answer<string>('CreateHash', { TxHash: text((hash) => hash) });

export const createDelegatedFolder = answeredAs(createHash, async (gateway, request) => {
  requireNames(request);
  const [authorized, , state] = questions(gateway, request, false);
  const account = await authorized;
  requireSafeName(request.place.object);
  await state();
  headerBytes(request, UNSIGNED_MSG_HEADER);
  if (await found(gateway, request)) throw invalid(`${request.place.object} exists already`);
  const delegation = { account, size: 0n, contentType: contentTypeOf(request) };
  return createFolder(gateway, request, delegation, visibilityOf(request));
});

/** Permission, parameters, and the state of provider and bucket: asked at once, judged when their turn comes. */
function questions(gateway: Gateway, request: GatewayRequest, isUpdate: boolean) {
  const [authorized, params, inService, open] = atOnce(
    authorizedSigner(gateway, request, isUpdate ? 'agent-update-object' : 'agent-put-object'),
    onChain(gateway.dependencies.consensus.storageParams(0n)),
    requireInService(gateway, request.signers),
    requireOpenBucket(gateway, request.place.bucket),
  );
  const state = async () => {
    await inService;
    return (await open).bucket_info;
  };
  return [authorized, params, state] as const;
}

/**
 * An object that is there and waits for its content, or one that is created now. Of a part the size of an
 * object that is there may be another than the one asked for: the JS SDK sends the part's.
 * @throws gateway 50010; uploader 110008; approver, signer
 */
async function awaitingObject(
  gateway: Gateway,
  request: GatewayRequest,
  delegation: Delegation,
  part?: PartPlace,
): Promise<storage.ObjectInfo> {
  const { account, size } = delegation;
  const object = await found(gateway, request);
  if (!object) {
    const visibility = visibilityOf(request);
    if (part) requireFirstPart(request, size, part);
    return createdObject(gateway, request, delegation, visibility);
  }
  if (object.object_status !== storage.ObjectStatus.OBJECT_STATUS_CREATED) {
    throw invalid(`${object.object_name} has its content already: is_update=true replaces it`);
  }
  if (![object.creator, object.owner].some((one) => sameAddress(one, account))) {
    throw invalid(`${object.object_name} was created by another account`);
  }
  if (!part && object.payload_size !== size) {
    throw invalid(`payload_size ${size}: ${object.object_name} was created with ${object.payload_size} bytes`);
  }
  return object;
}

async function found(gateway: Gateway, { place }: GatewayRequest): Promise<storage.ObjectInfo | undefined> {
  return (await onChain(gateway.dependencies.consensus.object(place.bucket, place.object)))?.object_info;
}

/** A length that cannot be right is refused before it costs a transaction. @throws uploader 110008 */
function requireAnnounced({ message }: GatewayRequest, size: bigint): void {
  const length = announcedLength(message);
  if (length !== undefined && length !== size) throw wrongSize(`${length} bytes were announced`, size);
}

/**
 * Likewise of a part. One that is all of the object and not its last is from the JS SDK, which names the size of the
 * part: an object of that size could never take the next one. @throws uploader 110008
 */
function requireFirstPart({ message }: GatewayRequest, size: bigint, { offset, completed }: PartPlace): void {
  const length = announcedLength(message);
  if (length === undefined || offset + length < size || (completed && offset + length === size)) return;
  const more = completed ? '' : ', and more is to come';
  throw wrongSize(`${length} bytes at ${offset} were announced${more}`, size);
}

const wrongSize = (came: string, size: bigint) =>
  sharedUploaderErrors.sizeMismatch(
    `The file payload size is inconsistent with the parameter payload size: ${came}; payload_size says that the whole ` +
      `object has ${size}`,
  );

/** @throws gateway 50010 */
function requireNames({ place }: GatewayRequest): void {
  requireBucketName(place.bucket);
  requireObjectName(place.object);
}

/** @throws gateway 50010 */
function visibilityOf(request: GatewayRequest): storage.VisibilityType {
  const number = sizeParam(request, 'visibility', invalid);
  if (number > BigInt(VISIBILITY_TYPE_INHERIT)) throw invalid(`visibility must be 0 to 3, got ${number}`);
  const visibility = Number(number);
  return visibility === VISIBILITY_TYPE_UNSPECIFIED ? VISIBILITY_TYPE_INHERIT : visibility;
}

function contentTypeOf(request: GatewayRequest): string {
  return header(request, 'Content-Type') || DEFAULT_TYPE;
}

/** In parts the network has one answer to all who may not; that the chain does not answer is not theirs to hear of so. */
function asNoPermission(error: unknown): never {
  throw GfSpError.from(error).httpStatus >= 500 ? error : gatewayErrors.noPermission(undefined, error);
}
