/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { notYet } from '../http/not-yet.ts';
import { namedRoutes } from '../http/route.ts';

export const authRoutes = namedRoutes({
  RequestNonce: {
    method: 'GET',
    scope: 'fixed',
    path: '/auth/request_nonce',
    auth: 'none',
    handle: notYet,
    doc: {
      summary: 'The nonce of an account and app domain, for a key of the first generation.',
      answer: 'xml',
      answers: 'RequestNonceResp',
      errors: [],
    },
  },
  UpdateUserPublicKey: {
    method: 'POST',
    scope: 'fixed',
    path: '/auth/update_key',
    auth: 'personal',
    handle: notYet,
    doc: {
      summary: 'Registers a key of the first generation.',
      answer: 'xml',
      answers: 'UpdateUserPublicKeyResp',
      errors: [],
    },
  },
  UpdateUserPublicKeyV2: {
    method: 'POST',
    scope: 'fixed',
    path: '/auth/update_key_v2',
    auth: 'personal',
    handle: notYet,
    doc: {
      summary: 'Registers a key of the second generation.',
      answer: 'xml',
      answers: 'UpdateUserPublicKeyResp',
      errors: [],
    },
  },
  ListUserPublicKeyV2: {
    method: 'GET',
    scope: 'fixed',
    path: '/auth/keys_v2',
    auth: 'ignored',
    handle: notYet,
    doc: {
      summary: 'Keys of an account and app domain.',
      answer: 'xml',
      answers: 'ListUserPublicKeyV2Resp',
      errors: [],
    },
  },
  DeleteUserPublicKeyV2: {
    method: 'POST',
    scope: 'fixed',
    path: '/auth/delete_keys_v2',
    auth: 'signed',
    handle: notYet,
    doc: {
      summary: 'Deletes keys of an account and app domain.',
      answer: 'xml',
      answers: 'DeleteUserPublicKeyV2Resp',
      errors: [],
    },
  },
});
