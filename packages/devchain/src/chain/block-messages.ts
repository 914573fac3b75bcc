/** Blocks as protobuf messages: how the node splits and stores them, and answers its own service. */
import { encode, tendermintTypes } from '@prairie/chain';
import { type BlockJson, type CommitJson, type HeaderJson, parseTime } from './block-types.ts';
import { blockIdMessage } from './hashes.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** A header as both forms of a block carry it, but for its proposer. */
export function headerMessage(header: HeaderJson) {
  return {
    version: { block: BigInt(header.version.block), app: 0n },
    chain_id: header.chain_id,
    height: BigInt(header.height),
    time: parseTime(header.time),
    last_block_id: blockIdMessage(header.last_block_id),
    last_commit_hash: hex(header.last_commit_hash),
    data_hash: hex(header.data_hash),
    validators_hash: hex(header.validators_hash),
    next_validators_hash: hex(header.next_validators_hash),
    consensus_hash: hex(header.consensus_hash),
    app_hash: hex(header.app_hash),
    last_results_hash: hex(header.last_results_hash),
    evidence_hash: hex(header.evidence_hash),
  };
}

/** The parts of a block beside its header. */
export function contentMessages({ data, last_commit }: BlockJson['block']) {
  return {
    data: { txs: data.txs.map((tx) => Buffer.from(tx, 'base64')) },
    evidence: { evidence: [] },
    last_commit: commitMessage(last_commit),
  };
}

export function blockMessage(block: BlockJson['block']): tendermintTypes.Block {
  const { proposer_address, randao_mix } = block.header;
  return {
    header: {
      ...headerMessage(block.header),
      proposer_address: hex(proposer_address),
      randao_mix: hex(randao_mix),
    },
    ...contentMessages(block),
  };
}

/** A block's bytes, as they are split into parts. */
export const blockBytes = (block: BlockJson['block']): Buffer => encode(tendermintTypes.Block, blockMessage(block));

function commitMessage(commit: CommitJson): tendermintTypes.Commit {
  return {
    height: BigInt(commit.height),
    round: commit.round,
    block_id: blockIdMessage(commit.block_id),
    signatures: commit.signatures.map((signature) => ({
      block_id_flag: signature.block_id_flag,
      validator_address: hex(signature.validator_address),
      timestamp: parseTime(signature.timestamp),
      signature: Buffer.from(signature.signature, 'base64'),
    })),
  };
}
