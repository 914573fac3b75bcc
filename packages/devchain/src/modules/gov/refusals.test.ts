import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  cosmosBankV1beta1 as bank,
  cosmosGovV1 as gov,
  moduleAddress,
  greenfieldPermission as permission,
} from '@prairie/chain';
import { coin } from '../../coins.ts';
import type { DevChain } from '../../devchain.ts';
import { deliver, msg, signed } from '../../testing/sender.ts';
import { ALICE, any, govChain, submission, VOTE_OPTION_NO, VOTE_OPTION_YES } from './test-support.ts';

const GOV = moduleAddress('gov');

let devchain: DevChain;
const start = async () => {
  devchain = await govChain();
};
afterEach(() => devchain.close());

const newParams = (maximum_group_num: bigint) =>
  any(permission.MsgUpdateParams, {
    authority: GOV,
    params: { maximum_statements_num: 5n, maximum_group_num, maximum_remove_expired_policies_iteration: 7n },
  });

const stranger = { from_address: ALICE.address, amount: [coin(1n)] };

test('what no proposal may say is refused with its code', async () => {
  await start();
  const refused = (message: ReturnType<typeof submission>, codespace: string, code: number) => {
    const found = devchain.chain.simulate(signed(devchain, ALICE, [message]));
    assert.deepEqual([found.codespace, found.code], [codespace, code], found.log);
  };
  refused(submission([any(bank.MsgSend, { ...stranger, to_address: GOV })]), 'gov', 13);
  refused(submission([any(bank.MsgSend, { ...stranger, to_address: 'nobody' })]), 'gov', 12);
  refused(submission([{ type_url: '/cosmos.bank.v1beta1.Params', value: Buffer.alloc(0) }]), 'gov', 10);
  refused(submission([any(gov.MsgExecLegacyContent, { authority: GOV })]), 'gov', 12);
  refused(submission([any(gov.MsgUpdateParams, { authority: GOV, params: { quorum: '2' } })]), 'gov', 12);
  refused(submission([]), 'gov', 11);
  refused(submission([newParams(1n)], { title: '' }), 'sdk', 18);
  refused(submission([newParams(1n)], { summary: '' }), 'sdk', 18);
  refused(submission([newParams(1n)], { title: 't'.repeat(256) }), 'gov', 15);
  refused(submission([newParams(1n)], { summary: 's'.repeat(256) }), 'gov', 15);
  refused(submission([newParams(1n)], { metadata: 'm'.repeat(256) }), 'gov', 15);
  refused(submission([newParams(1n)], { initial_deposit: [{ denom: 'ETH', amount: 1n }] }), 'sdk', 5);
  refused(submission([newParams(1n)], { initial_deposit: [coin(1n), coin(1n)] }), 'sdk', 10);
  const voter = ALICE.address;
  refused(msg(gov.MsgVote, { proposal_id: 1n, voter, option: 5 }), 'gov', 7);
  refused(msg(gov.MsgVote, { proposal_id: 1n, voter, option: VOTE_OPTION_YES }), 'gov', 2);
  const half = { option: VOTE_OPTION_YES, weight: '0.5' };
  for (const options of [
    [half],
    [half, half],
    [half, { option: VOTE_OPTION_NO, weight: '0.6' }],
    [{ ...half, weight: 'x' }],
  ]) {
    refused(msg(gov.MsgVoteWeighted, { proposal_id: 1n, voter, options }), 'gov', 7);
  }
  refused(msg(gov.MsgVoteWeighted, { proposal_id: 1n, voter, options: [] }), 'sdk', 18);
  assert.equal(devchain.keepers.bank.balance(GOV), 0n);
});

test('proposals in proposals end somewhere', async () => {
  await start();
  let inner = newParams(1n);
  for (let depth = 0; depth < 10; depth++) {
    inner = any(gov.MsgSubmitProposal, { proposer: GOV, title: 't', summary: 's', messages: [inner] });
  }
  assert.throws(() => deliver(devchain, ALICE, [submission([inner])]), /gov\/12.*deeper than 10/s);
});
