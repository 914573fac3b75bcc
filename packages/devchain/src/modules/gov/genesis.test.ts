import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { moduleAddress } from '@prairie/chain';
import { parseTime } from '../../chain/block-types.ts';
import type { DevChain } from '../../devchain.ts';
import { testChain, testGenesis } from '../../testing/network.ts';
import { ALICE, attributesOf, OPERATOR, proposalOf, propose } from './test-support.ts';

const GOV = moduleAddress('gov');

const TIME = '2026-11-21T03:00:00Z';
const END = '2099-01-01T00:00:00Z';

let devchain: DevChain | undefined;
afterEach(async () => {
  await devchain?.close();
  devchain = undefined;
});

function genesisWithProposal(held: bigint) {
  const genesis = testGenesis({ accounts: [{ address: ALICE.address }], genesisTime: new Date(TIME) });
  const deposit = [{ denom: 'BNB', amount: '70' }];
  Object.assign(genesis.app_state.gov, {
    starting_proposal_id: '5',
    proposals: [
      {
        id: '4',
        messages: [],
        status: 'PROPOSAL_STATUS_VOTING_PERIOD',
        total_deposit: deposit,
        voting_start_time: TIME,
        voting_end_time: END,
        metadata: 'm',
        proposer: ALICE.address,
      },
    ],
    deposits: [{ proposal_id: '4', depositor: ALICE.address.toLowerCase(), amount: deposit }],
    votes: [
      {
        proposal_id: '4',
        voter: OPERATOR.address,
        options: [{ option: 'VOTE_OPTION_YES', weight: '1.000000000000000000' }],
      },
    ],
  });
  genesis.app_state.bank.balances.push({ address: GOV, coins: [{ denom: 'BNB', amount: String(held) }] });
  return genesis;
}

test('a genesis file hands on proposals with their votes and deposits', async () => {
  devchain = await testChain({ genesis: genesisWithProposal(70n) });
  const before = devchain.keepers.bank.balance(ALICE.address);
  const events = devchain.chain.produceBlock(parseTime(END)).results.end_block_events!;
  assert.equal(attributesOf(events, 'active_proposal')[0]!.proposal_result, 'proposal_passed');
  assert.equal(devchain.keepers.bank.balance(ALICE.address), before + 70n);
  assert.equal(proposalOf(devchain, 4n).final_tally_result!.yes_count, (10n ** 25n).toString());
  assert.equal(propose(devchain, [], { metadata: 'next' }), 5n);
});

test('a genesis file whose deposits nobody holds is refused', async () => {
  await assert.rejects(testChain({ genesis: genesisWithProposal(69n) }), /deposits sum up to 70/);
});
