/** Who reads an object, and whether that matters (`reference/gateway-http.md` §2.8, §6.4, §6.6). */
import { greenfieldPermission, greenfieldStorage as storage } from '@prairie/chain';
import type { Signers } from '@prairie/client';
import { GfSpError } from '@prairie/gfsp';
import { authenticate } from '../auth/authenticate.ts';
import { presignedSigners } from '../auth/presigned.ts';
import { parseBoolean } from '../booleans.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest } from '../http/handler.ts';
import { onChain } from '../provider-state.ts';
import type { Disposition } from './disposition.ts';

const { ActionType, Effect } = greenfieldPermission;
const { VISIBILITY_TYPE_INHERIT, VISIBILITY_TYPE_PUBLIC_READ } = storage.VisibilityType;

/** No policy is about nobody in particular, so what anyone may read is a matter of visibility alone. */
export function isForAnyone(object: storage.ObjectInfo, bucket: storage.BucketInfo): boolean {
  const { visibility } = object.visibility === VISIBILITY_TYPE_INHERIT ? bucket : object;
  return visibility === VISIBILITY_TYPE_PUBLIC_READ;
}

/**
 * The same by the tables, which wait for the chain's latest block before they say no. Their yes may be as old as they
 * are. @throws metadata 90008, 90010; gateway 55001
 */
export async function mayAnyoneRead(gateway: Gateway, { place }: GatewayRequest): Promise<boolean> {
  const { client, recent } = gateway.dependencies;
  const asked = ['', place.bucket, place.object, ActionType.ACTION_GET_OBJECT] as const;
  const effect = await client.metadata.verifyPermission(...asked);
  return effect === Effect.EFFECT_ALLOW && onChain(recent.verifyPermission(...asked));
}

/**
 * Who reads what anyone may, for the read record: who signed, when that is an account of the chain (a wrong reading of
 * the host makes one up). A signature that is wrong does no harm here.
 */
export async function namedReader(gateway: Gateway, request: GatewayRequest): Promise<string> {
  if (request.message.headers.authorization === undefined) return '';
  try {
    for (const account of await authenticate(gateway, request)) {
      if (account !== '' && (await gateway.dependencies.consensus.accountExists(account))) return account;
    }
  } catch {
    // then nobody is named
  }
  return '';
}

/** For somebody with a browser or curl, who has not signed at all. */
const NOT_PUBLIC =
  'the object is not public: sign the request (Authorization and X-Gnfd-Expiry-Timestamp), use a presigned URL, or open /view/{bucket}/{object} in a browser with a wallet';

export interface Signed {
  readonly signers: Signers;
  /** Of a presigned URL. */
  readonly disposition?: Disposition;
}

/**
 * By the headers, else by the URL (§2.8). Where neither will do, the answer is 50001 whatever is wrong with the headers,
 * as recorded. @throws gateway 50001, 50002, 50023; authenticator 20012, 20015…20017, 20019
 */
export async function signersOf(gateway: Gateway, request: GatewayRequest): Promise<Signed> {
  let refusal: GfSpError;
  try {
    return { signers: await authenticate(gateway, request) };
  } catch (error) {
    refusal = GfSpError.from(error);
    if (refusal.httpStatus >= 500) throw error;
  }
  const signers = await presignedSigners(gateway, request);
  if (!signers) {
    const isSigned = request.message.headers.authorization !== undefined;
    throw gatewayErrors.unsupportedSignature(isSigned ? refusal.message : NOT_PUBLIC, refusal);
  }
  const isInline = parseBoolean(request.target.query.get('view') ?? '') === true;
  return { signers, disposition: isInline ? 'inline' : 'attachment' };
}
