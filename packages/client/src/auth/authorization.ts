/** The `Authorization` header (`reference/gateway-http.md` §2.3, §2.5). */
import { recoverAddress, signDigest } from '@prairie/chain';
import { requestDigest, type SignableRequest } from './canonical.ts';

export type Scheme = 'GNFD1-ECDSA' | 'GNFD1-EDDSA' | 'GNFD2-EDDSA';

const SCHEMES: readonly Scheme[] = ['GNFD1-ECDSA', 'GNFD1-EDDSA', 'GNFD2-EDDSA'];

export type ParsedAuthorization =
  /** `signature` as it was sent: hex, if all is well. */
  | { ok: true; scheme: Scheme; signature: string }
  /** `scheme`: no known one; `format`: not `Signature=`. */
  | { ok: false; problem: 'scheme' | 'format' };

export function parseAuthorization(value: string): ParsedAuthorization {
  const scheme = SCHEMES.find((s) => value.startsWith(`${s},`));
  if (!scheme) return { ok: false, problem: 'scheme' };
  const parts = value
    .slice(scheme.length + 1)
    .replaceAll(' ', '')
    .split('=');
  if (parts.length !== 2 || parts[0] !== 'Signature') return { ok: false, problem: 'format' };
  return { ok: true, scheme, signature: parts[1]! };
}

/** Bytes of hex in either case, undefined when the text is none. */
export function hexBytes(text: string): Buffer | undefined {
  return /^([0-9A-Fa-f]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** Header value that authorises `request` with a secp256k1 key of 32 bytes. */
export function authorizationOf(request: SignableRequest, privateKey: Uint8Array): string {
  return `GNFD1-ECDSA, Signature=${signDigest(privateKey, requestDigest(request)).toString('hex')}`;
}

/**
 * The request as it may have been signed, the likeliest first: with the `Host` as sent, and, when the host has a port,
 * without it: browsers' clients cannot see the port in the name they sign (§2.13).
 */
export function readingsOf(request: SignableRequest): SignableRequest[] {
  const host = request.host.replace(/:\d+$/, '');
  return host === request.host ? [request] : [request, { ...request, host }];
}

/** Accounts that may have signed, likeliest first. */
export interface Signers extends Iterable<string> {
  some(test: (account: string) => boolean): boolean;
}

/**
 * Accounts that may have signed the request, in the order of its readings. ECDSA recovers some account from any
 * signature, so who it is, is decided by what the account may do. The first is recovered now, another one when it is
 * asked for: hardly ever.
 * @throws SignatureError when the signature recovers no account at all
 */
export function signersOf(request: SignableRequest, signature: Uint8Array): Signers {
  return new RecoveredSigners(readingsOf(request), signature);
}

class RecoveredSigners implements Signers {
  readonly #signature: Uint8Array;
  readonly #first: string;
  readonly #others: readonly SignableRequest[];

  constructor([asSent, ...others]: readonly SignableRequest[], signature: Uint8Array) {
    this.#signature = signature;
    this.#first = this.#recover(asSent!);
    this.#others = others;
  }

  *[Symbol.iterator](): Generator<string> {
    yield this.#first;
    for (const reading of this.#others) {
      const account = this.#recovered(reading);
      if (account !== undefined) yield account;
    }
  }

  some(test: (account: string) => boolean): boolean {
    for (const account of this) if (test(account)) return true;
    return false;
  }

  #recover(reading: SignableRequest): string {
    return recoverAddress(requestDigest(reading), this.#signature, { highS: true });
  }

  /** The second reading of a valid signature need not be one. */
  #recovered(reading: SignableRequest): string | undefined {
    try {
      return this.#recover(reading);
    } catch {
      return undefined;
    }
  }
}
