/** Registered errors of codespace `sdk` (`reference/chain-rpc.md` §15): code and the text that ends the message. */
import { ChainError } from './context.ts';

const table = {
  txDecode: [2, 'tx parse error'],
  invalidSequence: [3, 'invalid sequence'],
  unauthorized: [4, 'unauthorized'],
  insufficientFunds: [5, 'insufficient funds'],
  unknownRequest: [6, 'unknown request'],
  invalidAddress: [7, 'invalid address'],
  invalidPubKey: [8, 'invalid pubkey'],
  unknownAddress: [9, 'unknown address'],
  invalidCoins: [10, 'invalid coins'],
  outOfGas: [11, 'out of gas'],
  memoTooLarge: [12, 'memo too large'],
  insufficientFee: [13, 'insufficient fee'],
  tooManySignatures: [14, 'maximum number of signatures exceeded'],
  noSignatures: [15, 'no signatures supplied'],
  invalidRequest: [18, 'invalid request'],
  txInMempoolCache: [19, 'tx already in mempool'],
  mempoolIsFull: [20, 'mempool is full'],
  txTooLarge: [21, 'tx too large'],
  keyNotFound: [22, 'key not found'],
  invalidHeight: [26, 'invalid height'],
  invalidType: [29, 'invalid type'],
  txTimeoutHeight: [30, 'tx timeout height'],
  unknownExtensionOptions: [31, 'unknown extension options'],
  wrongSequence: [32, 'incorrect account sequence'],
  unpackAny: [34, 'failed unpacking protobuf message from Any'],
  logic: [35, 'internal logic error'],
  notSupported: [37, 'feature not supported'],
  notFound: [38, 'not found'],
  invalidGasLimit: [41, 'invalid gas limit'],
  invalidChainId: [42, 'invalid chain-id'],
} as const;

/** `sdkErrors.insufficientFunds('spendable balance …')` is `spendable balance …: insufficient funds`, code 5. */
export const sdkErrors = Object.fromEntries(
  Object.entries(table).map(([name, [code, text]]) => [
    name,
    (detail = '') => new ChainError('sdk', code, detail === '' ? text : `${detail}: ${text}`),
  ]),
) as { [K in keyof typeof table]: (detail?: string) => ChainError };
