/** Presigned URLs of GetObject (`reference/gateway-http.md` §2.8): the signature of an off-chain key in the query. */
import {
  APP_DOMAIN_HEADER,
  EXPIRY_HEADER,
  isExpiryValid,
  parseAuthorization,
  USER_ADDRESS_HEADER,
} from '@prairie/client';
import { gatewayErrors } from '../errors.ts';
import type { Asked, Gateway } from '../http/handler.ts';
import { malformed } from './authenticate.ts';
import { signableOf, verifyOffChain } from './signatures.ts';

/** Query keys without which a URL is not presigned; their case matters. */
const NEEDED = ['Authorization', USER_ADDRESS_HEADER, APP_DOMAIN_HEADER, EXPIRY_HEADER];

/**
 * The account in whose name the URL was made, as the only one; undefined when the query carries no presigned
 * parameters, or not all that are needed: then the error of header authentication is the answer.
 * @throws gateway 50001, 50002, 50023; authenticator 20012, 20015…20017, 20019
 */
export async function presignedSigners(
  gateway: Gateway,
  { message, target }: Pick<Asked, 'message' | 'target'>,
): Promise<string[] | undefined> {
  const field = (name: string) => target.query.get(name) ?? '';
  if (NEEDED.some((name) => field(name) === '')) return undefined;
  const parsed = parseAuthorization(field('Authorization'));
  if (!parsed.ok) throw malformed(parsed.problem);
  const { scheme, signature } = parsed;
  if (scheme === 'GNFD1-ECDSA') {
    throw gatewayErrors.unsupportedSignature('a presigned URL needs the scheme GNFD1-EDDSA or GNFD2-EDDSA');
  }
  if (!isExpiryValid(field(EXPIRY_HEADER))) {
    throw gatewayErrors.expiry(
      'the presigned URL has expired, or its X-Gnfd-Expiry-Timestamp is no RFC 3339 time within the next seven days',
    );
  }
  const request = signableOf(message);
  return [await verifyOffChain(gateway, { scheme, signature, field, request, presigned: true })];
}
