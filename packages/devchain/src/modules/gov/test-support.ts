/** Proposals on a whole chain that makes blocks when it is told. */
import assert from 'node:assert/strict';
import { type AnyMessage, decode, encode, cosmosGovV1 as gov, type Init, type MessageType } from '@prairie/chain';
import { coin } from '../../coins.ts';
import type { Event } from '../../context.ts';
import type { DevChain } from '../../devchain.ts';
import { type TestKey, testChain, testGenesis, testKey } from '../../testing/network.ts';
import { deliver, msg } from '../../testing/sender.ts';

export const ALICE = testKey('alice');
export const BOB = testKey('bob');
export const OPERATOR = testKey('validator');
export const DELEGATOR = testKey('delegator');
export const MIN_DEPOSIT = 10n ** 18n;

export const { VOTE_OPTION_YES, VOTE_OPTION_NO, VOTE_OPTION_ABSTAIN, VOTE_OPTION_NO_WITH_VETO } = gov.VoteOption;

/** `params` are those of gov that differ; `accounts` have coins besides the usual ones. */
export const govChain = (params: Record<string, unknown> = {}, accounts: TestKey[] = []): Promise<DevChain> => {
  const funded = [ALICE, BOB, ...accounts].map(({ address }) => ({ address }));
  return testChain({ genesis: testGenesis({ params: { gov: params }, accounts: funded }) });
};

export const any = <T>(type: MessageType<T>, value: Init<T>) => ({
  type_url: type.typeUrl,
  value: encode(type, value),
});

export function submission(messages: ReturnType<typeof any>[], over: Init<gov.MsgSubmitProposal> = {}) {
  return msg(gov.MsgSubmitProposal, {
    messages,
    initial_deposit: [coin(MIN_DEPOSIT)],
    proposer: ALICE.address,
    title: 'a title',
    summary: 'a summary',
    ...over,
  });
}

/** The id of a proposal that Alice submitted. */
export function propose(
  devchain: DevChain,
  messages: ReturnType<typeof any>[],
  over: Init<gov.MsgSubmitProposal> = {},
): bigint {
  const result = deliver(devchain, ALICE, [submission(messages, over)]);
  assert.equal(result.code, 0, result.log);
  return BigInt(attributesOf(result.events, 'submit_proposal')[0]!.proposal_id!);
}

export function vote(devchain: DevChain, voter: TestKey, proposal_id: bigint, option: gov.VoteOption) {
  return deliver(devchain, voter, [msg(gov.MsgVote, { proposal_id, voter: voter.address, option })]);
}

/** Makes a block that many seconds after the last one, and returns the events of its end. */
export function after(devchain: DevChain, seconds: bigint): Event[] {
  const { time } = devchain.chain.context('deliver');
  const { results } = devchain.chain.produceBlock({ ...time, seconds: time.seconds + seconds });
  return results.end_block_events ?? [];
}

/** A proposal that the validator votes for, to its end: what that block emitted. */
export function decide(devchain: DevChain, messages: ReturnType<typeof any>[]): { id: bigint; events: Event[] } {
  const id = propose(devchain, messages);
  assert.equal(vote(devchain, OPERATOR, id, VOTE_OPTION_YES).code, 0);
  return { id, events: after(devchain, 6n) };
}

export const attributesOf = (events: readonly Event[], type: string): Record<string, string>[] =>
  events
    .filter((event) => event.type === type)
    .map(({ attributes }) => Object.fromEntries(attributes.map(({ key, value }) => [key, value])));

export function ask<Q, R>(
  devchain: DevChain,
  path: string,
  request: [MessageType<Q>, Init<Q>],
  response: MessageType<R>,
): R {
  const answer = devchain.chain.queries.query(path, encode(...request), 0);
  assert.equal(answer.code, 0, answer.log);
  return decode(response as MessageType<AnyMessage>, answer.value!) as R;
}

export const proposalOf = (devchain: DevChain, proposal_id: bigint): gov.Proposal =>
  ask(devchain, '/cosmos.gov.v1.Query/Proposal', [gov.QueryProposalRequest, { proposal_id }], gov.QueryProposalResponse)
    .proposal!;
