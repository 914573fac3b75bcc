/** Messages that make, fund, pay and delete groups (`reference/chain-state-machine.md` §5). */
import { isAddress, greenfieldSp as sp, greenfieldVirtualgroup as vg } from '@prairie/chain';
import { DENOM } from '../../coins.ts';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { checkAuthority } from '../permission/authority.ts';
import { type StorageProvider, spErrors } from '../sp/index.ts';
import { familyAddress, gvgAddress } from './addresses.ts';
import { virtualGroupErrors as errors } from './errors.ts';
import type { Family, Gvg } from './groups.ts';
import type { VirtualGroupKeeper } from './keeper.ts';

/** Most groups that one message settles. */
const MAX_SETTLED = 10;
const { STATUS_IN_SERVICE, STATUS_IN_MAINTENANCE } = sp.Status;

export function groupMessages(keeper: VirtualGroupKeeper): MessageHandler[] {
  return [
    message<vg.MsgUpdateParams>({
      type: vg.MsgUpdateParams,
      response: vg.MsgUpdateParamsResponse,
      signers: (msg) => [msg.authority],
      handle: (ctx, msg) => updateParams(keeper, ctx, msg),
    }),
    message<vg.MsgCreateGlobalVirtualGroup>({
      type: vg.MsgCreateGlobalVirtualGroup,
      response: vg.MsgCreateGlobalVirtualGroupResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: (msg) => checkSignerAndAmount(msg.storage_provider, msg.deposit.amount),
      handle: (ctx, msg) => createGvg(keeper, ctx, msg),
    }),
    message<vg.MsgDeleteGlobalVirtualGroup>({
      type: vg.MsgDeleteGlobalVirtualGroup,
      response: vg.MsgDeleteGlobalVirtualGroupResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: (msg) => checkSigner(msg.storage_provider),
      handle: (ctx, msg) => deleteGvg(keeper, ctx, msg),
    }),
    ...moneyMessages(keeper),
  ];
}

function moneyMessages(keeper: VirtualGroupKeeper): MessageHandler[] {
  return [
    message<vg.MsgDeposit>({
      type: vg.MsgDeposit,
      response: vg.MsgDepositResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: (msg) => checkSignerAndAmount(msg.storage_provider, msg.deposit.amount),
      handle: (ctx, msg) => deposit(keeper, ctx, msg),
    }),
    message<vg.MsgWithdraw>({
      type: vg.MsgWithdraw,
      response: vg.MsgWithdrawResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: (msg) => checkSignerAndAmount(msg.storage_provider, msg.withdraw.amount),
      handle: (ctx, msg) => withdraw(keeper, ctx, msg),
    }),
    message<vg.MsgSettle>({
      type: vg.MsgSettle,
      response: vg.MsgSettleResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: checkSettle,
      handle: (ctx, msg) => settle(keeper, ctx, msg),
    }),
  ];
}

export function checkSigner(address: string): void {
  if (!isAddress(address)) throw sdkErrors.invalidAddress(`invalid storage provider ${JSON.stringify(address)}`);
}

function checkSignerAndAmount(address: string, amount: bigint): void {
  checkSigner(address);
  if (amount <= 0n) throw sdkErrors.invalidRequest(`a positive amount expected, got ${amount}`);
}

function checkDenom(denom: string): void {
  if (denom !== DENOM) throw errors.invalidDenom(`expected ${DENOM}, got ${denom}`);
}

function updateParams(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgUpdateParams): undefined {
  checkAuthority(msg.authority);
  const { params } = msg;
  if (params.gvg_staking_per_bytes <= 0n) throw sdkErrors.invalidRequest('gvg_staking_per_bytes must be positive');
  for (const field of ['swap_in_validity_period', 'sp_concurrent_exit_num'] as const) {
    if (!/^\d{1,18}$/.test(params[field])) {
      throw sdkErrors.invalidRequest(`${field} must be a number, got ${JSON.stringify(params[field])}`);
    }
  }
  const stored = { ...params, deposit_denom: keeper.params().deposit_denom };
  keeper.setParams(stored);
  if (ctx.has('Nagqu')) ctx.emitTyped(vg.Params, stored); // Nagqu: changed parameters are an event
}

function checkServing(provider: StorageProvider): void {
  if (provider.status === STATUS_IN_SERVICE || provider.status === STATUS_IN_MAINTENANCE) return;
  throw spErrors.notInService(`storage provider ${provider.id}`);
}

function createGvg(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgCreateGlobalVirtualGroup): undefined {
  // Pampas: as many secondaries as chunks, all different
  if (ctx.has('Pampas')) checkSecondaries(keeper, ctx, msg.secondary_sp_ids);
  const primary = keeper.operator(msg.storage_provider);
  checkServing(primary);
  for (const id of msg.secondary_sp_ids) checkServing(keeper.provider(id));
  // the caller need not own the family it adds to (quirk 2 of chain-state-machine.md §15)
  const present = msg.family_id === 0 ? undefined : keeper.existingFamily(msg.family_id);
  if (present) {
    // Manchurian: no two groups of the same secondaries
    if (ctx.has('Manchurian')) checkNoTwin(keeper, present, msg.secondary_sp_ids);
    checkRoom(keeper, present);
  }
  const family = present ?? newFamily(keeper, primary);
  const id = keeper.groups.nextId('gvg');
  keeper.deps.bank.send(ctx, primary.funding_address, keeper.moduleAddress, msg.deposit.amount);
  const gvg: Gvg = {
    id,
    family_id: family.id,
    primary_sp_id: primary.id,
    secondary_sp_ids: msg.secondary_sp_ids,
    stored_size: 0n,
    virtual_payment_address: gvgAddress(id),
    total_deposit: msg.deposit.amount,
  };
  keeper.groups.setGvg(gvg);
  keeper.groups.setFamily({ ...family, global_virtual_group_ids: [...family.global_virtual_group_ids, id] });
  ctx.emitTyped(vg.EventCreateGlobalVirtualGroup, gvg);
  if (present) return;
  ctx.emitTyped(vg.EventCreateGlobalVirtualGroupFamily, {
    id: family.id,
    primary_sp_id: family.primary_sp_id,
    virtual_payment_address: family.virtual_payment_address,
  });
}

function checkSecondaries(keeper: VirtualGroupKeeper, ctx: Context, ids: readonly number[]): void {
  const expected = keeper.deps.secondaryCount(ctx);
  if (ids.length !== expected) throw errors.invalidSecondaryCount(`expected ${expected}, got ${ids.length}`);
  if (new Set(ids).size < ids.length) throw errors.duplicateSecondary(ids.join(','));
}

function checkNoTwin(keeper: VirtualGroupKeeper, family: Family, secondaries: readonly number[]): void {
  const wanted = secondaries.join(',');
  const twin = keeper.groups.gvgsOf(family).find((gvg) => gvg.secondary_sp_ids.join(',') === wanted);
  if (twin) throw errors.duplicateGvg(`group ${twin.id} of family ${family.id} has secondaries ${wanted}`);
}

/** The limit is passed by one before it holds (quirk 5 of chain-state-machine.md §15). */
function checkRoom(keeper: VirtualGroupKeeper, family: Family): void {
  const count = family.global_virtual_group_ids.length;
  const limit = keeper.params().max_global_virtual_group_num_per_family;
  if (limit < count) throw errors.limitationExceeded(`family ${family.id} has ${count} groups`);
}

function newFamily(keeper: VirtualGroupKeeper, primary: StorageProvider): Family {
  const id = keeper.groups.nextId('family');
  return { id, primary_sp_id: primary.id, global_virtual_group_ids: [], virtual_payment_address: familyAddress(id) };
}

/** Refunds the caller, whoever of the providers it is, and reports the deletion twice (quirk 4 of chain-state-machine.md §15). */
function deleteGvg(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgDeleteGlobalVirtualGroup): undefined {
  const caller = keeper.operator(msg.storage_provider);
  const gvg = keeper.existingGvg(msg.global_virtual_group_id);
  const stream = keeper.deps.payment.stream(gvg.virtual_payment_address);
  const flows = stream && (stream.netflow_rate !== 0n || stream.frozen_netflow_rate !== 0n);
  // the reference overlooks empty objects whose payer is frozen or limited, and stands still when they are deleted
  const inUse = gvg.stored_size !== 0n || flows || keeper.deps.isInUse?.(gvg.id);
  if (inUse) throw errors.gvgNotEmpty(`group ${gvg.id}`);
  const family = keeper.existingFamily(gvg.family_id);
  keeper.deps.bank.send(ctx, keeper.moduleAddress, caller.funding_address, gvg.total_deposit);
  keeper.groups.deleteGvg(gvg);
  const deleted = { id: gvg.id, primary_sp_id: gvg.primary_sp_id };
  ctx.emitTyped(vg.EventDeleteGlobalVirtualGroup, deleted);
  shrinkFamily(keeper, ctx, family, gvg);
  ctx.emitTyped(vg.EventDeleteGlobalVirtualGroup, deleted);
}

function shrinkFamily(keeper: VirtualGroupKeeper, ctx: Context, family: Family, gvg: Gvg): void {
  const { id, primary_sp_id } = family;
  const global_virtual_group_ids = family.global_virtual_group_ids.filter((other) => other !== gvg.id);
  // Manchurian: families stay when their last group goes
  if (global_virtual_group_ids.length === 0 && !ctx.has('Manchurian')) {
    keeper.groups.deleteFamily(family);
    ctx.emitTyped(vg.EventDeleteGlobalVirtualGroupFamily, { id, primary_sp_id });
  } else {
    keeper.groups.setFamily({ ...family, global_virtual_group_ids });
    ctx.emitTyped(vg.EventUpdateGlobalVirtualGroupFamily, { id, primary_sp_id, global_virtual_group_ids });
  }
}

function deposit(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgDeposit): undefined {
  const provider = keeper.operatorOrFunding(msg.storage_provider);
  const gvg = keeper.existingGvg(msg.global_virtual_group_id);
  checkDenom(msg.deposit.denom);
  keeper.deps.bank.send(ctx, provider.funding_address, keeper.moduleAddress, msg.deposit.amount);
  keeper.setGvg(ctx, { ...gvg, total_deposit: gvg.total_deposit + msg.deposit.amount });
}

/**
 * Reduces the deposit by what is paid. The reference forgets to, so that a deposit may leave many times (quirk 3 of
 * chain-state-machine.md §15, knowingly fixed).
 */
function withdraw(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgWithdraw): undefined {
  const provider = keeper.operatorOrFunding(msg.storage_provider);
  const gvg = keeper.existingGvg(msg.global_virtual_group_id);
  const { amount, denom } = msg.withdraw;
  checkDenom(denom);
  if (gvg.primary_sp_id !== provider.id) {
    throw errors.withdrawFailed(`storage provider ${provider.id} is not the primary of group ${gvg.id}`);
  }
  const free = gvg.total_deposit - keeper.params().gvg_staking_per_bytes * gvg.stored_size;
  if (amount > free) throw errors.withdrawTooLarge(`at most ${free} is free, got ${amount}`);
  keeper.deps.bank.send(ctx, keeper.moduleAddress, provider.funding_address, amount);
  const total_deposit = gvg.total_deposit - amount;
  keeper.groups.setGvg({ ...gvg, total_deposit });
  // of this operation the event names neither primary nor secondaries (§5)
  ctx.emitTyped(vg.EventUpdateGlobalVirtualGroup, { id: gvg.id, store_size: gvg.stored_size, total_deposit });
}

function checkSettle(msg: vg.MsgSettle): void {
  checkSigner(msg.storage_provider);
  const count = msg.global_virtual_group_ids.length;
  if (msg.global_virtual_group_family_id === 0 && (count === 0 || count > MAX_SETTLED)) {
    throw errors.invalidGvgCount(`1 to ${MAX_SETTLED} expected, got ${count}`);
  }
}

function settle(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgSettle): undefined {
  if (!ctx.has('Pampas')) checkMember(keeper, msg); // Pampas: anyone may settle
  if (msg.global_virtual_group_family_id !== 0) keeper.settleFamily(ctx, msg.global_virtual_group_family_id);
  else for (const id of msg.global_virtual_group_ids) keeper.settleGvg(ctx, id);
}

/** The caller must be paid by the settlement: as the family's primary, or as a secondary of each group. */
function checkMember(keeper: VirtualGroupKeeper, msg: vg.MsgSettle): void {
  const { id } = keeper.operatorOrFunding(msg.storage_provider);
  const { global_virtual_group_family_id: familyId, global_virtual_group_ids: ids } = msg;
  const serves =
    familyId !== 0
      ? keeper.existingFamily(familyId).primary_sp_id === id
      : ids.every((gvgId) => keeper.existingGvg(gvgId).secondary_sp_ids.includes(id));
  if (!serves) throw errors.settleFailed(`storage provider ${id} is not a member`);
}
