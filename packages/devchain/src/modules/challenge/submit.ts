/** `MsgSubmit`: an account asks a provider to prove that it stores a piece. */
import { greenfieldChallenge as challenge, toChecksumAddress } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { checkAddress, checkBucketName, checkObjectName } from '../storage/names.ts';
import { challengeErrors as errors } from './errors.ts';
import type { ChallengeKeeper } from './keeper.ts';
import { randomSegment } from './random.ts';
import { answers, isSealed, redundancyIndex } from './targets.ts';

export function submitMessage(keeper: ChallengeKeeper): MessageHandler {
  return message<challenge.MsgSubmit>({
    type: challenge.MsgSubmit,
    response: challenge.MsgSubmitResponse,
    signers: (msg) => [msg.challenger],
    validateBasic(msg) {
      checkAddress(msg.challenger, 'challenger');
      checkAddress(msg.sp_operator_address, 'storage provider');
      checkBucketName(msg.bucket_name);
      checkObjectName(msg.object_name);
    },
    handle: (ctx, msg) => ({ challenge_id: submit(keeper, ctx, msg) }),
  });
}

/**
 * The id in the event is the primary's, whoever is challenged, and so is the one whose slashes are looked for (§11);
 * the address is that of the challenged provider.
 */
function submit(keeper: ChallengeKeeper, ctx: Context, msg: challenge.MsgSubmit): bigint {
  const { targets, store } = keeper;
  const object = targets.requireNamed(msg.bucket_name, msg.object_name);
  if (!isSealed(object)) throw errors.invalidObjectStatus(`object ${object.id} is not sealed`);
  const group = targets.requireGroup(object);
  const primary = targets.provider(group.primary_sp_id);
  if (!primary || !answers(primary)) throw errors.invalidProviderStatus(`primary ${group.primary_sp_id}`);
  const segments = targets.segmentsOf(object);
  if (segments === 0n) throw errors.invalidSegmentIndex(`object ${object.id} is empty`);
  const index = redundancyIndex(group, targets.requireOperator(msg.sp_operator_address).id);
  if (index === undefined) throw errors.notStoredOnProvider(`object ${object.id}`);
  const stored = { spId: primary.id, objectId: object.id };
  if (store.wasSlashed(stored)) throw errors.recentSlash(`object ${object.id}`);
  if (!msg.random_index && BigInt(msg.segment_index) >= segments) {
    throw errors.invalidSegmentIndex(`${msg.segment_index} of ${segments}`);
  }
  store.submitted += 1n;
  return keeper.start(
    ctx,
    {
      ...stored,
      spOperator: toChecksumAddress(msg.sp_operator_address),
      redundancyIndex: index,
      segmentIndex: msg.random_index ? randomSegment(ctx.randaoMix, segments) : msg.segment_index,
    },
    toChecksumAddress(msg.challenger),
  );
}
