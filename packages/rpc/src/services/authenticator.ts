import { type Authenticator, type AuthOperation, sharedAuthenticatorErrors, sharedGatewayErrors } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { AuthenticationRequest, AuthenticationResponse } from '../messages/authenticator.ts';
import { defineRpc, serve, unary } from '../method.ts';

/** `reference/internal-grpc.md` §4.1. */
const AUTH_TYPES: Readonly<Record<AuthOperation, number>> = {
  'ask-create-bucket-approval': 1,
  'ask-create-object-approval': 3,
  'put-object': 5,
  'get-object': 6,
  'get-uploading-state': 7,
  'get-bucket-quota': 8,
  'list-bucket-read-record': 9,
};
const operations = new Map(Object.entries(AUTH_TYPES).map(([name, type]) => [type, name as AuthOperation]));

export const authenticationService = defineRpc('base.types.gfspserver.GfSpAuthenticationService', {
  GfSpVerifyAuthentication: unary(AuthenticationRequest, AuthenticationResponse, {
    repeatable: true,
    deadlineMs: 30_000,
  }),
});

export const serveAuthentication = (authenticator: Authenticator) =>
  serve(authenticationService, {
    async GfSpVerifyAuthentication({ auth_type, user_account, bucket_name, object_name }) {
      const operation = operations.get(auth_type);
      if (!operation) throw sharedAuthenticatorErrors.unknownOperation(`auth type ${auth_type} is not served here`);
      await authenticator.authorize(operation, user_account, bucket_name, object_name);
      return { allowed: true };
    },
  });

export const callAuthenticator = (caller: Caller): Authenticator => ({
  async authorize(operation, user_account, bucket_name, object_name) {
    const request = { auth_type: AUTH_TYPES[operation], user_account, bucket_name, object_name };
    const { allowed } = await caller.unary(authenticationService.methods.GfSpVerifyAuthentication, request);
    // another implementation says no without an error
    if (!allowed) throw sharedGatewayErrors.noPermission();
  },
});
