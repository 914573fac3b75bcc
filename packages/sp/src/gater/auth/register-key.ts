/** Registration of off-chain keys with a wallet's signature (`reference/gateway-http.md` §2.9). */
import {
  APP_DOMAIN_HEADER,
  APP_NONCE_HEADER,
  APP_PUBLIC_KEY_HEADER,
  EXPIRY_HEADER,
  isExpiryValid,
} from '@prairie/client';
import { gatewayErrors } from '../errors.ts';
import { type Gateway, type GatewayRequest, header } from '../http/handler.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, flag } from '../http/shape.ts';
import { recoverPersonalSign } from './personal-sign.ts';
import { parseRegistrationText, type RegistrationText } from './registration-text.ts';
import { utf8Header } from './signatures.ts';

const PREFIX = 'GNFD1-ETH-PERSONAL_SIGN,';
/** Longest that the network's tables take (`reference/block-syncer-and-db.md` §11.3, key columns). */
const MAX_DOMAIN = 191;
const MAX_INT32 = 2 ** 31 - 1;

/** What the headers say; the signed text has to say the same. */
interface Registration {
  readonly account: string;
  readonly domain: string;
  readonly publicKey: string;
  readonly expiry: string;
  readonly text: string;
}

const registration = answer<boolean>('UpdateUserPublicKeyResp', { Result: flag((isDone) => isDone) });

export const updateUserPublicKey = answeredAs(registration, async (gateway, request) => {
  const signed = signedText(request);
  const registered = registrationOf(request, signed);
  const { account, domain, publicKey } = registered;
  const { authenticator } = gateway.dependencies.client;
  const nonceText = header(request, APP_NONCE_HEADER);
  const { next_nonce } = await authenticator.getAuthNonce({ account, domain });
  if (int32(nonceText) !== next_nonce) throw gatewayErrors.nonce();
  const expiryMs = requireExpiry(registered);
  const text = parseRegistrationText(registered.text, 1);
  if (!text) throw gatewayErrors.textTemplate();
  requireOwnNonce(gateway, text, nonceText);
  requireSame(registered, text);
  // another registration may have taken the nonce meanwhile
  const isDone = await authenticator.updateUserPublicKey({ account, domain }, publicKey, next_nonce, expiryMs);
  if (!isDone) throw gatewayErrors.nonce();
  return true;
});

export const updateUserPublicKeyV2 = answeredAs(registration, async (gateway, request) => {
  const registered = registrationOf(request, signedText(request));
  const { account, domain, publicKey } = registered;
  const expiryMs = requireExpiry(registered);
  const text = parseRegistrationText(registered.text, 2);
  if (!text) throw gatewayErrors.textTemplate();
  requireSame(registered, text);
  await gateway.dependencies.client.authenticator.updateUserPublicKeyV2({ account, domain }, publicKey, expiryMs);
  return true;
});

/** @throws 50001, 50002 */
function signedText(request: GatewayRequest): { text: string; signature: string } {
  const value = utf8Header(request, 'Authorization');
  if (!value.startsWith(PREFIX)) {
    throw gatewayErrors.unsupportedSignature('Authorization of scheme GNFD1-ETH-PERSONAL_SIGN is needed here');
  }
  const items = value.slice(PREFIX.length).replaceAll('\\n', '\n').split(',');
  const pairs = items.map((item) => item.split('='));
  const parts = new Map(pairs.map(([key = '', part = '']) => [key, part]));
  const [text, signature] = [parts.get('SignedMsg'), parts.get('Signature')];
  const isWhole = pairs.length === 2 && pairs.every(({ length }) => length === 2);
  if (!isWhole || text === undefined || signature === undefined) {
    throw gatewayErrors.malformedAuthorization(
      `Authorization must read: ${PREFIX}SignedMsg=<text without , and =>,Signature=0x<130 hex digits>`,
    );
  }
  return { text, signature };
}

/** @throws 50015, 50017, 50018 */
function registrationOf(request: GatewayRequest, { text, signature }: ReturnType<typeof signedText>): Registration {
  const account = recoverPersonalSign(text, signature);
  const domain = utf8Header(request, APP_DOMAIN_HEADER);
  if (domain === '' || domain.length > MAX_DOMAIN || domain !== utf8Header(request, 'Origin')) {
    throw gatewayErrors.appDomain();
  }
  const publicKey = header(request, APP_PUBLIC_KEY_HEADER);
  if (!/^[0-9a-fA-F]{64}$/.test(publicKey)) throw gatewayErrors.publicKey();
  return { account, domain, publicKey, expiry: header(request, EXPIRY_HEADER), text };
}

/** Unix milliseconds. @throws 50023 */
function requireExpiry({ expiry }: Registration): bigint {
  if (!isExpiryValid(expiry)) throw gatewayErrors.expiry();
  return BigInt(Date.parse(expiry));
}

/** The nonce of every item for this provider, of which there has to be one. @throws 50021, 50040 */
function requireOwnNonce({ options }: Gateway, { nonces }: RegistrationText, nonce: string): void {
  const own = nonces.filter(({ operator }) => operator === options.operatorAddress);
  if (own.some((item) => item.nonce !== nonce)) throw gatewayErrors.textNonce();
  if (own.length === 0) throw gatewayErrors.textForOthers();
}

/** @throws 50037, 50038, 50039 */
function requireSame(headers: Registration, text: RegistrationText): void {
  if (text.domain !== headers.domain) throw gatewayErrors.textDomain();
  if (text.publicKey !== headers.publicKey) throw gatewayErrors.textPublicKey();
  if (text.expiry !== headers.expiry) throw gatewayErrors.textExpiry();
}

/** undefined for what is no decimal number of 32 bits. */
function int32(text: string): number | undefined {
  const value = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(value) <= MAX_INT32 ? value : undefined;
}
