/** Signatures of requests (`reference/gateway-http.md` §2.5–2.7), wherever the request carries them. */
import type { IncomingMessage } from 'node:http';
import { isAddress, toChecksumAddress } from '@prairie/chain';
import {
  APP_DOMAIN_HEADER,
  APP_PUBLIC_KEY_HEADER,
  hexBytes,
  readingsOf,
  requestDigest,
  type Scheme,
  type SignableRequest,
  type Signers,
  signersOf,
  USER_ADDRESS_HEADER,
} from '@prairie/client';
import { GfSpError } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { type Asked, type Gateway, header } from '../http/handler.ts';

/** What both key generations answer when the equation does not hold: the other reading of the host may. */
const WRONG_SIGNATURE = 20012;

/** A header's first value as UTF-8 text; Node reads its bytes as latin1. */
export function utf8Header(request: Pick<Asked, 'message'>, name: string): string {
  return Buffer.from(header(request, name), 'latin1').toString('utf8');
}

export function signableOf(message: IncomingMessage): SignableRequest {
  const { method = '', url = '', rawHeaders, headers } = message;
  return { method, target: url, rawHeaders, host: headers.host ?? '' };
}

/** @throws gateway 50003 */
export function ecdsaSigners(request: SignableRequest, signature: string): Signers {
  const bytes = hexBytes(signature);
  if (!bytes) throw gatewayErrors.invalidSignature('the signature in Authorization is no hex: 130 hex digits expected');
  try {
    return signersOf(request, bytes);
  } catch (error) {
    throw gatewayErrors.invalidSignature(undefined, error);
  }
}

export type OffChainScheme = Exclude<Scheme, 'GNFD1-ECDSA'>;

/** A request that an off-chain key has signed, and where it names the key. */
export interface OffChainSigned {
  readonly scheme: OffChainScheme;
  /** As it was sent. */
  readonly signature: string;
  readonly request: SignableRequest;
  /** The signature is in the query, which is canonical without it. */
  readonly presigned: boolean;
  /** The header or query parameter of that name, empty when there is none. */
  field(name: string): string;
}

/**
 * The account that has registered the key, checksummed.
 * @throws authenticator 20012, 20015…20017, 20019
 */
export async function verifyOffChain(gateway: Gateway, signed: OffChainSigned): Promise<string> {
  const account = signed.field(USER_ADDRESS_HEADER);
  const readings = readingsOf(signed.request);
  for (const [i, reading] of readings.entries()) {
    try {
      await verifyReading(gateway, signed, reading);
      break;
    } catch (error) {
      const isLast = i === readings.length - 1;
      if (isLast || !(error instanceof GfSpError) || error.innerCode !== WRONG_SIGNATURE) throw error;
    }
  }
  // an account that is no address has no key; were there one, it would be refused by whoever asks what it may do
  return isAddress(account) ? toChecksumAddress(account) : '';
}

function verifyReading(gateway: Gateway, signed: OffChainSigned, reading: SignableRequest): Promise<void> {
  const { authenticator } = gateway.dependencies.client;
  const { scheme, signature, presigned, field } = signed;
  const scope = { account: field(USER_ADDRESS_HEADER), domain: field(APP_DOMAIN_HEADER) };
  const digest = requestDigest(reading, { presigned });
  if (scheme === 'GNFD1-EDDSA') return authenticator.verifyGnfd1Eddsa(scope, signature, digest);
  return authenticator.verifyGnfd2Eddsa(scope, field(APP_PUBLIC_KEY_HEADER), signature, digest);
}
