/** Who calls (`reference/gateway-http.md` §2.2–2.7): expiry first, then the scheme, its format, the signature. */
import { EXPIRY_HEADER, isExpiryValid, parseAuthorization, type Signers } from '@prairie/client';
import { type AuthOperation, GfSpError } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { type Asked, type Gateway, type GatewayRequest, header } from '../http/handler.ts';
import { ecdsaSigners, signableOf, utf8Header, verifyOffChain } from './signatures.ts';

/**
 * Accounts that may have signed, likeliest first; exactly one for the schemes with an off-chain key.
 * @throws gateway 50001…50003, 50023; authenticator 20012, 20015…20017, 20019
 */
export async function authenticate(gateway: Gateway, asked: Pick<Asked, 'message' | 'target'>): Promise<Signers> {
  const expiry = header(asked, EXPIRY_HEADER) || asked.target.query.get(EXPIRY_HEADER) || '';
  if (!isExpiryValid(expiry)) throw gatewayErrors.expiry();
  const parsed = parseAuthorization(header(asked, 'Authorization'));
  if (!parsed.ok) throw malformed(parsed.problem);
  const request = signableOf(asked.message);
  const { scheme, signature } = parsed;
  if (scheme === 'GNFD1-ECDSA') return ecdsaSigners(request, signature);
  const field = (name: string) => utf8Header(asked, name);
  return [await verifyOffChain(gateway, { scheme, signature, field, request, presigned: false })];
}

/** @param problem of an Authorization value, see `parseAuthorization` */
export function malformed(problem: 'scheme' | 'format'): GfSpError {
  return problem === 'scheme' ? gatewayErrors.unsupportedSignature() : gatewayErrors.malformedAuthorization();
}

/** An account that the chain does not know: a wrong reading of the host makes one up. */
const UNKNOWN_ACCOUNT = 20006;

/**
 * The first signer that may do `operation`: which reading of the host a client signed is known by who is allowed.
 * @throws what the first one that exists was refused with; 960001 when the account asks too often
 */
export async function authorizedSigner(
  gateway: Gateway,
  request: Pick<GatewayRequest, 'signers' | 'place'>,
  operation: AuthOperation,
): Promise<string> {
  const { authenticator } = gateway.dependencies.client;
  const { bucket, object } = request.place;
  let refusal: GfSpError | undefined;
  for (const account of request.signers) {
    try {
      await authenticator.authorize(operation, account, bucket, object);
    } catch (error) {
      const known = GfSpError.from(error);
      if (!refusal || refusal.innerCode === UNKNOWN_ACCOUNT) refusal = known;
      if (known.httpStatus >= 500) break;
      continue;
    }
    // queries that are open ask for nobody
    if (account !== '') gateway.limiter.checkAccount(account);
    return account;
  }
  throw refusal ?? gatewayErrors.noPermission();
}
