/** Errors of the bank module; those of codespace `sdk` are in `sdk-errors.ts`. */
import { ChainError } from '../../context.ts';

const define = (code: number, text: string) => (detail?: string) =>
  new ChainError('bank', code, detail ? `${detail}: ${text}` : text);

export const bankErrors = {
  noInputs: define(2, 'no inputs to send transaction'),
  noOutputs: define(3, 'no outputs to send transaction'),
  sumMismatch: define(4, 'sum inputs != sum outputs'),
  sendDisabled: define(5, 'send transactions are disabled'),
  multipleSenders: define(9, 'multiple senders not allowed'),
} as const;
