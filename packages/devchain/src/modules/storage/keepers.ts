/** What the storage module asks of its neighbours. Their keepers have more; this is what they must give. */
import type { greenfieldPayment, greenfieldSp, greenfieldVirtualgroup } from '@prairie/chain';
import type { Context } from '../../context.ts';
import type { Flow } from './billing.ts';

export interface ProviderKeeper {
  byId(id: number): greenfieldSp.StorageProvider | undefined;
  byOperator(address: string): greenfieldSp.StorageProvider | undefined;
  bySeal(address: string): greenfieldSp.StorageProvider | undefined;
  byGc(address: string): greenfieldSp.StorageProvider | undefined;
  /** Prices that were set before `timestamp`, in 10⁻¹⁸ wei per byte and second. @throws when there are none */
  globalPriceAt(timestamp: bigint): { readPrice: bigint; primaryStorePrice: bigint; secondaryStorePrice: bigint };
}

export interface VirtualGroupKeeper {
  family(id: number): greenfieldVirtualgroup.GlobalVirtualGroupFamily | undefined;
  gvg(id: number): greenfieldVirtualgroup.GlobalVirtualGroup | undefined;
  gvgsOfFamily(familyId: number): greenfieldVirtualgroup.GlobalVirtualGroup[];
  /** Stores the group and emits EventUpdateGlobalVirtualGroup. */
  setGvg(ctx: Context, gvg: greenfieldVirtualgroup.GlobalVirtualGroup): void;
  /** Bytes that the group's deposit covers. */
  stakingCapacity(gvg: greenfieldVirtualgroup.GlobalVirtualGroup): bigint;
  params(): { max_store_size_per_family: bigint };
  /** Pays what a family's primary, or a group's secondaries, earned. @throws ChainError virtualgroup/1109 */
  settleFamily(ctx: Context, familyId: number): void;
  settleGvg(ctx: Context, gvgId: number): void;
  /** Who reserved to take the family over, if anybody did. */
  swapInOfFamily(familyId: number): { successor_sp_id: number; target_sp_id: number } | undefined;
}

export interface Bill {
  payer: string;
  flows: Flow[];
}

export interface StreamChange {
  rate?: bigint;
  static?: bigint;
  lock?: bigint;
}

/** Set in end-block processing: a payer who cannot pay is frozen instead of refused. */
export interface PaymentOptions {
  forced?: boolean;
}

export interface PaymentKeeper {
  readonly taxPoolAddress: string;
  applyFlowChanges(ctx: Context, bills: Bill[], options?: PaymentOptions): void;
  updateStream(
    ctx: Context,
    account: string,
    change: StreamChange,
    options?: PaymentOptions,
  ): greenfieldPayment.StreamRecord;
  stream(account: string): greenfieldPayment.StreamRecord | undefined;
  /** A frozen account pays nothing: its record does not change. */
  isFrozen(account: string): boolean;
  /** Whether `address` is a payment account of `owner`, or the owner itself. */
  isOwnedBy(address: string, owner: string): boolean;
  versionedParamsAt(timestamp: bigint): greenfieldPayment.VersionedParams;
}
