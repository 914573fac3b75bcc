/** A provider gives roles away to a successor that approved (`reference/chain-state-machine.md` §5). */
import {
  approvalDigest,
  recoverAddress,
  sameAddress,
  greenfieldSp as sp,
  greenfieldVirtualgroup as vg,
} from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { type StorageProvider, spErrors } from '../sp/index.ts';
import { virtualGroupErrors as errors } from './errors.ts';
import { type SwapTarget, swapKey } from './groups.ts';
import { handOverFamily, handOverSecondary } from './handover.ts';
import type { VirtualGroupKeeper } from './keeper.ts';
import { checkSigner } from './messages.ts';

/** Most groups in one message. */
const MAX_GROUPS = 10;

interface SwapFields {
  storage_provider: string;
  global_virtual_group_family_id: number;
  global_virtual_group_ids: number[];
}

export function swapOutMessages(keeper: VirtualGroupKeeper): MessageHandler[] {
  return [
    message<vg.MsgSwapOut>({
      type: vg.MsgSwapOut,
      response: vg.MsgSwapOutResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic(msg) {
        checkFields(msg);
        if (!msg.successor_sp_approval) throw errors.invalidMessage("the successor's approval is missing");
      },
      handle: (ctx, msg) => swapOut(keeper, ctx, msg),
    }),
    message<vg.MsgCancelSwapOut>({
      type: vg.MsgCancelSwapOut,
      response: vg.MsgCancelSwapOutResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: checkFields,
      handle: (ctx, msg) => cancel(keeper, ctx, msg),
    }),
    message<vg.MsgCompleteSwapOut>({
      type: vg.MsgCompleteSwapOut,
      response: vg.MsgCompleteSwapOutResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: checkFields,
      handle: (ctx, msg) => complete(keeper, ctx, msg),
    }),
  ];
}

function checkFields(msg: SwapFields): void {
  checkSigner(msg.storage_provider);
  const ids = msg.global_virtual_group_ids;
  if ((msg.global_virtual_group_family_id === 0) === (ids.length === 0)) {
    throw errors.invalidMessage('either a family or groups expected');
  }
  if (ids.length > MAX_GROUPS || new Set(ids).size < ids.length || ids.includes(0)) {
    throw errors.invalidGvgCount(`1 to ${MAX_GROUPS} different groups expected, got ${ids.join(',')}`);
  }
}

function targetsOf(msg: SwapFields): SwapTarget[] {
  if (msg.global_virtual_group_family_id !== 0) return [{ family: msg.global_virtual_group_family_id }];
  return msg.global_virtual_group_ids.map((gvg) => ({ gvg }));
}

function swapOut(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgSwapOut): undefined {
  const provider = keeper.operator(msg.storage_provider);
  const successor = keeper.provider(msg.successor_sp_id);
  if (successor.status !== sp.Status.STATUS_IN_SERVICE) throw spErrors.notInService(`successor ${successor.id}`);
  if (successor.id === provider.id) throw errors.swapOutFailed('the successor is the provider itself');
  checkApproval(msg, successor);
  for (const target of targetsOf(msg)) {
    checkRole(keeper, target, provider);
    const pending = keeper.groups.swapOuts.get(swapKey(target));
    if (pending) throw errors.swapOutFailed(`${swapKey(target)} is being swapped out to ${pending.successor_sp_id}`);
    keeper.groups.swapOuts.set(swapKey(target), { sp_id: provider.id, successor_sp_id: successor.id });
  }
  ctx.emitTyped(vg.EventSwapOut, { ...eventFields(msg, provider), successor_sp_id: successor.id });
}

/** The expiry of the approval is not looked at. */
function checkApproval(msg: vg.MsgSwapOut, successor: StorageProvider): void {
  const signature = msg.successor_sp_approval!.sig;
  try {
    const signer = recoverAddress(approvalDigest(vg.MsgSwapOut, msg), signature);
    if (sameAddress(signer, successor.approval_address)) return;
  } catch {
    // malformed: refused like a signature of somebody else
  }
  throw errors.swapOutFailed(`approval is not signed by ${successor.approval_address}`);
}

function checkRole(keeper: VirtualGroupKeeper, target: SwapTarget, provider: StorageProvider): void {
  const serves =
    'family' in target
      ? keeper.existingFamily(target.family).primary_sp_id === provider.id
      : keeper.existingGvg(target.gvg).secondary_sp_ids.includes(provider.id);
  if (!serves) throw errors.swapOutFailed(`storage provider ${provider.id} does not serve ${swapKey(target)}`);
}

function cancel(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgCancelSwapOut): undefined {
  const provider = keeper.operator(msg.storage_provider);
  let successor_sp_id = 0;
  for (const target of targetsOf(msg)) {
    const info = keeper.groups.swapOuts.get(swapKey(target));
    if (info?.sp_id !== provider.id) {
      throw errors.swapOutFailed(`storage provider ${provider.id} has no swap out of ${swapKey(target)}`);
    }
    successor_sp_id = info.successor_sp_id;
    keeper.groups.swapOuts.delete(swapKey(target));
  }
  ctx.emitTyped(vg.EventCancelSwapOut, { ...eventFields(msg, provider), successor_sp_id });
}

function complete(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgCompleteSwapOut): undefined {
  const joining = keeper.operator(msg.storage_provider);
  let src_storage_provider_id = 0;
  for (const target of targetsOf(msg)) {
    const info = keeper.groups.swapOuts.get(swapKey(target));
    if (info?.successor_sp_id !== joining.id) {
      throw errors.swapOutFailed(`storage provider ${joining.id} is not the successor for ${swapKey(target)}`);
    }
    const leaving = keeper.provider(info.sp_id);
    src_storage_provider_id = leaving.id;
    if ('family' in target) {
      handOverFamily(keeper, ctx, target.family, { leaving, joining, mayBeSecondary: false });
    } else {
      if (keeper.existingGvg(target.gvg).primary_sp_id === joining.id) {
        throw errors.swapOutFailed(`storage provider ${joining.id} is the primary of group ${target.gvg}`);
      }
      handOverSecondary(keeper, ctx, target.gvg, { leaving, joining, refuse: errors.swapOutFailed });
    }
    keeper.groups.swapOuts.delete(swapKey(target));
  }
  ctx.emitTyped(vg.EventCompleteSwapOut, { ...eventFields(msg, joining), src_storage_provider_id });
}

const eventFields = (msg: SwapFields, provider: StorageProvider) => ({
  storage_provider_id: provider.id,
  global_virtual_group_family_id: msg.global_virtual_group_family_id,
  global_virtual_group_ids: msg.global_virtual_group_ids,
});
