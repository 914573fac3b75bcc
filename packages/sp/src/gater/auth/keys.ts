/** Off-chain keys of an account and an application: the next nonce, the list, deletion (`reference/gateway-http.md` §5.1). */

import { isAddress, sameAddress } from '@prairie/chain';
import { APP_DOMAIN_HEADER, USER_ADDRESS_HEADER } from '@prairie/client';
import { type AuthNonce, type KeyScope, sharedAuthenticatorErrors } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { type GatewayRequest, header } from '../http/handler.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, big, flag, many, number, TEXT, text } from '../http/shape.ts';
import { utf8Header } from './signatures.ts';

/** 100 keys of 64 digits, and room for spaces. */
const MAX_BODY_BYTES = 16 * 1024;

const nonceAnswer = answer<AuthNonce>('RequestNonceResp', {
  CurrentNonce: number((nonce) => nonce.current_nonce),
  NextNonce: number((nonce) => nonce.next_nonce),
  CurrentPublicKey: text((nonce) => nonce.current_public_key),
  ExpiryDate: big((nonce) => nonce.expiry_date),
});
const keyList = answer<readonly string[]>('ListUserPublicKeyV2Resp', { Result: many(TEXT, (keys) => keys) });
const deletion = answer<boolean>('DeleteUserPublicKeyV2Resp', { Result: flag((isDone) => isDone) });

export const requestNonce = answeredAs(nonceAnswer, async (gateway, request) =>
  gateway.dependencies.client.authenticator.getAuthNonce(scopeOf(request)),
);

export const listUserPublicKeyV2 = answeredAs(keyList, async (gateway, request) =>
  gateway.dependencies.client.authenticator.listAuthKeysV2(scopeOf(request)),
);

export const deleteUserPublicKeyV2 = answeredAs(deletion, async (gateway, request) => {
  const scope = scopeOf(request);
  if (!request.signers.some((signer) => sameAddress(signer, scope.account))) {
    throw gatewayErrors.noPermission(
      `keys are deleted by their own account: ${USER_ADDRESS_HEADER} is not the signer's`,
    );
  }
  const keys = (await bodyText(request))
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  await gateway.dependencies.client.authenticator.deleteAuthKeysV2(scope, keys);
  return true;
});

/** @throws gateway 50009, 50017 */
function scopeOf(request: GatewayRequest): KeyScope {
  const account = header(request, USER_ADDRESS_HEADER);
  if (!isAddress(account))
    throw gatewayErrors.invalidHeader(`invalid request header: ${USER_ADDRESS_HEADER} is no address`);
  const domain = utf8Header(request, APP_DOMAIN_HEADER);
  if (domain === '')
    throw gatewayErrors.appDomain(`${APP_DOMAIN_HEADER} is missing: the origin of the application is expected`);
  return { account, domain };
}

/** @throws gateway 50013; authenticator 20018 for more than the keys of one request have */
async function bodyText({ body }: GatewayRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body.read()) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw gatewayErrors.bodyBroke(undefined, error);
  }
  if (bytes > MAX_BODY_BYTES) throw sharedAuthenticatorErrors.tooManyKeys();
  return Buffer.concat(chunks).toString('latin1');
}
