/** Errors of codespace `authz`, as the cosmos SDK 0.47 numbers them. */
import { ChainError } from '../../context.ts';

const define =
  (code: number, text: string) =>
  (detail = ''): ChainError =>
    new ChainError('authz', code, detail === '' ? text : `${detail}: ${text}`);

export const authzErrors = {
  notFound: define(2, 'authorization not found'),
  invalidExpiration: define(3, 'expiration time of authorization should be more than current time'),
  unknownType: define(4, 'unknown authorization type'),
  expired: define(6, 'authorization expired'),
  granteeIsGranter: define(7, 'grantee and granter should be different'),
  severalSigners: define(9, 'authorization can be given to msg with only one signer'),
  negativeLimit: define(12, 'max tokens should be positive'),
} as const;
