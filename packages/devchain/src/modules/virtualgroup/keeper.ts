/** The virtualgroup module's state and what other modules ask of it. */
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import type { BankKeeper } from '../bank/keeper.ts';
import type { PaymentKeeper } from '../payment/index.ts';
import { type SpKeeper, type StorageProvider, spErrors } from '../sp/index.ts';
import { virtualGroupErrors } from './errors.ts';
import { type Family, Groups, type Gvg, type SwapTarget, swapKey } from './groups.ts';

export interface VirtualGroupDeps {
  state: State;
  bank: Pick<BankKeeper, 'balance' | 'send'>;
  accounts: Pick<AccountKeeper, 'moduleAddress'>;
  sp: Pick<SpKeeper, 'byId' | 'byOperator' | 'byFunding' | 'setStatus' | 'remove' | 'exitingCount'>;
  payment: Pick<PaymentKeeper, 'stream' | 'balanceAt' | 'payOut' | 'governanceAddress'>;
  /** Data and parity chunks of a segment that is stored now: a group has a secondary for each. */
  secondaryCount(ctx: Context): number;
  /** Whether buckets have objects on a group, also empty ones. Left out: what the group stores and earns tells. */
  isInUse?(gvgId: number): boolean;
}

const defaults: vg.Params = {
  deposit_denom: 'BNB',
  gvg_staking_per_bytes: 16_000n,
  max_local_virtual_group_num_per_bucket: 10,
  max_global_virtual_group_num_per_family: 10,
  max_store_size_per_family: 70_368_744_177_664n,
  swap_in_validity_period: '604800',
  sp_concurrent_exit_num: '1',
};

const MAX_UINT64 = 2n ** 64n - 1n;

export class VirtualGroupKeeper {
  readonly moduleAddress: string;
  readonly groups: Groups;
  readonly deps: VirtualGroupDeps;
  private readonly parameters: Table<vg.Params>;

  constructor(deps: VirtualGroupDeps) {
    this.deps = deps;
    this.moduleAddress = deps.accounts.moduleAddress('virtualgroup');
    this.groups = new Groups(deps.state);
    this.parameters = deps.state.table('virtualgroup/params', vg.Params);
  }

  params(): vg.Params {
    return this.parameters.get('') ?? defaults;
  }

  setParams(params: vg.Params): void {
    this.parameters.set('', params);
  }

  family(id: number): Family | undefined {
    return this.groups.family(id);
  }

  gvg(id: number): Gvg | undefined {
    return this.groups.gvg(id);
  }

  /** In the order in which they were made; none for a family that does not exist. */
  gvgsOfFamily(id: number): Gvg[] {
    const family = this.family(id);
    return family ? this.groups.gvgsOf(family) : [];
  }

  /** Where objects without a payload go. */
  firstGvgOfFamily(id: number): Gvg | undefined {
    const first = this.family(id)?.global_virtual_group_ids[0];
    return first === undefined ? undefined : this.gvg(first);
  }

  /** Stores the group and emits EventUpdateGlobalVirtualGroup. */
  setGvg(ctx: Context, gvg: Gvg): void {
    this.groups.setGvg(gvg);
    this.emitUpdate(ctx, gvg);
  }

  emitUpdate(ctx: Context, gvg: Gvg): void {
    ctx.emitTyped(vg.EventUpdateGlobalVirtualGroup, {
      id: gvg.id,
      primary_sp_id: gvg.primary_sp_id,
      store_size: gvg.stored_size,
      total_deposit: gvg.total_deposit,
      secondary_sp_ids: gvg.secondary_sp_ids,
    });
  }

  /** Bytes that the group's deposit covers. */
  stakingCapacity(gvg: Pick<Gvg, 'total_deposit'>): bigint {
    const bytes = gvg.total_deposit / this.params().gvg_staking_per_bytes;
    return bytes > MAX_UINT64 ? MAX_UINT64 : bytes;
  }

  /** Who reserved to take the family over, if anybody did; reservations stay when their time is over. */
  swapInOfFamily(id: number): vg.SwapInInfo | undefined {
    return this.swapIn({ family: id });
  }

  swapIn(target: SwapTarget): vg.SwapInInfo | undefined {
    return this.groups.swapIns.get(swapKey(target));
  }

  /** Pays what the family earned to its primary (§5.1). @throws ChainError 1100, 1109 */
  settleFamily(ctx: Context, id: number): void {
    const family = this.existingFamily(id);
    const address = family.virtual_payment_address;
    const amount = this.deps.payment.balanceAt(address, ctx.now);
    if (amount <= 0n) return;
    const primary = this.settledProvider(family.primary_sp_id);
    this.payOut(ctx, address, primary, amount);
    ctx.emitTyped(vg.EventSettleGlobalVirtualGroupFamily, {
      id,
      sp_id: primary.id,
      sp_funding_address: primary.funding_address,
      amount,
    });
  }

  /** Pays what the group earned to its secondaries, each the same (§5.1). @throws ChainError 1102, 1109 */
  settleGvg(ctx: Context, id: number): void {
    const gvg = this.existingGvg(id);
    const address = gvg.virtual_payment_address;
    const shares = BigInt(gvg.secondary_sp_ids.length);
    const amount = shares === 0n ? 0n : this.deps.payment.balanceAt(address, ctx.now) / shares;
    if (amount <= 0n) return;
    const secondaries = gvg.secondary_sp_ids.map((spId) => this.settledProvider(spId));
    for (const secondary of secondaries) this.payOut(ctx, address, secondary, amount);
    ctx.emitTyped(vg.EventSettleGlobalVirtualGroup, {
      id,
      sp_ids: gvg.secondary_sp_ids,
      sp_funding_addresses: secondaries.map((secondary) => secondary.funding_address),
      amount,
    });
  }

  existingFamily(id: number): Family {
    const family = this.family(id);
    if (!family) throw virtualGroupErrors.familyNotExist(`family ${id}`);
    return family;
  }

  existingGvg(id: number): Gvg {
    const gvg = this.gvg(id);
    if (!gvg) throw virtualGroupErrors.gvgNotExist(`group ${id}`);
    return gvg;
  }

  /** @throws ChainError sp/1 */
  operator(address: string): StorageProvider {
    const provider = this.deps.sp.byOperator(address);
    if (!provider) throw spErrors.notFound();
    return provider;
  }

  /** @throws ChainError sp/1 */
  operatorOrFunding(address: string): StorageProvider {
    const provider = this.deps.sp.byOperator(address) ?? this.deps.sp.byFunding(address);
    if (!provider) throw spErrors.notFound();
    return provider;
  }

  /** @throws ChainError sp/1 */
  provider(id: number): StorageProvider {
    const provider = this.deps.sp.byId(id);
    if (!provider) throw spErrors.notFound();
    return provider;
  }

  private settledProvider(id: number): StorageProvider {
    const provider = this.deps.sp.byId(id);
    if (!provider) throw virtualGroupErrors.settleFailed(`storage provider ${id} does not exist`);
    return provider;
  }

  private payOut(ctx: Context, from: string, to: StorageProvider, amount: bigint): void {
    try {
      this.deps.payment.payOut(ctx, from, to.funding_address, amount);
    } catch (error) {
      throw virtualGroupErrors.settleFailed(error instanceof Error ? error.message : String(error));
    }
  }
}
