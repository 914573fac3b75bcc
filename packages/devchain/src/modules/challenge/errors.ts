/** Errors of the challenge module (`reference/chain-rpc.md` §15). */
import { ChainError } from '../../context.ts';

const define =
  (code: number, text: string) =>
  (detail?: string): ChainError =>
    new ChainError('challenge', code, detail ? `${detail}: ${text}` : text);

export const challengeErrors = {
  unknownProvider: define(1, 'unknown storage provider'),
  unknownObject: define(2, 'unknown bucket or object'),
  invalidProviderStatus: define(3, 'invalid status of the storage provider'),
  invalidObjectStatus: define(4, 'invalid status of the object'),
  notStoredOnProvider: define(5, 'the object is not stored on the storage provider'),
  recentSlash: define(6, 'the storage provider and the object were slashed recently'),
  invalidSegmentIndex: define(7, 'invalid segment index'),
  invalidChallengeId: define(8, 'invalid challenge id'),
  invalidVoteResult: define(9, 'invalid vote result'),
  invalidVoters: define(10, 'invalid vote validator set'),
  invalidSignature: define(11, 'invalid aggregated signature of the votes'),
  duplicatedSlash: define(12, 'duplicated slash'),
  invalidBlsKey: define(13, 'invalid bls public key'),
  notEnoughVotes: define(14, 'not enough votes'),
  notChallenger: define(15, 'not the challenger of a validator'),
  notInTurn: define(16, 'not the challenger in turn'),
  invalidParams: define(17, 'invalid params'),
  groupNotFound: define(18, 'cannot find the global virtual group'),
} as const;
