/** Queries of governance as clients of version 1beta1 ask them: the same answers in older shapes. */
import {
  type AnyMessage,
  type cosmosGovV1 as gov,
  type Init,
  cosmosGovV1beta1 as legacy,
  type MessageType,
  parseDecimal,
} from '@prairie/chain';
import type { ChainModule, QueryHandler } from '../../context.ts';
import { ONE } from './decimals.ts';

type Queries = ChainModule['queries'];

/** `current` are those of version 1; requests of both versions have the same fields. */
export function legacyQueries(current: Queries): Queries {
  const older = <V1, R>(
    name: string,
    request: MessageType<never> | MessageType<object>,
    response: MessageType<R>,
    convert: (answer: V1) => Init<R>,
  ): [string, QueryHandler] => {
    const { handle } = current[`/cosmos.gov.v1.Query/${name}`]!;
    const handler: QueryHandler = {
      request: request as MessageType,
      response: response as MessageType,
      handle: (ctx, asked) => convert(handle(ctx, asked) as V1) as AnyMessage,
    };
    return [`/cosmos.gov.v1beta1.Query/${name}`, handler];
  };
  return Object.fromEntries([
    older('Proposal', legacy.QueryProposalRequest, legacy.QueryProposalResponse, oldProposalAnswer),
    older('Proposals', legacy.QueryProposalsRequest, legacy.QueryProposalsResponse, oldProposalsAnswer),
    older('Vote', legacy.QueryVoteRequest, legacy.QueryVoteResponse, oldVoteAnswer),
    older('Votes', legacy.QueryVotesRequest, legacy.QueryVotesResponse, oldVotesAnswer),
    older('Params', legacy.QueryParamsRequest, legacy.QueryParamsResponse, oldParamsAnswer),
    older(
      'Deposit',
      legacy.QueryDepositRequest,
      legacy.QueryDepositResponse,
      (answer: gov.QueryDepositResponse) => answer,
    ),
    older(
      'Deposits',
      legacy.QueryDepositsRequest,
      legacy.QueryDepositsResponse,
      (answer: gov.QueryDepositsResponse) => answer,
    ),
    older('TallyResult', legacy.QueryTallyResultRequest, legacy.QueryTallyResultResponse, oldTallyAnswer),
  ]);
}

const oldTally = (tally: gov.TallyResult | undefined): legacy.TallyResult | undefined =>
  tally && {
    yes: tally.yes_count,
    abstain: tally.abstain_count,
    no: tally.no_count,
    no_with_veto: tally.no_with_veto_count,
  };

/** A proposal had one content: the first message stands for it. */
const oldProposal = ({ id, messages, title, summary, metadata, proposer, ...same }: gov.Proposal): legacy.Proposal =>
  legacy.Proposal.create({
    ...same,
    proposal_id: id,
    content: messages[0],
    final_tally_result: oldTally(same.final_tally_result),
  });

/** `option` is there when it is the only one. */
function oldVote({ proposal_id, voter, options }: gov.Vote): legacy.Vote {
  const weighted = options.map(({ option, weight }) => ({ option, weight: parseDecimal(weight) }));
  const only = weighted.find(({ weight }) => weight === ONE);
  return { proposal_id, voter, option: only?.option ?? 0, options: weighted };
}

const oldProposalAnswer = ({ proposal }: gov.QueryProposalResponse) => ({
  proposal: proposal && oldProposal(proposal),
});

const oldProposalsAnswer = ({ proposals, pagination }: gov.QueryProposalsResponse) => ({
  proposals: proposals.map(oldProposal),
  pagination,
});

const oldVoteAnswer = ({ vote }: gov.QueryVoteResponse) => ({ vote: vote && oldVote(vote) });

const oldVotesAnswer = ({ votes, pagination }: gov.QueryVotesResponse) => ({ votes: votes.map(oldVote), pagination });

const oldTallyAnswer = ({ tally }: gov.QueryTallyResultResponse) => ({ tally: oldTally(tally) });

/** Fractions were bytes: the decimal text of their atomics. */
function oldParamsAnswer({ voting_params, deposit_params, tally_params }: gov.QueryParamsResponse) {
  const fraction = (text: string) => Buffer.from(parseDecimal(text).toString());
  return {
    voting_params,
    deposit_params,
    tally_params: tally_params && {
      quorum: fraction(tally_params.quorum),
      threshold: fraction(tally_params.threshold),
      veto_threshold: fraction(tally_params.veto_threshold),
    },
  };
}
