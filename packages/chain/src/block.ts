/** Blocks as this package hands them out, and the hash of a header. */
import type { ChainEvent } from './events.ts';
import { sha256 } from './hash.ts';
import { parseTimestamp } from './json/scalars.ts';
import { encode } from './proto/encode.ts';
import { Timestamp } from './proto/generated/google.protobuf.ts';
import { BytesValue, Int64Value, StringValue } from './proto/generated/greenfield.common.ts';
import { BlockID } from './proto/generated/tendermint.types.ts';
import { Consensus } from './proto/generated/tendermint.version.ts';
import type { RpcBlockAnswer, RpcBlockId, RpcBlockResults, RpcHeader, RpcNewBlock, RpcTxResult } from './rpc/shapes.ts';

export interface TxResult {
  code: number;
  codespace: string;
  log: string;
  data: Buffer;
  gasWanted: bigint;
  gasUsed: bigint;
  events: ChainEvent[];
}

export interface ChainBlock {
  height: bigint;
  /** RFC 3339 with nanoseconds. */
  time: string;
  /** The same in whole unix seconds: what the chain bills by. */
  unixSeconds: bigint;
  /** Upper-case hex. */
  hash: string;
  txs: Buffer[];
  /** Aligned with `txs`. */
  txsResults: TxResult[];
  beginBlockEvents: ChainEvent[];
  endBlockEvents: ChainEvent[];
}

export function txResultOf(result: RpcTxResult): TxResult {
  return {
    code: result.code,
    codespace: result.codespace,
    log: result.log,
    data: Buffer.from(result.data ?? '', 'base64'),
    gasWanted: BigInt(result.gas_wanted),
    gasUsed: BigInt(result.gas_used),
    events: result.events ?? [],
  };
}

export function txsOf(block: RpcNewBlock | RpcBlockAnswer): Buffer[] {
  return (block.block.data.txs ?? []).map((tx) => Buffer.from(tx, 'base64'));
}

/** @throws Error when the results do not belong to the block. */
export function chainBlock(answer: RpcNewBlock | RpcBlockAnswer, results: RpcBlockResults): ChainBlock {
  const txs = txsOf(answer);
  const txsResults = (results.txs_results ?? []).map(txResultOf);
  if (results.height !== answer.block.header.height || txsResults.length !== txs.length) {
    throw new Error(
      `block ${answer.block.header.height} with ${txs.length} transactions got the results of ` +
        `block ${results.height} with ${txsResults.length}`,
    );
  }
  return {
    ...headerPart(answer),
    txs,
    txsResults,
    beginBlockEvents: results.begin_block_events ?? [],
    endBlockEvents: results.end_block_events ?? [],
  };
}

/** A block without transactions: the event that announced it says all. */
export function emptyChainBlock(event: RpcNewBlock): ChainBlock {
  return {
    ...headerPart(event),
    txs: [],
    txsResults: [],
    beginBlockEvents: event.result_begin_block?.events ?? [],
    endBlockEvents: event.result_end_block?.events ?? [],
  };
}

function headerPart(
  answer: RpcNewBlock | RpcBlockAnswer,
): Pick<ChainBlock, 'height' | 'time' | 'unixSeconds' | 'hash'> {
  const { header } = answer.block;
  return {
    height: BigInt(header.height),
    time: header.time,
    unixSeconds: parseTimestamp(header.time).seconds,
    hash: answer.block_id?.hash ?? headerHash(header),
  };
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

const bytesLeaf = (text: string): Buffer => encode(BytesValue, { value: hex(text) });

const blockId = (id: RpcBlockId): Buffer =>
  encode(BlockID, { hash: hex(id.hash), part_set_header: { total: id.parts.total, hash: hex(id.parts.hash) } });

/**
 * Hash of a block: Merkle root over the encoded header fields, the fork's `randao_mix` last
 * (`reference/chain-rpc.md` §4). Upper-case hex.
 */
export function headerHash(header: RpcHeader): string {
  const leaves = [
    encode(Consensus, { block: BigInt(header.version.block), app: BigInt(header.version.app ?? 0) }),
    encode(StringValue, { value: header.chain_id }),
    encode(Int64Value, { value: BigInt(header.height) }),
    encode(Timestamp, parseTimestamp(header.time)),
    blockId(header.last_block_id),
    bytesLeaf(header.last_commit_hash),
    bytesLeaf(header.data_hash),
    bytesLeaf(header.validators_hash),
    bytesLeaf(header.next_validators_hash),
    bytesLeaf(header.consensus_hash),
    bytesLeaf(header.app_hash),
    bytesLeaf(header.last_results_hash),
    bytesLeaf(header.evidence_hash),
    bytesLeaf(header.proposer_address),
    bytesLeaf(header.randao_mix),
  ];
  return merkleRoot(leaves).toString('hex').toUpperCase();
}

/** Root of an RFC 6962 tree: the left subtree holds the largest power of two below the number of leaves. */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha256(Buffer.alloc(0));
  if (leaves.length === 1) return sha256(Buffer.concat([Buffer.of(0), leaves[0]!]));
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  const left = merkleRoot(leaves.slice(0, split));
  return sha256(Buffer.concat([Buffer.of(1), left, merkleRoot(leaves.slice(split))]));
}
