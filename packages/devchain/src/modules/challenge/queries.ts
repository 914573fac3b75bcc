import { greenfieldChallenge as challenge } from '@prairie/chain';
import { type ChainModule, query } from '../../context.ts';
import { challengeErrors as errors } from './errors.ts';
import type { ChallengeKeeper } from './keeper.ts';

export function challengeQueries(keeper: ChallengeKeeper): ChainModule['queries'] {
  return {
    '/greenfield.challenge.Query/AttestedChallenge': query({
      request: challenge.QueryAttestedChallengeRequest,
      response: challenge.QueryAttestedChallengeResponse,
      handle(_ctx, { challenge_id }) {
        const attested = keeper.store.attestation(challenge_id);
        if (!attested) throw errors.invalidChallengeId(`challenge ${challenge_id} is not among those attested last`);
        return { challenge: attested };
      },
    }),
    '/greenfield.challenge.Query/LatestAttestedChallenges': query({
      request: challenge.QueryLatestAttestedChallengesRequest,
      response: challenge.QueryLatestAttestedChallengesResponse,
      handle: () => ({ challenges: keeper.store.attestations() }),
    }),
    '/greenfield.challenge.Query/InturnAttestationSubmitter': query({
      request: challenge.QueryInturnAttestationSubmitterRequest,
      response: challenge.QueryInturnAttestationSubmitterResponse,
      handle(ctx) {
        const { voter, start, end } = keeper.turn(ctx);
        return { bls_pub_key: Buffer.from(voter.bls_key).toString('hex'), submit_interval: { start, end } };
      },
    }),
  };
}
