import { sameAddress, type greenfieldSp as sp, type greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import type { Consensus } from '@prairie/gfsp';

/** A group and how much its stake lets it store, in bytes. */
export interface GroupInfo {
  gvg: virtualgroup.GlobalVirtualGroup;
  stakedSize: bigint;
}

/** This provider's families and all providers, as the chain had them at one moment. */
export interface GroupView {
  self: sp.StorageProvider;
  /** All providers, this one too, ordered by id. */
  providers: readonly sp.StorageProvider[];
  params: virtualgroup.Params;
  /** Groups by family id. */
  families: ReadonlyMap<number, readonly GroupInfo[]>;
}

/** Asks the chain. @throws Error when the operator is no provider's */
export async function loadGroupView(consensus: Consensus, operatorAddress: string): Promise<GroupView> {
  const [listed, params] = await Promise.all([consensus.listSps(), consensus.virtualGroupParams()]);
  const providers = [...listed].sort((a, b) => a.id - b.id);
  const self = providers.find((provider) => sameAddress(provider.operator_address, operatorAddress));
  if (!self) throw new Error(`no storage provider on chain has operator ${operatorAddress}: register it first`);
  const families = new Map<number, GroupInfo[]>();
  for (const { id } of await consensus.familiesOfSp(self.id)) {
    const gvgs = await consensus.gvgsOfFamily(id);
    families.set(
      id,
      gvgs.map((gvg) => ({ gvg, stakedSize: stakedSize(gvg, params) })),
    );
  }
  return { self, providers, params, families };
}

/** Bytes that the deposit of a group pays for. */
export function stakedSize(gvg: virtualgroup.GlobalVirtualGroup, params: virtualgroup.Params): bigint {
  return params.gvg_staking_per_bytes > 0n ? gvg.total_deposit / params.gvg_staking_per_bytes : 0n;
}

/** Endpoints in the order of the group's secondaries; undefined when one of them is no longer a provider. */
export function secondaryEndpoints(view: GroupView, gvg: virtualgroup.GlobalVirtualGroup): string[] | undefined {
  const endpoints = gvg.secondary_sp_ids.map((id) => view.providers.find((one) => one.id === id)?.endpoint);
  return endpoints.every((endpoint) => endpoint !== undefined) ? endpoints : undefined;
}
