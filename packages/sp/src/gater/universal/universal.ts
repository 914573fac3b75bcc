/**
 * The universal endpoint (`reference/gateway-http.md` §5.8): links to objects that any provider takes and that people
 * open in browsers. Steps are numbered as there.
 */
import type { ServerResponse } from 'node:http';
import { greenfieldStorage as storage } from '@prairie/chain';
import { type BucketOnChain, GfSpError, type ObjectOnChain } from '@prairie/gfsp';
import { atOnce } from '../../common/at-once.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest, Handler } from '../http/handler.ts';
import { requireBucketName, requireObjectName } from '../names.ts';
import { onChain } from '../provider-state.ts';
import type { Disposition } from '../read/disposition.ts';
import { endpointElsewhere, redirect } from '../read/primary.ts';
import { serveObject } from '../read/serve-object.ts';
import { signatureIn, signedReader } from './access.ts';
import { isBrowser } from './browsers.ts';
import { sendErrorPage } from './error-page.ts';
import { sendSignPage } from './sign-page.ts';

const { VisibilityType, ObjectStatus } = storage;

/** Browsers read an error as a page; an answer that has begun can only be broken off. */
export const universalEndpoint =
  (disposition: Disposition): Handler =>
  async (gateway, request, response) => {
    try {
      await serve(gateway, request, response, disposition);
    } catch (error) {
      if (response.headersSent || !isBrowser(request.message)) throw error;
      const known = GfSpError.from(error);
      if (known.httpStatus >= 500) gateway.dependencies.logger.error('failed', { request: request.id, error });
      sendErrorPage(response, known, request, disposition);
    }
  };

async function serve(
  gateway: Gateway,
  request: GatewayRequest,
  response: ServerResponse,
  disposition: Disposition,
): Promise<void> {
  const found = await find(gateway, request);
  const endpoint = await endpointElsewhere(gateway, found.bucket.bucket_info);
  if (endpoint !== undefined) return redirect(response, 302, `${endpoint}${request.message.url}`);
  const { object_info } = found.object ?? {};
  if (object_info?.object_status !== ObjectStatus.OBJECT_STATUS_SEALED) throw gatewayErrors.noSuchObject();
  let reader = '';
  if (isPrivate(object_info, found.bucket.bucket_info)) {
    const location = pathKeyLocation(request.message.url ?? '');
    if (location !== undefined) return redirect(response, 302, location);
    const signature = signatureIn(request);
    if (!signature && isBrowser(request.message)) return sendSignPage(gateway, request, response, disposition);
    if (!signature) throw gatewayErrors.forbidden();
    reader = await signedReader(gateway, request, signature);
  }
  const { object, bucket } = found;
  const reading = { object: Promise.resolve(object), bucket: Promise.resolve(bucket) };
  await serveObject(gateway, request, response, { ...reading, reader, disposition, isPublic: reader === '' });
}

/** Steps 1, 2 and 4, as far as the chain goes. @throws gateway 50010, 50025, 55001 */
async function find(
  gateway: Gateway,
  { place: { bucket, object } }: GatewayRequest,
): Promise<{ bucket: BucketOnChain; object: ObjectOnChain | undefined }> {
  requireBucketName(bucket);
  requireObjectName(object);
  const { recent } = gateway.dependencies;
  const [bucketAsked, objectAsked] = atOnce(onChain(recent.bucket(bucket)), onChain(recent.object(bucket, object)));
  const bucketFound = await bucketAsked;
  if (!bucketFound) throw gatewayErrors.noSuchObject();
  return { bucket: bucketFound, object: await objectAsked };
}

/** Step 5: everything that is not said to be private is public. */
function isPrivate({ visibility }: storage.ObjectInfo, bucket: storage.BucketInfo): boolean {
  const { VISIBILITY_TYPE_PRIVATE, VISIBILITY_TYPE_INHERIT } = VisibilityType;
  if (visibility === VISIBILITY_TYPE_PRIVATE) return true;
  return visibility === VISIBILITY_TYPE_INHERIT && bucket.visibility === VISIBILITY_TYPE_PRIVATE;
}

/**
 * Step 6: browsers show a path that ends so by themselves, whatever comes in its place. The same object by its key:
 * `/view/b/x.pdf` → `/view?objectPath=b/x.pdf`, what has a meaning in queries escaped.
 */
function pathKeyLocation(target: string): string | undefined {
  if (target.includes('?') || !/\.(pdf|xml)$/i.test(target)) return undefined;
  const slash = target.indexOf('/', 1);
  if (slash < 0) return undefined;
  const path = target.slice(slash + 1).replace(/[+&;]/g, (char) => encodeURIComponent(char));
  return `${target.slice(0, slash)}?objectPath=${path}`;
}
