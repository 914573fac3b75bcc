/** Limits of blocks and evidence, in the form of genesis files and the node's port, and as messages have them. */
import type { cosmosConsensusV1 as consensus, googleProtobuf, tendermintTypes } from '@prairie/chain';
import type { ConsensusParams } from '../../chain/block-types.ts';
import { plainError } from '../../context.ts';

const MAX_BLOCK_BYTES = 104_857_600n;
const NANOS = 1_000_000_000n;
const KEY_TYPES: readonly string[] = ['ed25519'];

type Update = Pick<consensus.MsgUpdateParams, 'block' | 'evidence' | 'validator'>;
type Whole = { [K in keyof Update]: Exclude<Update[K], undefined> };

/** What a proposal changes; the number of transactions and the application's version are not among it. */
export function updated(before: ConsensusParams, update: Update): ConsensusParams {
  const { block, evidence, validator } = checkedUpdate(update);
  return {
    ...before,
    block: { ...before.block, max_bytes: String(block.max_bytes), max_gas: String(block.max_gas) },
    evidence: {
      max_age_num_blocks: String(evidence.max_age_num_blocks),
      max_age_duration: String(nanosOf(evidence.max_age_duration)),
      max_bytes: String(evidence.max_bytes),
    },
    validator: { pub_key_types: [...validator.pub_key_types] },
  };
}

export function paramsMessage({
  block,
  evidence,
  validator,
  version,
}: ConsensusParams): tendermintTypes.ConsensusParams {
  const nanos = BigInt(evidence.max_age_duration);
  return {
    block: { max_bytes: BigInt(block.max_bytes), max_gas: BigInt(block.max_gas) },
    evidence: {
      max_age_num_blocks: BigInt(evidence.max_age_num_blocks),
      max_age_duration: { seconds: nanos / NANOS, nanos: Number(nanos % NANOS) },
      max_bytes: BigInt(evidence.max_bytes),
    },
    validator: { pub_key_types: [...validator.pub_key_types] },
    version: { app: BigInt(version.app) },
  };
}

const nanosOf = (duration: googleProtobuf.Duration | undefined): bigint =>
  duration ? duration.seconds * NANOS + BigInt(duration.nanos) : 0n;

/** @throws ChainError (plain) for limits under which no block could be made, and for a part that is missing */
export function checkedUpdate({ block, evidence, validator }: Update): Whole {
  if (!block || !evidence || !validator) throw plainError('all parameters must be present');
  const rules: [boolean, string][] = [
    [block.max_bytes > 0n && block.max_bytes <= MAX_BLOCK_BYTES, `block.max_bytes: 1 to ${MAX_BLOCK_BYTES} expected`],
    [block.max_gas >= -1n, 'block.max_gas: -1 or more expected'],
    [evidence.max_age_num_blocks > 0n, 'evidence.max_age_num_blocks must be positive'],
    [nanosOf(evidence.max_age_duration) > 0n, 'evidence.max_age_duration must be positive'],
    [evidence.max_bytes >= 0n && evidence.max_bytes <= block.max_bytes, 'evidence.max_bytes: at most those of a block'],
    [validator.pub_key_types.length > 0, 'validator.pub_key_types must not be empty'],
    [validator.pub_key_types.every((type) => KEY_TYPES.includes(type)), `validator.pub_key_types: of ${KEY_TYPES}`],
  ];
  const broken = rules.find(([holds]) => !holds);
  if (broken) throw plainError(broken[1]);
  return { block, evidence, validator };
}
