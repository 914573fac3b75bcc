/** Parameters of all modules that have them from here, changed by one proposal on a whole chain. */
import assert from 'node:assert/strict';
import { after as afterAll, before, test } from 'node:test';
import {
  type AnyMessage,
  cosmosAuthV1beta1 as auth,
  cosmosBankV1beta1 as bank,
  greenfieldBridge as bridge,
  greenfieldChallenge as challenge,
  cosmosConsensusV1 as consensus,
  cosmosCrosschainV1 as crosschain,
  decode,
  encode,
  cosmosGashubV1beta1 as gashub,
  moduleAddress,
  cosmosOracleV1 as oracle,
} from '@prairie/chain';
import type { DevChain } from '../../devchain.ts';
import { deliver, msg } from '../../testing/sender.ts';
import { ALICE, after, any, DELEGATOR, govChain, propose, VOTE_OPTION_YES, vote } from '../gov/test-support.ts';
import type { ParamsPackage } from './governed-params.ts';

const authority = moduleAddress('gov');

/** What each module gets. */
const changes: [ParamsPackage<AnyMessage>, AnyMessage][] = [
  [auth as never, { max_memo_characters: 3n, tx_sig_limit: 2n }],
  [bank as never, { default_send_enabled: false }],
  [gashub as never, { max_tx_size: 60_000n }],
  [crosschain as never, { init_module_balance: '5' }],
  [oracle as never, { relayer_interval: 60n }],
  [bridge as never, { bsc_transfer_out_relayer_fee: '11' }],
  [challenge as never, { challenge_count_per_block: 2n }],
];

let devchain: DevChain;
before(async () => {
  devchain = await govChain();
});
afterAll(() => devchain.close());

function ask({ Params, QueryParamsResponse }: ParamsPackage<AnyMessage>): AnyMessage {
  const path = `/${Params.name.replace(/Params$/, 'Query/Params')}`;
  const { value, log } = devchain.chain.queries.query(path, new Uint8Array(0), 0);
  assert.ok(value, log);
  return decode(QueryParamsResponse, value).params;
}

test('one proposal changes them all, and every module works with its own', () => {
  const wanted = changes.map(([pkg, change]) => ({ ...ask(pkg), ...change }));
  const updates = changes.map(([pkg], i) =>
    any(pkg.MsgUpdateParams as never, { authority, params: wanted[i] } as never),
  );
  const id = propose(devchain, updates);
  assert.equal(vote(devchain, DELEGATOR, id, VOTE_OPTION_YES).code, 0);
  after(devchain, 6n);
  for (const [i, [pkg]] of changes.entries()) assert.deepEqual(ask(pkg), wanted[i], pkg.Params.name);
  const memo = { memo: 'four' };
  const send = msg(bank.MsgSend, {
    from_address: ALICE.address,
    to_address: DELEGATOR.address,
    amount: [{ denom: 'BNB', amount: 1n }],
  });
  assert.throws(() => deliver(devchain, ALICE, [send], memo), /sdk\/12/);
  assert.equal(deliver(devchain, ALICE, [send]).codespace, 'bank');
});

test('limits of blocks change with the block after', () => {
  const limits = { block: { max_bytes: 2_000_000n, max_gas: -1n }, validator: { pub_key_types: ['ed25519'] } };
  const evidence = { max_age_num_blocks: 5n, max_age_duration: { seconds: 7n, nanos: 1 }, max_bytes: 100n };
  const update = any(consensus.MsgUpdateParams, { authority, ...limits, evidence });
  const id = propose(devchain, [update]);
  vote(devchain, DELEGATOR, id, VOTE_OPTION_YES);
  const before = devchain.chain.lastBlock!.block.block.header.consensus_hash;
  after(devchain, 6n);
  const { block, results, height } = devchain.chain.lastBlock!;
  assert.equal(block.block.header.consensus_hash, before);
  assert.deepEqual(results.consensus_param_updates, {
    block: { max_bytes: '2000000', max_gas: '-1', max_txs: '2400' },
    evidence: { max_age_num_blocks: '5', max_age_duration: '7000000001', max_bytes: '100' },
    validator: { pub_key_types: ['ed25519'] },
    version: {},
  });
  assert.notEqual(devchain.produceBlock().block.block.header.consensus_hash, before);
  assert.equal(devchain.chain.consensusParamsAt(height).block.max_bytes, '3145728');
  assert.equal(devchain.chain.consensusParamsAt(height + 1).block.max_bytes, '2000000');
  const path = '/cosmos.consensus.v1.Query/Params';
  const answer = devchain.chain.queries.query(path, encode(consensus.QueryParamsRequest, {}), 0);
  const { params } = decode(consensus.QueryParamsResponse, answer.value!);
  assert.deepEqual(params.evidence, evidence);
});
