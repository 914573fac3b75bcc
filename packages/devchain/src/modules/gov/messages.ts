/** Messages of governance (`reference/chain-rpc.md` §11 for their gas). */
import { cosmosGovV1 as gov, isAddress, type MessageType, toChecksumAddress } from '@prairie/chain';
import type { MessageRouter } from '../../chain/message-router.ts';
import { ChainError, type Context, type MessageHandler, message } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { governedParams, type ParamsAccess } from '../params/governed-params.ts';
import { checkDeposit, type Deposits } from './deposits.ts';
import { govErrors } from './errors.ts';
import { checkParams } from './params.ts';
import { checkText, type Proposals } from './proposals.ts';
import type { GovStore } from './store.ts';
import { checkOption, checkOptions, voteText, wholeVote } from './votes.ts';

export interface GovMessagesDeps {
  store: GovStore;
  deposits: Deposits;
  proposals: Proposals;
  router: MessageRouter;
}

export function govMessages(deps: GovMessagesDeps): MessageHandler[] {
  return [
    submitProposal(deps),
    deposit(deps),
    ...votes(deps.store),
    governedParams(gov, paramsAccess(deps.store)).message,
    refused(gov.MsgExecLegacyContent, gov.MsgExecLegacyContentResponse, 'contents of the time before gov v1'),
    refused(gov.MsgUpdateCrossChainParams, gov.MsgUpdateCrossChainParamsResponse, 'parameters of other chains'),
  ];
}

function checkAddress(role: string, text: string): void {
  if (!isAddress(text)) throw sdkErrors.invalidAddress(`invalid ${role} address: ${text}`);
}

function submitProposal({ deposits, proposals, router }: GovMessagesDeps): MessageHandler {
  return message<gov.MsgSubmitProposal>({
    type: gov.MsgSubmitProposal,
    response: gov.MsgSubmitProposalResponse,
    signers: (msg) => [msg.proposer],
    validateBasic(msg) {
      if (msg.title === '') throw sdkErrors.invalidRequest('proposal title cannot be empty');
      if (msg.summary === '') throw sdkErrors.invalidRequest('proposal summary cannot be empty');
      checkAddress('proposer', msg.proposer);
      checkDeposit(msg.initial_deposit);
      if (msg.messages.length === 0 && msg.metadata === '') {
        throw govErrors.noMessages('either metadata or messages must be given');
      }
      checkMessages(msg, router);
    },
    handle(ctx, msg) {
      deposits.checkInitial(msg.initial_deposit);
      const proposal_id = proposals.submit(ctx, msg);
      const activated = deposits.add(ctx, proposal_id, msg.proposer, msg.initial_deposit);
      if (activated) ctx.emit('submit_proposal', { voting_period_start: String(proposal_id) });
      return { proposal_id };
    },
  });
}

/** Messages without a handler are refused when the proposal is delivered. @throws ChainError gov/12, sdk/2 */
function checkMessages({ messages }: gov.MsgSubmitProposal, router: MessageRouter): void {
  for (const [index, any] of messages.entries()) {
    if (!router.has(any.type_url)) continue;
    const opened = router.open(any);
    try {
      router.validate(opened);
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      throw govErrors.invalidMessage(`msg: ${index}, err: ${error.message}`);
    }
  }
}

function deposit({ deposits }: GovMessagesDeps): MessageHandler {
  return message<gov.MsgDeposit>({
    type: gov.MsgDeposit,
    response: gov.MsgDepositResponse,
    signers: (msg) => [msg.depositor],
    validateBasic(msg) {
      checkAddress('depositor', msg.depositor);
      checkDeposit(msg.amount);
    },
    handle(ctx, { proposal_id, depositor, amount }) {
      if (deposits.add(ctx, proposal_id, depositor, amount)) {
        ctx.emit('proposal_deposit', { voting_period_start: String(proposal_id) });
      }
      return {};
    },
  });
}

function votes(store: GovStore): MessageHandler[] {
  return [
    message<gov.MsgVote>({
      type: gov.MsgVote,
      response: gov.MsgVoteResponse,
      signers: (msg) => [msg.voter],
      validateBasic(msg) {
        checkAddress('voter', msg.voter);
        checkOption(msg.option);
      },
      handle(ctx, msg) {
        castVote(store, ctx, { ...msg, options: wholeVote(msg.option) });
        return {};
      },
    }),
    message<gov.MsgVoteWeighted>({
      type: gov.MsgVoteWeighted,
      response: gov.MsgVoteWeightedResponse,
      signers: (msg) => [msg.voter],
      validateBasic(msg) {
        checkAddress('voter', msg.voter);
        checkOptions(msg.options);
      },
      handle(ctx, msg) {
        castVote(store, ctx, msg);
        return {};
      },
    }),
  ];
}

/** A later vote of the same account replaces its earlier one. */
function castVote(store: GovStore, ctx: Context, { proposal_id, voter, options, metadata }: gov.Vote): void {
  const proposal = store.proposal(proposal_id);
  if (!proposal) throw govErrors.unknownProposal(String(proposal_id));
  if (proposal.status !== gov.ProposalStatus.PROPOSAL_STATUS_VOTING_PERIOD) {
    throw govErrors.inactiveProposal(String(proposal_id));
  }
  checkText(metadata);
  store.setVote({ proposal_id, voter: toChecksumAddress(voter), options, metadata });
  ctx.emit('proposal_vote', { option: voteText(options), proposal_id: String(proposal_id) });
}

const paramsAccess = (store: GovStore): ParamsAccess<gov.Params> => ({
  get: () => store.params,
  set: (params) => store.setParams(params),
  check: checkParams,
});

/** Known, so that it can be read and named, but never done. */
function refused<M extends { authority: string }>(
  type: MessageType<M>,
  response: MessageType<never> | MessageType<object>,
  what: string,
): MessageHandler {
  const refuse = () => {
    throw sdkErrors.notSupported(`${type.name}: ${what}`);
  };
  return message<M>({
    type,
    response: response as MessageType,
    signers: (msg) => [msg.authority],
    validateBasic: refuse,
    handle: refuse,
  });
}
