/** `MsgAttest`: validators found that a provider failed a challenge, or that they are still watching. */
import {
  addressBytes,
  blsFastAggregateVerify,
  greenfieldChallenge as challenge,
  keccak256,
  sameAddress,
  type greenfieldStorage as storage,
  toChecksumAddress,
} from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import type { StorageProvider } from '../sp/index.ts';
import { checkAddress } from '../storage/names.ts';
import { challengeErrors as errors } from './errors.ts';
import { payHeartbeat, slash } from './judgement.ts';
import type { ChallengeKeeper } from './keeper.ts';
import { u64Bytes } from './random.ts';
import { redundancyIndex } from './targets.ts';
import { checkMajority, type Voter, votersIn } from './voters.ts';

const { CHALLENGE_SUCCEED } = challenge.VoteResult;
const BLS_SIGNATURE_BYTES = 96;
const BLS_KEY_BYTES = 48;

export function attestMessage(keeper: ChallengeKeeper): MessageHandler {
  return message<challenge.MsgAttest>({
    type: challenge.MsgAttest,
    response: challenge.MsgAttestResponse,
    signers: (msg) => [msg.submitter],
    validateBasic: checkAttest,
    handle(ctx, msg) {
      attest(keeper, ctx, msg);
      return {};
    },
  });
}

function checkAttest(msg: challenge.MsgAttest): void {
  checkAddress(msg.submitter, 'submitter');
  checkAddress(msg.sp_operator_address, 'storage provider');
  if (msg.challenger_address !== '') checkAddress(msg.challenger_address, 'challenger');
  if (!Object.values(challenge.VoteResult).includes(msg.vote_result as never)) {
    throw errors.invalidVoteResult(String(msg.vote_result));
  }
  if (msg.vote_validator_set.length === 0) throw errors.invalidVoters('nobody voted');
  if (msg.vote_agg_signature.length !== BLS_SIGNATURE_BYTES) {
    throw errors.invalidSignature(`${msg.vote_agg_signature.length} bytes, ${BLS_SIGNATURE_BYTES} expected`);
  }
}

/** What validators sign: the Keccak-256 of the challenge and its result (`reference/chain-state-machine.md` §11). */
export function attestationHash(
  chainId: string,
  msg: Pick<
    challenge.MsgAttest,
    'challenge_id' | 'object_id' | 'vote_result' | 'sp_operator_address' | 'challenger_address'
  >,
): Buffer {
  return keccak256(
    Buffer.concat([
      Buffer.from(chainId),
      u64Bytes(msg.challenge_id),
      shortestBytes(msg.object_id),
      u64Bytes(BigInt(msg.vote_result)),
      addressBytes(msg.sp_operator_address),
      msg.challenger_address === '' ? Buffer.alloc(0) : addressBytes(msg.challenger_address),
    ]),
  );
}

/** Big-endian, without leading zeros. */
function shortestBytes(value: bigint): Buffer {
  const hex = value === 0n ? '' : value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}

function attest(keeper: ChallengeKeeper, ctx: Context, msg: challenge.MsgAttest): void {
  const provider = keeper.targets.requireOperator(msg.sp_operator_address);
  if (!keeper.store.isOpen(msg.challenge_id)) {
    throw errors.invalidChallengeId(`challenge ${msg.challenge_id} does not exist, or is over`);
  }
  const voters = checkVotes(keeper, ctx, msg);
  const object = keeper.targets.requireObject(msg.object_id);
  requireStored(keeper, object, provider);
  const attestation = {
    provider,
    object,
    voters,
    challengeId: msg.challenge_id,
    submitter: toChecksumAddress(msg.submitter),
    challenger: msg.challenger_address === '' ? '' : toChecksumAddress(msg.challenger_address),
  };
  if (msg.vote_result === CHALLENGE_SUCCEED) slash(keeper, ctx, attestation);
  else payHeartbeat(keeper, ctx, attestation);
  const attested = { id: msg.challenge_id, result: msg.vote_result };
  keeper.store.attest(attested, keeper.params().attestation_kept_count);
}

/** Turn, majority and signature. Returns who voted. */
function checkVotes(keeper: ChallengeKeeper, ctx: Context, msg: challenge.MsgAttest): Voter[] {
  const all = keeper.deps.voters(ctx);
  if (!all.some(({ challenger_address }) => sameAddress(challenger_address, msg.submitter))) {
    throw errors.notChallenger(msg.submitter);
  }
  const { voter: inTurn } = keeper.turn(ctx);
  if (!sameAddress(inTurn.challenger_address, msg.submitter)) throw errors.notInTurn(msg.submitter);
  const voters = votersIn(msg.vote_validator_set, all);
  checkMajority(voters.length, all.length);
  const keyless = voters.find(({ bls_key }) => bls_key.length !== BLS_KEY_BYTES);
  if (keyless) throw errors.invalidBlsKey(`validator ${keyless.operator_address}`);
  const keys = voters.map(({ bls_key }) => bls_key);
  if (!blsFastAggregateVerify(keys, attestationHash(ctx.chainId, msg), msg.vote_agg_signature)) {
    throw errors.invalidSignature();
  }
  return voters;
}

function requireStored({ targets }: ChallengeKeeper, object: storage.ObjectInfo, provider: StorageProvider): void {
  const group = targets.groupOf(object);
  if (group && redundancyIndex(group, provider.id) !== undefined) return;
  throw errors.notStoredOnProvider(`object ${object.id}, storage provider ${provider.id}`);
}
