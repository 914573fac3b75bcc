/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import {
  APP_DOMAIN_HEADER,
  APP_NONCE_HEADER,
  APP_PUBLIC_KEY_HEADER,
  EXPIRY_HEADER,
  USER_ADDRESS_HEADER,
} from '@prairie/client';
import { header, namedRoutes, required } from '../http/route.ts';
import { deleteUserPublicKeyV2, listUserPublicKeyV2, requestNonce } from './keys.ts';
import { updateUserPublicKey, updateUserPublicKeyV2 } from './register-key.ts';

const account = required(header(USER_ADDRESS_HEADER, 'address', 'the account whose keys they are'));
const domain = required(header(APP_DOMAIN_HEADER, 'text', 'origin of the application, at most 191 characters'));
const registration = [
  required(header('Authorization', 'text', '`GNFD1-ETH-PERSONAL_SIGN,SignedMsg=<text>,Signature=0x<130 hex digits>`')),
  domain,
  required(header('Origin', 'text', `the same as ${APP_DOMAIN_HEADER}`)),
  required(header(APP_PUBLIC_KEY_HEADER, 'hex', 'the key, 64 hex digits')),
  required(header(EXPIRY_HEADER, 'time', 'when the registration ends, within seven days; the same as in the text')),
];
const IGNORED_BODY = 'ignored';

export const authRoutes = namedRoutes({
  RequestNonce: {
    method: 'GET',
    scope: 'fixed',
    path: '/auth/request_nonce',
    auth: 'none',
    handle: requestNonce,
    doc: {
      summary: 'The nonce with which the next key of the first generation is registered.',
      params: [account, domain],
      answer: 'xml',
      answers: 'RequestNonceResp: CurrentNonce, NextNonce, CurrentPublicKey, ExpiryDate (unix milliseconds)',
      errors: [50009, 50017],
    },
  },
  UpdateUserPublicKey: {
    method: 'POST',
    scope: 'fixed',
    path: '/auth/update_key',
    auth: 'personal',
    handle: updateUserPublicKey,
    doc: {
      summary: "Registers the account's one key of the first generation (GNFD1-EDDSA) for an application.",
      params: [
        ...registration,
        required(header(APP_NONCE_HEADER, 'integer', 'the next nonce; the same as in the text for this provider')),
      ],
      body: IGNORED_BODY,
      answer: 'xml',
      answers: 'UpdateUserPublicKeyResp: Result',
      errors: [50017, 50018, 50019, 50023, 50022, 50040, 50021, 50037, 50039, 50038],
    },
  },
  UpdateUserPublicKeyV2: {
    method: 'POST',
    scope: 'fixed',
    path: '/auth/update_key_v2',
    auth: 'personal',
    handle: updateUserPublicKeyV2,
    doc: {
      summary: 'Registers a key of the second generation (GNFD2-EDDSA) for an application, beside others.',
      params: registration,
      body: IGNORED_BODY,
      answer: 'xml',
      answers: 'UpdateUserPublicKeyResp: Result',
      errors: [50017, 50018, 50023, 50022, 50037, 50039, 50038],
    },
  },
  ListUserPublicKeyV2: {
    method: 'GET',
    scope: 'fixed',
    path: '/auth/keys_v2',
    auth: 'ignored',
    handle: listUserPublicKeyV2,
    doc: {
      summary: 'Keys of the second generation of an account and an application.',
      params: [account, domain],
      answer: 'xml',
      answers: 'ListUserPublicKeyV2Resp: a Result for each key, by its digits; none when there are no keys',
      errors: [50009, 50017],
    },
  },
  DeleteUserPublicKeyV2: {
    method: 'POST',
    scope: 'fixed',
    path: '/auth/delete_keys_v2',
    auth: 'signed',
    handle: deleteUserPublicKeyV2,
    doc: {
      summary: "Deletes keys of the second generation; only the signer's own.",
      params: [account, domain],
      body: 'keys of 64 hex digits joined by `,`, at most 100; unknown ones do not matter',
      answer: 'xml',
      answers: 'DeleteUserPublicKeyV2Resp: Result',
      errors: [50009, 50017, 50004, 50013, 20018],
    },
  },
});
