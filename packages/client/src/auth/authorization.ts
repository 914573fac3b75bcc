/** The `Authorization` header (`reference/gateway-http.md` §2.3, §2.5). */
import { recoverAddress, signDigest } from '@prairie/chain';
import { requestDigest, type SignableRequest } from './canonical.ts';

export type Scheme = 'GNFD1-ECDSA' | 'GNFD1-EDDSA' | 'GNFD2-EDDSA';

const SCHEMES: readonly Scheme[] = ['GNFD1-ECDSA', 'GNFD1-EDDSA', 'GNFD2-EDDSA'];

export type ParsedAuthorization =
  | { ok: true; scheme: Scheme; signature: Buffer }
  /** `scheme`: no known one; `format`: not `Signature=`; `hex`: the signature is no hex text. */
  | { ok: false; problem: 'scheme' | 'format' | 'hex' };

export function parseAuthorization(value: string): ParsedAuthorization {
  const scheme = SCHEMES.find((s) => value.startsWith(`${s},`));
  if (!scheme) return { ok: false, problem: 'scheme' };
  const parts = value
    .slice(scheme.length + 1)
    .replaceAll(' ', '')
    .split('=');
  if (parts.length !== 2 || parts[0] !== 'Signature') return { ok: false, problem: 'format' };
  const hex = parts[1]!;
  if (!/^([0-9A-Fa-f]{2})*$/.test(hex)) return { ok: false, problem: 'hex' };
  return { ok: true, scheme, signature: Buffer.from(hex, 'hex') };
}

/** Header value that authorises `request` with a secp256k1 key of 32 bytes. */
export function authorizationOf(request: SignableRequest, privateKey: Uint8Array): string {
  return `GNFD1-ECDSA, Signature=${signDigest(privateKey, requestDigest(request)).toString('hex')}`;
}

/**
 * Accounts that may have signed the request, the likeliest first: the one that signed the `Host` as sent, and, when the
 * host has a port, the one that signed it without: browsers' clients cannot see the port in the name they sign (§2.13).
 * ECDSA recovers some account from any signature, so who it is, is decided by what the account may do.
 * @throws when the signature recovers no account at all
 */
export function signersOf(request: SignableRequest, signature: Uint8Array): string[] {
  const accounts = [recoverAddress(requestDigest(request), signature)];
  const withoutPort = request.host.replace(/:\d+$/, '');
  if (withoutPort !== request.host) {
    try {
      accounts.push(recoverAddress(requestDigest({ ...request, host: withoutPort }), signature));
    } catch {
      // the second reading of a valid signature need not be one
    }
  }
  return accounts;
}
