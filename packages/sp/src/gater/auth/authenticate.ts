/** Who calls (`reference/gateway-http.md` §2.2–2.5): expiry first, then the scheme, its format, the signature. */
import { EXPIRY_HEADER, isExpiryValid, parseAuthorization, signersOf } from '@prairie/client';
import { type AuthOperation, GfSpError } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import type { Asked, Gateway, GatewayRequest } from '../http/handler.ts';

/** Accounts that may have signed, likeliest first. @throws gateway 50001…50003, 50023, GfSp 999999 */
export async function authenticate(_gateway: Gateway, { message, target }: Asked): Promise<string[]> {
  const expiry = message.headers[EXPIRY_HEADER.toLowerCase()] || target.query.get(EXPIRY_HEADER) || '';
  if (!isExpiryValid(String(expiry))) throw gatewayErrors.expiry();
  const parsed = parseAuthorization(message.headers.authorization ?? '');
  if (!parsed.ok) throw problems[parsed.problem]();
  if (parsed.scheme !== 'GNFD1-ECDSA') throw gatewayErrors.unsupportedSignature();
  const request = {
    method: message.method ?? '',
    target: message.url ?? '',
    rawHeaders: message.rawHeaders,
    host: message.headers.host ?? '',
  };
  try {
    return signersOf(request, parsed.signature);
  } catch (error) {
    throw gatewayErrors.invalidSignature(undefined, error);
  }
}

const problems = {
  scheme: () => gatewayErrors.unsupportedSignature(),
  format: () => gatewayErrors.malformedAuthorization(),
  hex: () => GfSpError.from(new Error('the signature in the Authorization header is not hex')),
};

/**
 * The first signer that may do `operation`: which reading of the host a client signed is known by who is allowed.
 * @throws what the first one was refused with
 */
export async function authorizedSigner(
  gateway: Gateway,
  request: Pick<GatewayRequest, 'signers' | 'place'>,
  operation: AuthOperation,
): Promise<string> {
  const { authenticator } = gateway.dependencies.client;
  const { bucket, object } = request.place;
  let refusal: unknown;
  for (const account of request.signers) {
    try {
      await authenticator.authorize(operation, account, bucket, object);
      return account;
    } catch (error) {
      refusal ??= error;
      if (GfSpError.from(error).httpStatus >= 500) break;
    }
  }
  throw refusal ?? gatewayErrors.noPermission();
}
