/** Off-chain keys of an account and an application: the next nonce, the list, deletion (`reference/gateway-http.md` §5.1). */

import { isAddress, sameAddress } from '@prairie/chain';
import { APP_DOMAIN_HEADER, USER_ADDRESS_HEADER } from '@prairie/client';
import { type KeyScope, sharedAuthenticatorErrors } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { type GatewayRequest, type Handler, header } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { utf8Header } from './signatures.ts';

/** 100 keys of 64 digits, and room for spaces. */
const MAX_BODY_BYTES = 16 * 1024;

export const requestNonce: Handler = async (gateway, request, response) => {
  const nonce = await gateway.dependencies.client.authenticator.getAuthNonce(scopeOf(request));
  sendXml(response, 'RequestNonceResp', {
    CurrentNonce: nonce.current_nonce,
    NextNonce: nonce.next_nonce,
    CurrentPublicKey: nonce.current_public_key,
    ExpiryDate: nonce.expiry_date,
  });
};

export const listUserPublicKeyV2: Handler = async (gateway, request, response) => {
  const keys = await gateway.dependencies.client.authenticator.listAuthKeysV2(scopeOf(request));
  sendXml(response, 'ListUserPublicKeyV2Resp', { Result: keys });
};

export const deleteUserPublicKeyV2: Handler = async (gateway, request, response) => {
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
  sendXml(response, 'DeleteUserPublicKeyV2Resp', { Result: true });
};

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
