/** A provider takes over roles of one that leaves (`reference/chain-state-machine.md` §5). */
import { greenfieldSp as sp, greenfieldVirtualgroup as vg } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { since } from '../permission/since.ts';
import { type StorageProvider, spErrors } from '../sp/index.ts';
import { virtualGroupErrors as errors } from './errors.ts';
import { type SwapTarget, swapKey } from './groups.ts';
import { handOverFamily, handOverSecondary } from './handover.ts';
import type { VirtualGroupKeeper } from './keeper.ts';
import { checkSigner } from './messages.ts';

const { STATUS_GRACEFUL_EXITING, STATUS_FORCED_EXITING } = sp.Status;

interface SwapFields {
  storage_provider: string;
  global_virtual_group_family_id: number;
  global_virtual_group_id: number;
}

export function swapInMessages(keeper: VirtualGroupKeeper): MessageHandler[] {
  return [
    message<vg.MsgReserveSwapIn>({
      type: vg.MsgReserveSwapIn,
      response: vg.MsgReserveSwapInResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: checkFields,
      handle: (ctx, msg) => reserve(keeper, ctx, msg),
    }),
    message<vg.MsgCompleteSwapIn>({
      type: vg.MsgCompleteSwapIn,
      response: vg.MsgCompleteSwapInResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: checkFields,
      handle: (ctx, msg) => complete(keeper, ctx, msg),
    }),
    message<vg.MsgCancelSwapIn>({
      type: vg.MsgCancelSwapIn,
      response: vg.MsgCancelSwapInResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: checkFields,
      handle: (ctx, msg) => cancel(keeper, ctx, msg),
    }),
  ].map((handler) => since('Hulunbeier', handler));
}

function checkFields(msg: SwapFields): void {
  checkSigner(msg.storage_provider);
  if ((msg.global_virtual_group_family_id === 0) === (msg.global_virtual_group_id === 0)) {
    throw errors.invalidMessage('either a family or a group expected');
  }
}

const targetOf = (msg: SwapFields): SwapTarget =>
  msg.global_virtual_group_family_id !== 0
    ? { family: msg.global_virtual_group_family_id }
    : { gvg: msg.global_virtual_group_id };

const isExiting = ({ status }: StorageProvider): boolean =>
  status === STATUS_GRACEFUL_EXITING || status === STATUS_FORCED_EXITING;

function reserve(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgReserveSwapIn): undefined {
  const successor = keeper.operator(msg.storage_provider);
  if (successor.id === msg.target_sp_id) throw errors.swapInFailed('a storage provider can not succeed itself');
  const leaving = keeper.provider(msg.target_sp_id);
  const target = targetOf(msg);
  if ('family' in target) checkFamily(keeper, target.family, leaving);
  else checkGroup(keeper, target.gvg, { leaving, successor });
  const before = keeper.swapIn(target);
  if (before && (ctx.now < before.expiration_time || before.successor_sp_id === successor.id)) {
    throw errors.swapInFailed(`${swapKey(target)} is reserved by storage provider ${before.successor_sp_id}`);
  }
  const expiration_time = ctx.now + BigInt(keeper.params().swap_in_validity_period);
  const info = { successor_sp_id: successor.id, target_sp_id: leaving.id, expiration_time };
  keeper.groups.swapIns.set(swapKey(target), info);
  ctx.emitTyped(vg.EventReserveSwapIn, { ...eventFields(msg, successor), target_sp_id: leaving.id, expiration_time });
}

function checkFamily(keeper: VirtualGroupKeeper, id: number, leaving: StorageProvider): void {
  const family = keeper.existingFamily(id);
  if (!isExiting(leaving)) throw spErrors.wrongStatus(`storage provider ${leaving.id} is not exiting`);
  if (family.primary_sp_id !== leaving.id) {
    throw errors.swapInFailed(`storage provider ${leaving.id} is not the primary of family ${id}`);
  }
}

/** A secondary may be replaced when it leaves, or when the group has too few different providers. */
function checkGroup(
  keeper: VirtualGroupKeeper,
  id: number,
  { leaving, successor }: { leaving: StorageProvider; successor: StorageProvider },
): void {
  const gvg = keeper.existingGvg(id);
  if (gvg.primary_sp_id === successor.id || gvg.secondary_sp_ids.includes(successor.id)) {
    throw errors.swapInFailed(`storage provider ${successor.id} serves group ${id} already`);
  }
  if (!gvg.secondary_sp_ids.includes(leaving.id)) {
    throw errors.swapInFailed(`storage provider ${leaving.id} is not a secondary of group ${id}`);
  }
  const broken = gvg.secondary_sp_ids.includes(gvg.primary_sp_id);
  if (!isExiting(leaving) && !broken) {
    throw errors.swapInFailed(`storage provider ${leaving.id} is not exiting and group ${id} is redundant enough`);
  }
}

/** The caller's reservation; that its time may be over does not matter. */
function ownReservation(keeper: VirtualGroupKeeper, target: SwapTarget, successor: StorageProvider): vg.SwapInInfo {
  const info = keeper.swapIn(target);
  if (info?.successor_sp_id === successor.id) return info;
  throw errors.swapInFailed(`storage provider ${successor.id} has not reserved ${swapKey(target)}`);
}

function complete(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgCompleteSwapIn): undefined {
  const joining = keeper.operator(msg.storage_provider);
  const target = targetOf(msg);
  const leaving = keeper.provider(ownReservation(keeper, target, joining).target_sp_id);
  if ('family' in target) {
    handOverFamily(keeper, ctx, target.family, { leaving, joining, mayBeSecondary: true });
  } else {
    handOverSecondary(keeper, ctx, target.gvg, { leaving, joining, refuse: errors.swapInFailed });
  }
  keeper.groups.swapIns.delete(swapKey(target));
  ctx.emitTyped(vg.EventCompleteSwapIn, { ...eventFields(msg, joining), target_storage_provider_id: leaving.id });
}

function cancel(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgCancelSwapIn): undefined {
  const successor = keeper.operator(msg.storage_provider);
  const target = targetOf(msg);
  const { target_sp_id } = ownReservation(keeper, target, successor);
  keeper.groups.swapIns.delete(swapKey(target));
  ctx.emitTyped(vg.EventCancelSwapIn, { ...eventFields(msg, successor), target_sp_id });
}

const eventFields = (msg: SwapFields, provider: StorageProvider) => ({
  storage_provider_id: provider.id,
  global_virtual_group_family_id: msg.global_virtual_group_family_id,
  global_virtual_group_id: msg.global_virtual_group_id,
});
