/**
 * Hashes and signatures of blocks, as the node computes them. Checked against recorded blocks in `hashes.test.ts`:
 * a fork field of the header (`randao_mix`, the 15th leaf) and two of a validator (BLS key, relayer) take part.
 */
import {
  define,
  encode,
  googleProtobuf,
  sha256,
  type tendermintCrypto,
  tendermintTypes,
  tendermintVersion,
} from '@prairie/chain';
import { type BlockIdJson, type CommitJson, type HeaderJson, parseTime } from './block-types.ts';
import { merkleRoot } from './merkle.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
export const upperHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** A single value wrapped as google.protobuf.BytesValue (or StringValue); the empty one has no bytes at all. */
const wrapped = (value: Uint8Array | string): Buffer => chunk(1, Buffer.from(value));

/** What a commit signature covers. The generated tables have no canonical forms, because nothing else uses them. */
const CanonicalVote = define<{
  type: number;
  height: bigint;
  round: bigint;
  block_id: tendermintTypes.BlockID | undefined;
  timestamp: googleProtobuf.Timestamp;
  chain_id: string;
}>('tendermint.types.CanonicalVote', {
  type: [1, 'int32'],
  height: [2, 'sfixed64'],
  round: [3, 'sfixed64'],
  block_id: [4, 'tendermint.types.BlockID'],
  timestamp: [5, 'google.protobuf.Timestamp!'],
  chain_id: [6, 'string'],
});

export function headerHash(header: HeaderJson): Buffer {
  const hashes = [
    header.last_commit_hash,
    header.data_hash,
    header.validators_hash,
    header.next_validators_hash,
    header.consensus_hash,
    header.app_hash,
    header.last_results_hash,
    header.evidence_hash,
    header.proposer_address,
    header.randao_mix,
  ];
  return merkleRoot([
    encode(tendermintVersion.Consensus, { block: BigInt(header.version.block) }),
    wrapped(header.chain_id),
    Buffer.concat([Buffer.of(0x08), varint(Number(header.height))]),
    encode(googleProtobuf.Timestamp, parseTime(header.time)),
    encode(tendermintTypes.BlockID, blockIdMessage(header.last_block_id)),
    ...hashes.map((text) => wrapped(hex(text))),
  ]);
}

export const blockIdMessage = (id: BlockIdJson) => ({
  hash: hex(id.hash),
  part_set_header: { total: id.parts.total, hash: hex(id.parts.hash) },
});

/** Root over the SHA-256 of each transaction. */
export const dataHash = (txs: readonly Uint8Array[]): Buffer => merkleRoot(txs.map((tx) => sha256(tx)));

export function commitHash(commit: CommitJson): Buffer {
  return merkleRoot(
    commit.signatures.map((signature) =>
      encode(tendermintTypes.CommitSig, {
        block_id_flag: signature.block_id_flag,
        validator_address: hex(signature.validator_address),
        timestamp: parseTime(signature.timestamp),
        signature: Buffer.from(signature.signature, 'base64'),
      }),
    ),
  );
}

/** Of a set of one. */
export function validatorsHash(validator: {
  publicKey: Uint8Array;
  power: bigint;
  blsKey: Uint8Array;
  relayer: Uint8Array;
}): Buffer {
  const pub_key = { ed25519: validator.publicKey } as tendermintCrypto.PublicKey;
  const base = encode(tendermintTypes.SimpleValidator, { pub_key, voting_power: validator.power });
  return merkleRoot([Buffer.concat([base, chunk(3, validator.blsKey), chunk(4, validator.relayer)])]);
}

/** A length-delimited field below 128 bytes. */
function chunk(field: number, bytes: Uint8Array): Buffer {
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.of((field << 3) | 2, bytes.length), bytes]);
}

export function consensusHash(params: { maxBytes: bigint; maxGas: bigint; maxTxs: number }): Buffer {
  const base = encode(tendermintTypes.HashedParams, { block_max_bytes: params.maxBytes, block_max_gas: params.maxGas });
  const maxTxs = Buffer.of(0x18, (params.maxTxs & 0x7f) | 0x80, params.maxTxs >> 7);
  return sha256(Buffer.concat([base, maxTxs]));
}

const PRECOMMIT = 2;

/** What a validator signs to commit a block. */
export function voteSignBytes(chainId: string, height: bigint, blockId: BlockIdJson, time: string, round = 0n): Buffer {
  const vote = encode(CanonicalVote, {
    type: PRECOMMIT,
    height,
    round,
    block_id: blockIdMessage(blockId),
    timestamp: parseTime(time),
    chain_id: chainId,
  });
  return Buffer.concat([varint(vote.length), vote]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
