/** Errors of the sp module (`reference/chain-rpc.md` §15). */
import { ChainError } from '../../context.ts';

const define =
  (code: number, text: string) =>
  (detail?: string): ChainError =>
    new ChainError('sp', code, detail ? `${detail}: ${text}` : text);

/** `spErrors.notFound()` prints the text that the recordings have. */
export const spErrors = {
  notFound: define(1, 'StorageProvider does not exist'),
  notInService: define(2, 'StorageProvider is not in service'),
  operatorExists: define(3, 'operator address of another StorageProvider'),
  insufficientDeposit: define(4, 'insufficient deposit'),
  depositNotAllowed: define(5, 'deposit account is not allowed'),
  invalidDenom: define(6, 'invalid denom'),
  fundingExists: define(7, 'funding address of another StorageProvider'),
  sealExists: define(8, 'seal address of another StorageProvider'),
  approvalExists: define(9, 'approval address of another StorageProvider'),
  gcExists: define(10, 'gc address of another StorageProvider'),
  notChanged: define(12, 'StorageProvider is not changed'),
  exitFailed: define(13, 'StorageProvider exit failed'),
  invalidBlsKey: define(14, 'invalid bls key'),
  blsKeyExists: define(15, 'bls key of another StorageProvider'),
  statusUpdateNotAllowed: define(16, 'update of the StorageProvider status is not allowed'),
  priceUpdateNotAllowed: define(18, 'update of the price is not allowed'),
  wrongStatus: define(19, 'wrong StorageProvider status'),
  signerNotGov: define(40, 'signer is not the gov module account'),
  invalidEndpoint: define(42, 'invalid endpoint URL'),
  signerNotOperator: define(43, 'signer is not the operator of the StorageProvider'),
} as const;
