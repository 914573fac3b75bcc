import {
  type Authenticator,
  type AuthOperation,
  type KeyScope,
  type OffChainKeys,
  sharedAuthenticatorErrors,
  sharedGatewayErrors,
} from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as m from '../messages/authenticator.ts';
import { defineRpc, serve, unary } from '../method.ts';

/** `reference/internal-grpc.md` §4.1. */
const AUTH_TYPES: Readonly<Record<AuthOperation, number>> = {
  'ask-create-bucket-approval': 1,
  'ask-migrate-bucket-approval': 2,
  'ask-create-object-approval': 3,
  'get-challenge-piece-info': 4,
  'put-object': 5,
  'get-object': 6,
  'get-uploading-state': 7,
  'get-bucket-quota': 8,
  'list-bucket-read-record': 9,
  'get-recovery-piece': 10,
  'query-bucket-migration-progress': 11,
  'agent-put-object': 12,
  'agent-update-object': 13,
};
const operations = new Map(Object.entries(AUTH_TYPES).map(([name, type]) => [type, name as AuthOperation]));

const question = { repeatable: true, deadlineMs: 30_000 };
/** A first registration with a nonce takes the nonce: the same one again is refused. */
const once = { deadlineMs: 30_000 };

export const authenticationService = defineRpc('base.types.gfspserver.GfSpAuthenticationService', {
  GfSpVerifyAuthentication: unary(m.AuthenticationRequest, m.AuthenticationResponse, question),
  GetAuthNonce: unary(m.GetAuthNonceRequest, m.GetAuthNonceResponse, question),
  UpdateUserPublicKey: unary(m.UpdateUserPublicKeyRequest, m.UpdateUserPublicKeyResponse, once),
  VerifyGNFD1EddsaSignature: unary(m.VerifyGNFD1EddsaSignatureRequest, m.VerifyGNFD1EddsaSignatureResponse, question),
  GetAuthKeyV2: unary(m.GetAuthKeyV2Request, m.GetAuthKeyV2Response, question),
  ListAuthKeysV2: unary(m.ListAuthKeysV2Request, m.ListAuthKeysV2Response, question),
  DeleteAuthKeysV2: unary(m.DeleteAuthKeysV2Request, m.DeleteAuthKeysV2Response, question),
  UpdateUserPublicKeyV2: unary(m.UpdateUserPublicKeyV2Request, m.UpdateUserPublicKeyV2Response, question),
  VerifyGNFD2EddsaSignature: unary(m.VerifyGNFD2EddsaSignatureRequest, m.VerifyGNFD2EddsaSignatureResponse, question),
});

export const serveAuthentication = (authenticator: Authenticator) =>
  serve(authenticationService, {
    async GfSpVerifyAuthentication({ auth_type, user_account, bucket_name, object_name }) {
      const operation = operations.get(auth_type);
      if (!operation) throw sharedAuthenticatorErrors.unknownOperation(`auth type ${auth_type} is not served here`);
      await authenticator.authorize(operation, user_account, bucket_name, object_name);
      return { allowed: true };
    },
    GetAuthNonce: async (request) => authenticator.getAuthNonce(scopeIn(request)),
    async UpdateUserPublicKey({ user_public_key, nonce, expiry_date, ...rest }) {
      return { result: await authenticator.updateUserPublicKey(scopeIn(rest), user_public_key, nonce, expiry_date) };
    },
    async VerifyGNFD1EddsaSignature({ off_chain_sig, real_msg_to_sign, ...rest }) {
      await authenticator.verifyGnfd1Eddsa(scopeIn(rest), off_chain_sig, real_msg_to_sign);
      return { result: true };
    },
    async GetAuthKeyV2({ user_public_key, ...rest }) {
      const expiry_date = await authenticator.getAuthKeyV2(scopeIn(rest), user_public_key);
      return { public_key: user_public_key, expiry_date };
    },
    async ListAuthKeysV2(request) {
      return { public_keys: await authenticator.listAuthKeysV2(scopeIn(request)) };
    },
    async DeleteAuthKeysV2({ public_keys, ...rest }) {
      await authenticator.deleteAuthKeysV2(scopeIn(rest), public_keys);
      return { result: true };
    },
    async UpdateUserPublicKeyV2({ user_public_key, expiry_date, ...rest }) {
      await authenticator.updateUserPublicKeyV2(scopeIn(rest), user_public_key, expiry_date);
      return { result: true };
    },
    async VerifyGNFD2EddsaSignature({ user_public_key, off_chain_sig, real_msg_to_sign, ...rest }) {
      await authenticator.verifyGnfd2Eddsa(scopeIn(rest), user_public_key, off_chain_sig, real_msg_to_sign);
      return { result: true };
    },
  });

export const callAuthenticator = (caller: Caller): Authenticator => ({
  async authorize(operation, user_account, bucket_name, object_name) {
    const request = { auth_type: AUTH_TYPES[operation], user_account, bucket_name, object_name };
    const { allowed } = await caller.unary(authenticationService.methods.GfSpVerifyAuthentication, request);
    // another implementation says no without an error
    if (!allowed) throw sharedGatewayErrors.noPermission();
  },
  ...callKeys(caller),
});

function callKeys(caller: Caller): OffChainKeys {
  const { methods } = authenticationService;
  return {
    async getAuthNonce(scope) {
      const { err: _, ...nonce } = await caller.unary(methods.GetAuthNonce, scopeOut(scope));
      return nonce;
    },
    async updateUserPublicKey(scope, user_public_key, nonce, expiry_date) {
      const key = { current_nonce: nonce - 1, nonce, user_public_key, expiry_date };
      return (await caller.unary(methods.UpdateUserPublicKey, { ...scopeOut(scope), ...key })).result;
    },
    async verifyGnfd1Eddsa(scope, off_chain_sig, real_msg_to_sign) {
      const signed = { off_chain_sig, real_msg_to_sign };
      const { result } = await caller.unary(methods.VerifyGNFD1EddsaSignature, { ...scopeOut(scope), ...signed });
      if (!result) throw sharedAuthenticatorErrors.badSignature();
    },
    async getAuthKeyV2(scope, user_public_key) {
      return (await caller.unary(methods.GetAuthKeyV2, { ...scopeOut(scope), user_public_key })).expiry_date;
    },
    async updateUserPublicKeyV2(scope, user_public_key, expiry_date) {
      await caller.unary(methods.UpdateUserPublicKeyV2, { ...scopeOut(scope), user_public_key, expiry_date });
    },
    async listAuthKeysV2(scope) {
      return (await caller.unary(methods.ListAuthKeysV2, scopeOut(scope))).public_keys;
    },
    async deleteAuthKeysV2(scope, publicKeys) {
      await caller.unary(methods.DeleteAuthKeysV2, { ...scopeOut(scope), public_keys: [...publicKeys] });
    },
    async verifyGnfd2Eddsa(scope, user_public_key, off_chain_sig, real_msg_to_sign) {
      const signed = { user_public_key, off_chain_sig, real_msg_to_sign };
      const { result } = await caller.unary(methods.VerifyGNFD2EddsaSignature, { ...scopeOut(scope), ...signed });
      if (!result) throw sharedAuthenticatorErrors.badSignature();
    },
  };
}

const scopeIn = ({ account_id, domain }: { account_id: string; domain: string }): KeyScope => ({
  account: account_id,
  domain,
});
const scopeOut = ({ account, domain }: KeyScope) => ({ account_id: account, domain });
