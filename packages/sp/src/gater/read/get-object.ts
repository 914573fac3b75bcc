/** GetObject (`reference/gateway-http.md` §6.4): public objects for anyone, others for whom the chain allows. */
import type { ServerResponse } from 'node:http';
import type { BucketOnChain, ObjectOnChain } from '@prairie/gfsp';
import { atOnce } from '../../common/at-once.ts';
import { authorizedSigner } from '../auth/authenticate.ts';
import type { Gateway, GatewayRequest, Handler } from '../http/handler.ts';
import { requireBucketName, requireObjectName } from '../names.ts';
import { onChain } from '../provider-state.ts';
import { endpointElsewhere, redirect } from './primary.ts';
import { isForAnyone, mayAnyoneRead, namedReader, type Signed, signersOf } from './reader.ts';
import { serveObject } from './serve-object.ts';

/** Query key that says that another provider has sent the client here: two that disagree do not send it to and fro. */
const REDIRECTED = 'redirected';

/** One request, and what the chain is asked for it. */
interface Read {
  readonly gateway: Gateway;
  readonly request: GatewayRequest;
  readonly response: ServerResponse;
  readonly object: Promise<ObjectOnChain | undefined>;
  readonly bucket: Promise<BucketOnChain | undefined>;
}

export const getObject: Handler = async (gateway, request, response) => {
  const { bucket, object } = request.place;
  requireBucketName(bucket);
  requireObjectName(object);
  const { recent } = gateway.dependencies;
  const [objectAsked, bucketAsked] = atOnce(recent.object(bucket, object), recent.bucket(bucket));
  const read: Read = { gateway, request, response, object: objectAsked, bucket: bucketAsked };
  const forAnyone = await seenForAnyone(read);
  if (forAnyone ?? (await mayAnyoneRead(gateway, request))) return readPublic(read);
  let signed: Signed;
  try {
    signed = await signersOf(gateway, request);
  } catch (error) {
    // what was seen may be a block old: nobody is refused before the latest one is known
    if (forAnyone === false && (await mayAnyoneRead(gateway, request))) return readPublic(read);
    throw error;
  }
  await readSigned(read, signed);
};

/** By the chain as it was a moment ago; undefined when it does not know the object, or does not answer. */
async function seenForAnyone(read: Read): Promise<boolean | undefined> {
  try {
    const object = await read.object;
    const bucket = await read.bucket;
    return object && bucket && isForAnyone(object.object_info, bucket.bucket_info);
  } catch {
    return undefined;
  }
}

/** Neither payment nor rate limit are checked here. At a wrong provider the reference answers 85101. */
async function readPublic({ gateway, request, response, object, bucket }: Read): Promise<void> {
  const named = namedReader(gateway, request);
  const bucket_info = (await onChain(bucket))?.bucket_info;
  if (bucket_info && !request.target.query.has(REDIRECTED)) {
    const endpoint = await endpointElsewhere(gateway, bucket_info);
    if (endpoint !== undefined) return redirect(response, 307, locationAt(endpoint, request));
  }
  const reader = await named;
  await serveObject(gateway, request, response, { object, bucket, reader, isPublic: true });
}

async function readSigned(read: Read, { signers, disposition }: Signed): Promise<void> {
  const { gateway, request, response, object, bucket } = read;
  const reader = await authorizedSigner(gateway, { place: request.place, signers }, 'get-object');
  await serveObject(gateway, request, response, { object, bucket, reader, disposition, isPublic: false });
}

/** The same object there, path style, because a host with the bucket in its name belongs to one provider. */
function locationAt(endpoint: string, { place, message }: GatewayRequest): string {
  const path = [place.bucket, ...place.object.split('/')].map(encodeURIComponent).join('/');
  const [, query = ''] = /\?(.+)$/s.exec(message.url ?? '') ?? [];
  return `${endpoint}/${path}?${query === '' ? '' : `${query}&`}${REDIRECTED}=1`;
}
