/** Errors of the distribution module, as Cosmos SDK 0.47 registers them. */
import { ChainError } from '../../context.ts';

const define =
  (code: number, text: string) =>
  (detail?: string): ChainError =>
    new ChainError('distribution', code, detail ? `${detail}: ${text}` : text);

export const distributionErrors = {
  noDelegation: define(5, 'no delegation distribution info'),
  noValidator: define(6, 'no validator distribution info'),
  noCommission: define(7, 'no validator commission to withdraw'),
  withdrawAddressDisabled: define(8, 'set withdraw address disabled'),
  poolTooSmall: define(9, 'community pool does not have sufficient coins to distribute'),
} as const;
