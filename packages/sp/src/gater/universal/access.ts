/** Signed links to private objects (`reference/gateway-http.md` §2.10): a wallet's signature in the query. */
import { EXPIRY_HEADER, isExpiryValid } from '@prairie/client';
import { GfSpError } from '@prairie/gfsp';
import { recoverPersonalSign } from '../auth/personal-sign.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway, GatewayRequest } from '../http/handler.ts';

/** Query key of the signature: `0x` and 130 hex digits. */
export const SIGNATURE = 'signature';

/** What the wallet signs, byte for byte; the sign page fills in the same places. */
export const SIGNED_TEXT =
  'Sign this message to access the file:\n$1\nThis signature will not cost you any fees.\nExpiration Time: $2';

export const objectUrl = (bucket: string, object: string) => `gnfd://${bucket}/${object}`;

export function signedText(url: string, expiry: string): string {
  return SIGNED_TEXT.replace(/\$[12]/g, (place) => (place === '$1' ? url : expiry));
}

/** The signature in the query, undefined unless both parts of it are there. */
export function signatureIn({ target }: GatewayRequest): { expiry: string; signature: string } | undefined {
  const [expiry, signature] = [target.query.get(EXPIRY_HEADER), target.query.get(SIGNATURE)];
  return expiry && signature ? { expiry, signature } : undefined;
}

/**
 * The account that signed, once it is known that it may read. Why it may not is not told: 50026.
 * @throws gateway 50015, 50024, 50026; what fails in asking
 */
export async function signedReader(
  gateway: Gateway,
  { place }: GatewayRequest,
  { expiry, signature }: { expiry: string; signature: string },
): Promise<string> {
  if (!isExpiryValid(expiry)) throw gatewayErrors.universalExpiry();
  const account = recoverPersonalSign(signedText(objectUrl(place.bucket, place.object), expiry), signature);
  try {
    await gateway.dependencies.client.authenticator.authorize('get-object', account, place.bucket, place.object);
    return account;
  } catch (error) {
    if (GfSpError.from(error).httpStatus >= 500) throw error;
    throw gatewayErrors.forbidden(undefined, error);
  }
}
