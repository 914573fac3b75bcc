/** Errors of codespace `gov`, as the cosmos SDK 0.47 numbers them. */
import { ChainError } from '../../context.ts';

const define =
  (code: number, text: string) =>
  (detail = ''): ChainError =>
    new ChainError('gov', code, detail === '' ? text : `${detail}: ${text}`);

export const govErrors = {
  unknownProposal: define(2, 'unknown proposal'),
  inactiveProposal: define(3, 'inactive proposal'),
  invalidVote: define(7, 'invalid vote option'),
  unroutableMessage: define(10, 'proposal message not recognized by router'),
  noMessages: define(11, 'no messages proposed'),
  invalidMessage: define(12, 'invalid proposal message'),
  invalidSigner: define(13, 'expected gov account as only signer for proposal message'),
  metadataTooLong: define(15, 'metadata too long'),
  depositTooSmall: define(16, 'minimum deposit is too small'),
} as const;
