/** Headers, commits and results of blocks, from what was executed. */
import { encode, sha256, tendermintAbci } from '@prairie/chain';
import type { Change } from '../state/index.ts';
import { blockBytes } from './block-messages.ts';
import {
  type BlockIdJson,
  type BlockJson,
  type BlockRecord,
  type BlockResultsJson,
  type CommitJson,
  type ConsensusParams,
  EMPTY_BLOCK_ID,
  type HeaderJson,
  type TxResultJson,
} from './block-types.ts';
import { commitHash, consensusHash, dataHash, headerHash, upperHex, voteSignBytes } from './hashes.ts';
import { EMPTY_ROOT, merkleRoot } from './merkle.ts';
import type { TxOutcome } from './tx-runner.ts';
import { type ConsensusKey, type ValidatorInfo, validatorSetHash } from './validator.ts';

const BLOCK_PROTOCOL = '11';
const COMMITTED = 2;
const PART_SIZE = 65536;

export interface BlockContent {
  time: string;
  txs: readonly Uint8Array[];
  /** In place of the mix that follows from the last block. */
  randaoMix?: Uint8Array | undefined;
}

export class BlockBuilder {
  private readonly chainId: string;
  private readonly key: ConsensusKey;
  private readonly validatorsHash: string;
  private readonly consensus: () => ConsensusParams;

  /** `consensus` tells the parameters of the block to come. */
  constructor(options: {
    chainId: string;
    key: ConsensusKey;
    validator: ValidatorInfo;
    consensus: () => ConsensusParams;
  }) {
    this.chainId = options.chainId;
    this.key = options.key;
    this.validatorsHash = upperHex(validatorSetHash(options.key, options.validator));
    this.consensus = options.consensus;
  }

  /** The block after `previous`; undefined before the first. */
  build(previous: BlockRecord | undefined, { time, txs, randaoMix }: BlockContent): BlockJson {
    const height = (previous?.height ?? 0) + 1;
    const last_commit = previous ? this.commitOf(previous, time) : emptyCommit();
    const header: HeaderJson = {
      version: { block: BLOCK_PROTOCOL },
      chain_id: this.chainId,
      height: String(height),
      time,
      last_block_id: previous?.block.block_id ?? EMPTY_BLOCK_ID,
      last_commit_hash: upperHex(commitHash(last_commit)),
      data_hash: upperHex(dataHash(txs)),
      validators_hash: this.validatorsHash,
      next_validators_hash: this.validatorsHash,
      consensus_hash: consensusHashOf(this.consensus()),
      app_hash: previous?.app_hash ?? upperHex(EMPTY_ROOT),
      last_results_hash: upperHex(resultsHash(previous?.results)),
      evidence_hash: upperHex(EMPTY_ROOT),
      proposer_address: this.key.address,
      randao_mix: upperHex(randaoMix ?? this.randaoMix(previous, height)),
    };
    const block = {
      header,
      data: { txs: txs.map((tx) => Buffer.from(tx).toString('base64')) },
      evidence: { evidence: [] as [] },
      last_commit,
    };
    return { block_id: blockIdOf(block), block };
  }

  /** The validator's signature under a block, as the next block carries it. */
  commitOf(record: BlockRecord, timestamp: string): CommitJson {
    const { height } = record;
    const { block_id } = record.block;
    const signature = this.key.sign(voteSignBytes(this.chainId, BigInt(height), block_id, timestamp));
    return {
      height: String(height),
      round: 0,
      block_id,
      signatures: [
        {
          block_id_flag: COMMITTED,
          validator_address: this.key.address,
          timestamp,
          signature: signature.toString('base64'),
        },
      ],
    };
  }

  /** The previous mix XOR the proposer's signature over chain id and height. */
  private randaoMix(previous: BlockRecord | undefined, height: number): Buffer {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(height));
    const mix = this.key.sign(Buffer.concat([Buffer.from(this.chainId), number]));
    const last = Buffer.from(previous?.block.block.header.randao_mix ?? '', 'hex');
    for (let i = 0; i < last.length; i++) mix[i]! ^= last[i]!;
    return mix;
  }
}

function consensusHashOf({ block: { max_bytes, max_gas, max_txs } }: ConsensusParams): string {
  return upperHex(consensusHash({ maxBytes: BigInt(max_bytes), maxGas: BigInt(max_gas), maxTxs: Number(max_txs) }));
}

const emptyCommit = (): CommitJson => ({ height: '0', round: 0, block_id: EMPTY_BLOCK_ID, signatures: [] });

export function blockIdOf(block: BlockJson['block']): BlockIdJson {
  const bytes = blockBytes(block);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PART_SIZE) parts.push(bytes.subarray(at, at + PART_SIZE));
  return {
    hash: upperHex(headerHash(block.header)),
    parts: { total: parts.length, hash: upperHex(merkleRoot(parts)) },
  };
}

function resultsHash(results: BlockResultsJson | undefined): Buffer {
  if (!results) return EMPTY_ROOT;
  const txs = (results.txs_results ?? []).map((result) =>
    encode(tendermintAbci.ResponseDeliverTx, {
      code: result.code,
      data: Buffer.from(result.data ?? '', 'base64'),
      gas_wanted: BigInt(result.gas_wanted),
      gas_used: BigInt(result.gas_used),
    }),
  );
  const begin = Buffer.from(results.begin_block_extra_data, 'base64');
  return merkleRoot([begin, ...txs, Buffer.from(results.end_block_extra_data, 'base64')]);
}

export function txResultJson(outcome: TxOutcome): TxResultJson {
  return {
    code: outcome.code,
    data: outcome.data.length > 0 ? Buffer.from(outcome.data).toString('base64') : null,
    log: outcome.log,
    info: '',
    gas_wanted: outcome.gas.wanted.toString(),
    gas_used: outcome.gas.used.toString(),
    events: outcome.events,
    codespace: outcome.codespace,
  };
}

/** Parameters as block results repeat them: a zero app version is left out. */
export function paramUpdates({ block, evidence, validator }: ConsensusParams): unknown {
  const { max_bytes, max_gas, max_txs } = block;
  return { block: { max_bytes, max_gas, max_txs }, evidence, validator, version: {} };
}

/** The opposite of {@link paramUpdates}, but for the app version. */
export function updatedParams({ consensus_param_updates }: BlockResultsJson): Omit<ConsensusParams, 'version'> {
  const { block, evidence, validator } = consensus_param_updates as ConsensusParams;
  return { block, evidence, validator };
}

/** The state's hash after a block: over the hash before it and everything that changed, in order of writing. */
export function nextAppHash(previous: string, changes: readonly Change[]): string {
  const parts: Uint8Array[] = [Buffer.from(previous, 'hex')];
  for (const { table, key, value } of changes) {
    const head = Buffer.from(`${table}\0${key}\0${value?.length ?? 'removed'}\0`);
    parts.push(head, ...(value ? [value] : []));
  }
  return upperHex(sha256(Buffer.concat(parts)));
}
