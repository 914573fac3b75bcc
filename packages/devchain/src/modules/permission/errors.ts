/** Errors of the permission module (`reference/chain-rpc.md` §15). */
import { ChainError } from '../../context.ts';

const define =
  (code: number, text: string) =>
  (detail?: string): ChainError =>
    new ChainError('permission', code, detail ? `${detail}: ${text}` : text);

export const permissionErrors = {
  invalidPrincipal: define(1100, 'Invalid principal'),
  invalidStatement: define(1101, 'Invalid statement'),
  limitExceeded: define(1102, 'Limit exceeded'),
  permissionExpired: define(1103, 'Permission expired'),
} as const;
