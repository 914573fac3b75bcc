/** Diagnostics of the consensus rounds: this chain is always before the first round of the next height. */
import { addressBytes } from '@prairie/chain';
import { parseTime, timeText } from '../chain/block-types.ts';
import type { Chain } from '../chain/chain.ts';
import { type BlockTime, timeAfter } from '../chain/clock.ts';
import type { MethodTable } from './methods.ts';

/** What a node waits after a commit before the next round. */
const COMMIT_TIMEOUT_NANOS = 500_000_000;
/** Digits of hashes in the texts of votes. */
const SHORT = 12;

export const publicKeyJson = (chain: Chain) => ({
  type: 'tendermint/PubKeyEd25519',
  value: chain.key.publicKey.toString('base64'),
});

export const validatorJson = (chain: Chain) => ({
  address: chain.key.address,
  pub_key: publicKeyJson(chain),
  voting_power: chain.validator.power.toString(),
  proposer_priority: '0',
  bls_key: chain.validator.blsKey.toString('base64'),
  relayer_address: addressBytes(chain.validator.relayer).toString('base64'),
});

export function consensusMethods(chain: Chain): MethodTable {
  return {
    consensus_state: { params: [], handle: () => ({ round_state: roundSummary(chain) }) },
    dump_consensus_state: { params: [], handle: () => ({ round_state: roundDump(chain), peers: [] }) },
  };
}

function noVotes({ validator: { power } }: Chain) {
  return {
    round: 0,
    prevotes: ['nil-Vote'],
    prevotes_bit_array: `BA{1:_} 0/${power} = 0.00`,
    precommits: ['nil-Vote'],
    precommits_bit_array: `BA{1:_} 0/${power} = 0.00`,
  };
}

/** When the last block was committed, and when the next round starts. */
function times(chain: Chain): { commit: BlockTime; start: BlockTime } {
  const commit = parseTime(chain.lastBlock!.block.block.header.time);
  const nanos = commit.nanos + COMMIT_TIMEOUT_NANOS;
  return { commit, start: { seconds: commit.seconds + BigInt(Math.floor(nanos / 1e9)), nanos: nanos % 1e9 } };
}

function roundSummary(chain: Chain): unknown {
  return {
    'height/round/step': `${chain.height + 1}/0/1`,
    start_time: timeText(times(chain).start),
    proposal_block_hash: '',
    locked_block_hash: '',
    valid_block_hash: '',
    height_vote_set: [noVotes(chain)],
    proposer: { address: chain.key.address, index: 0 },
  };
}

function roundDump(chain: Chain): unknown {
  const { commit, start } = times(chain);
  const set = { validators: [validatorJson(chain)], proposer: validatorJson(chain) };
  return {
    height: String(chain.height + 1),
    round: 0,
    step: 1,
    start_time: timeText(start),
    commit_time: timeText(commit),
    validators: set,
    proposal: null,
    proposal_block: null,
    proposal_block_parts: null,
    locked_round: -1,
    locked_block: null,
    locked_block_parts: null,
    valid_round: -1,
    valid_block: null,
    valid_block_parts: null,
    votes: [noVotes(chain)],
    commit_round: -1,
    last_commit: lastCommit(chain),
    last_validators: set,
    triggered_timeout_precommit: false,
  };
}

/** The votes under the last block, in the words of the node. */
function lastCommit(chain: Chain): unknown {
  const record = chain.lastBlock!;
  const { power } = chain.validator;
  const time = timeText(timeAfter(parseTime(record.block.block.header.time)));
  const votes = chain.builder.commitOf(record, time).signatures.map(({ validator_address, timestamp, signature }) => {
    const voter = validator_address.slice(0, SHORT);
    const block = record.block.block_id.hash.slice(0, SHORT);
    const signed = Buffer.from(signature, 'base64').toString('hex').slice(0, SHORT).toUpperCase();
    const round = `${record.height}/00/SIGNED_MSG_TYPE_PRECOMMIT(Precommit)`;
    return `Vote{0:${voter} ${round} ${block} ${signed} @ ${timestamp}}`;
  });
  return { votes, votes_bit_array: `BA{1:x} ${power}/${power} = 1.00`, peer_maj_23s: {} };
}
