/**
 * `broadcast_evidence`: that a validator signed two blocks of one height (`reference/chain-rpc.md` §3).
 *
 * Evidence is verified as a node does before it gossips it. Nothing follows from genuine evidence: the chain has no
 * module that punishes it.
 */
import { createPublicKey, verify } from 'node:crypto';
import { encode, sha256, tendermintTypes } from '@prairie/chain';
import { type BlockIdJson, parseTime } from '../chain/block-types.ts';
import type { Chain } from '../chain/chain.ts';
import { blockIdMessage, upperHex, voteSignBytes } from '../chain/hashes.ts';
import type { MethodDeps, MethodTable } from './methods.ts';

const DUPLICATE_VOTE = 'tendermint/DuplicateVoteEvidence';
const PRECOMMIT = 2;
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

interface VoteJson {
  type: number;
  height: string;
  round: number;
  block_id: BlockIdJson;
  timestamp: string;
  validator_address: string;
  validator_index: number;
  signature: string;
}

interface DuplicateVoteJson {
  vote_a: VoteJson;
  vote_b: VoteJson;
  TotalVotingPower: string;
  ValidatorPower: string;
  Timestamp: string;
}

export const evidenceMethods = ({ chain }: MethodDeps): MethodTable => ({
  broadcast_evidence: {
    params: [['evidence', 'any']],
    handle: ({ evidence }) => ({ hash: upperHex(evidenceHash(chain, evidence)) }),
  },
});

/** SHA-256 of verified evidence. @throws Error that says why it is none */
function evidenceHash(chain: Chain, evidence: unknown): Buffer {
  if (evidence === undefined) throw new Error('no evidence was provided');
  const { type, value } = (evidence ?? {}) as { type?: unknown; value?: unknown };
  if (type !== DUPLICATE_VOTE) {
    throw new Error(
      `failed to add evidence: ${DUPLICATE_VOTE} expected, got ${JSON.stringify(typeof type === 'string' ? type.slice(0, 80) : typeof type)}`,
    );
  }
  const json = parsed(value);
  const fault = faultOf(json) ?? unprovenBy(chain, json);
  if (fault) throw new Error(fault);
  return sha256(encode(tendermintTypes.DuplicateVoteEvidence, messageOf(json)));
}

function parsed(value: unknown): DuplicateVoteJson {
  try {
    const json = value as DuplicateVoteJson;
    messageOf(json);
    return json;
  } catch {
    throw new Error('evidence.ValidateBasic failed: malformed votes');
  }
}

/** What is wrong with the votes themselves. */
function faultOf({ vote_a: a, vote_b: b }: DuplicateVoteJson): string | undefined {
  const basic = (text: string) => `evidence.ValidateBasic failed: ${text}`;
  if (a.type !== PRECOMMIT || b.type !== PRECOMMIT) return basic('two precommits expected');
  if (a.height !== b.height || a.round !== b.round) return basic('the votes are of different rounds');
  if (a.validator_address !== b.validator_address) return basic('the votes are of different validators');
  const order = Buffer.compare(keyOf(a.block_id), keyOf(b.block_id));
  return order < 0 ? undefined : basic('duplicate votes in invalid order');
}

const keyOf = ({ hash, parts }: BlockIdJson): Buffer => Buffer.from(hash + parts.hash, 'hex');

function unprovenBy(chain: Chain, { vote_a, vote_b }: DuplicateVoteJson): string | undefined {
  const height = Number(vote_a.height);
  if (!chain.store.block(height)) return `failed to add evidence: don't have header at height #${height}`;
  const { address, publicKey } = chain.key;
  if (vote_a.validator_address !== address) {
    return `failed to add evidence: address ${vote_a.validator_address} was not a validator at height ${height}`;
  }
  const key = createPublicKey({ key: Buffer.concat([SPKI_ED25519, publicKey]), format: 'der', type: 'spki' });
  const genuine = [vote_a, vote_b].every(({ height, round, block_id, timestamp, signature }) => {
    const bytes = voteSignBytes(chain.chainId, BigInt(height), block_id, timestamp, BigInt(round));
    return verify(null, bytes, key, Buffer.from(signature, 'base64'));
  });
  return genuine ? undefined : 'failed to add evidence: invalid signature';
}

function messageOf(json: DuplicateVoteJson) {
  return {
    vote_a: voteMessage(json.vote_a),
    vote_b: voteMessage(json.vote_b),
    total_voting_power: BigInt(json.TotalVotingPower),
    validator_power: BigInt(json.ValidatorPower),
    timestamp: parseTime(json.Timestamp),
  };
}

const voteMessage = (vote: VoteJson) => ({
  type: vote.type,
  height: BigInt(vote.height),
  round: vote.round,
  block_id: blockIdMessage(vote.block_id),
  timestamp: parseTime(vote.timestamp),
  validator_address: Buffer.from(vote.validator_address, 'hex'),
  validator_index: vote.validator_index,
  signature: Buffer.from(vote.signature, 'base64'),
});
