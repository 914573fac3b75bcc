/** Which storage provider may act on a bucket. */
import {
  greenfieldSp,
  type greenfieldVirtualgroup,
  sameAddress,
  type greenfieldStorage as storage,
} from '@prairie/chain';
import { storageErrors as errors } from './errors.ts';
import type { ProviderKeeper, VirtualGroupKeeper } from './keepers.ts';

type Provider = greenfieldSp.StorageProvider;

const { STATUS_IN_SERVICE, STATUS_IN_MAINTENANCE, STATUS_GRACEFUL_EXITING, STATUS_FORCED_EXITING } =
  greenfieldSp.Status;

export class Providers {
  private readonly keeper: ProviderKeeper;
  private readonly groups: VirtualGroupKeeper;

  constructor(keeper: ProviderKeeper, groups: VirtualGroupKeeper) {
    this.keeper = keeper;
    this.groups = groups;
  }

  byOperator(address: string): Provider {
    const found = this.keeper.byOperator(address);
    if (!found) throw errors.noSuchProvider(`no provider has the operator address ${address}`);
    return found;
  }

  /** Who deletes a bucket's content when its time is over: the primary, or the owner once the primary left for good. */
  cleanerOf(bucket: storage.BucketInfo): string {
    const family = this.groups.family(bucket.global_virtual_group_family_id);
    const primary = family && this.keeper.byId(family.primary_sp_id);
    return primary?.operator_address ?? bucket.owner;
  }

  /** The primary of the bucket's family. */
  primaryOf(bucket: Pick<storage.BucketInfo, 'global_virtual_group_family_id'>): Provider {
    const id = bucket.global_virtual_group_family_id;
    const family = this.groups.family(id);
    if (!family) throw errors.familyNotExist(`family ${id}`);
    const found = this.keeper.byId(family.primary_sp_id);
    if (!found) throw errors.noSuchProvider(`provider ${family.primary_sp_id}, primary of family ${id}`);
    return found;
  }

  bySeal(address: string): Provider {
    const found = this.keeper.bySeal(address);
    if (!found) throw errors.noSuchProvider(`no provider has the seal address ${address}`);
    return found;
  }

  /** BLS keys of a group's secondaries, in their order. */
  secondaryKeys(gvg: greenfieldVirtualgroup.GlobalVirtualGroup): Uint8Array[] {
    return gvg.secondary_sp_ids.map((id) => {
      const provider = this.keeper.byId(id);
      if (!provider) throw errors.noSuchProvider(`provider ${id}, secondary of group ${gvg.id}`);
      return provider.bls_key;
    });
  }

  /** Any provider in service, found by its gc address. */
  collector(gcAddress: string): Provider {
    const found = this.keeper.byGc(gcAddress);
    if (!found) throw errors.noSuchProvider(`no provider has the gc address ${gcAddress}`);
    if (found.status !== STATUS_IN_SERVICE) throw errors.providerNotInService(`provider ${found.id}`);
    return found;
  }

  isPrimary(bucket: storage.BucketInfo, provider: Provider): boolean {
    return this.groups.family(bucket.global_virtual_group_family_id)?.primary_sp_id === provider.id;
  }

  requirePrimary(bucket: storage.BucketInfo, provider: Provider): void {
    if (this.isPrimary(bucket, provider)) return;
    throw errors.accessDenied(`provider ${provider.id} is not the primary of the bucket ${bucket.bucket_name}`);
  }

  /** In maintenance, a provider takes new content from its maintenance address alone. */
  isOpenFor(provider: Provider, account: string): boolean {
    if (provider.status === STATUS_IN_SERVICE) return true;
    return provider.status === STATUS_IN_MAINTENANCE && sameAddress(provider.maintenance_address, account);
  }

  isWorking(provider: Provider): boolean {
    return provider.status === STATUS_IN_SERVICE || provider.status === STATUS_IN_MAINTENANCE;
  }

  isExiting(provider: Provider): boolean {
    return provider.status === STATUS_GRACEFUL_EXITING || provider.status === STATUS_FORCED_EXITING;
  }
}
