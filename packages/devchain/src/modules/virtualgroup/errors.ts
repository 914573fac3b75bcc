/** Errors of the virtualgroup module (`reference/chain-rpc.md` §15). */
import { ChainError } from '../../context.ts';

const define =
  (code: number, text: string, codespace = 'virtualgroup') =>
  (detail?: string): ChainError =>
    new ChainError(codespace, code, detail ? `${detail}: ${text}` : text);

/** `swapInInfoNotExist()` prints the text that providers look for. */
export const virtualGroupErrors = {
  familyNotExist: define(1100, 'global virtual group family not exist'),
  gvgNotInFamily: define(1101, 'global virtual group not exist in the family'),
  gvgNotExist: define(1102, 'global virtual group not exist'),
  gvgNotEmpty: define(1103, 'the store size of the global virtual group is not zero'),
  withdrawTooLarge: define(1105, 'the withdraw amount is too large'),
  swapOutFailed: define(1106, 'swap out failed'),
  cannotExit: define(1108, 'the storage provider can not exit'),
  settleFailed: define(1109, 'settle failed'),
  invalidGvgCount: define(1120, 'invalid count of global virtual groups'),
  withdrawFailed: define(1121, 'withdraw failed'),
  invalidSecondaryCount: define(1122, 'invalid count of secondary storage providers'),
  limitationExceeded: define(1123, 'limitation exceeded'),
  duplicateSecondary: define(1124, 'duplicate secondary storage provider'),
  duplicateGvg: define(1126, 'duplicate global virtual group'),
  swapInFailed: define(1127, 'swap in failed'),
  swapInInfoNotExist: define(1128, 'swap in info not exist.'),
  statisticsNotExist: define(1129, 'global virtual group statistics not exist'),
  familyStatisticsNotExist: define(1130, 'global virtual group family statistics not exist'),
  invalidDenom: define(2000, 'invalid denom'),
  invalidMessage: define(1014, 'invalid message', 'greenfield'),
} as const;
