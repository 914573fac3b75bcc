/**
 * Off-chain keys as a client has them (`reference/gateway-http.md` §2.6, §2.8, §2.9): an application makes an Ed25519
 * key, the account's wallet registers it once, and from then on the key signs in the account's name.
 */
import type { KeyObject } from 'node:crypto';
import { keccak256, sha256, signDigest, toChecksumAddress } from '@prairie/chain';
import { requestDigest, type SignableRequest } from './canonical.ts';
import { ed25519PrivateKey, ed25519PublicBytes, ed25519Sign } from './ed25519.ts';
import { EXPIRY_HEADER } from './expiry.ts';

export const USER_ADDRESS_HEADER = 'X-Gnfd-User-Address';
export const APP_DOMAIN_HEADER = 'X-Gnfd-App-Domain';
export const APP_PUBLIC_KEY_HEADER = 'X-Gnfd-App-Reg-Public-Key';
export const APP_NONCE_HEADER = 'X-Gnfd-App-Reg-Nonce';

/** A key of the second generation, and for whom it signs. */
export interface OffChainKey {
  readonly account: string;
  /** The application's origin, `https://app.example`. */
  readonly domain: string;
  /** 64 hex digits. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** The key that the Go SDK makes from a text: its SHA-256 is the seed. The JS SDK's seeds are 32 bytes already. */
export function offChainKey(account: string, domain: string, seed: string | Uint8Array): OffChainKey {
  const privateKey = ed25519PrivateKey(typeof seed === 'string' ? sha256(Buffer.from(seed)) : seed);
  const publicKey = ed25519PublicBytes(privateKey).toString('hex');
  return { account: toChecksumAddress(account), domain, publicKey, privateKey };
}

export interface RegistrationTextOptions {
  account: string;
  domain: string;
  /** 64 hex digits. */
  publicKey: string;
  /** RFC 3339, as in the header of the registration. */
  expiry: string;
  /** Default now. */
  issued?: string;
  /** Number of the EVM chain. Default 5600. */
  chainId?: number;
  /** For a key of the first generation: the next nonce at each provider. */
  nonces?: readonly { operator: string; nonce: number }[];
}

/** What a wallet signs to register a key, in the Go SDK's form; the JS SDK's has fewer line feeds. */
export function registrationText(options: RegistrationTextOptions): string {
  const { account, domain, publicKey, expiry, chainId = 5600, nonces = [] } = options;
  const issued = options.issued ?? `${new Date().toISOString().slice(0, 19)}Z`;
  const lines = [
    `${domain} wants you to sign in with your BNB Greenfield account:`,
    ...[account, '', `Register your identity public key ${publicKey}`, ''],
    ...[`URI: ${domain}`, 'Version: 1', `Chain ID: ${chainId}`, `Issued At: ${issued}`, `Expiration Time: ${expiry}`],
    ...(nonces.length > 0 ? ['Resources:'] : []),
    ...nonces.map(({ operator, nonce }) => `- SP ${operator} (name: SP_001) with nonce: ${nonce}`),
  ];
  return lines.join('\n');
}

/** 32 bytes: what `personal_sign` of a wallet signs for `text` (EIP-191). */
export function personalSignDigest(text: string): Buffer {
  const bytes = Buffer.from(text);
  return keccak256(Buffer.concat([Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes]));
}

/** `0x` and 130 hex digits, V 27 or 28, as a wallet with this secp256k1 key answers. */
export function personalSign(text: string, privateKey: Uint8Array): string {
  const signature = signDigest(privateKey, personalSignDigest(text));
  signature[64]! += 27;
  return `0x${signature.toString('hex')}`;
}

/** `Authorization` of a registration: the text and what the wallet answered. */
export function registrationAuthorization(text: string, signature: string): string {
  return `GNFD1-ETH-PERSONAL_SIGN,SignedMsg=${text.replaceAll('\n', '\\n')},Signature=${signature}`;
}

/** Headers that a request signed with the key has to carry besides `Authorization`; the first one is signed. */
export function offChainHeaders({ account, domain, publicKey }: OffChainKey): Record<string, string> {
  return { [USER_ADDRESS_HEADER]: account, [APP_DOMAIN_HEADER]: domain, [APP_PUBLIC_KEY_HEADER]: publicKey };
}

/** `Authorization` of `request`, which has the headers of {@link offChainHeaders} already. */
export function offChainAuthorization(request: SignableRequest, { privateKey }: OffChainKey): string {
  return `GNFD2-EDDSA,Signature=${ed25519Sign(privateKey, requestDigest(request)).toString('hex')}`;
}

/**
 * Path and query with which anyone may GET an object until `expiry` (RFC 3339). `target` is its path, `host` the `Host`
 * that the link leads to. With `view` a browser shows it, without it saves it.
 */
export function presignedTarget(
  key: OffChainKey,
  { target, host, expiry, view = false }: { target: string; host: string; expiry: string; view?: boolean },
): string {
  const query = new URLSearchParams({
    ...offChainHeaders(key),
    [EXPIRY_HEADER]: expiry,
    view: view ? '1' : '0',
  });
  const unsigned = `${target}?${query}`;
  const digest = requestDigest({ method: 'GET', target: unsigned, host, rawHeaders: [] }, { presigned: true });
  const authorization = `GNFD2-EDDSA,Signature=${ed25519Sign(key.privateKey, digest).toString('hex')}`;
  return `${unsigned}&Authorization=${encodeURIComponent(authorization)}`;
}
