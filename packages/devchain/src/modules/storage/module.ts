/** The storage module: buckets, objects, groups, policies and what they cost. */
import type { ChainModule } from '../../context.ts';
import { accessQueries } from './access-queries.ts';
import { bucketMessages } from './buckets.ts';
import type { Charges } from './charges.ts';
import { Discontinuation } from './discontinue.ts';
import type { FlowLimits } from './flow-limits.ts';
import { groupMessages } from './groups.ts';
import { limitMessages } from './limit-messages.ts';
import { migrationMessages } from './migration.ts';
import { mirrorMessages } from './mirror.ts';
import { objectMessages } from './objects.ts';
import { type Parameters, paramGenesis, paramMessages } from './params.ts';
import { policyMessages } from './policies.ts';
import { storageQueries } from './queries.ts';
import { sealMessages } from './seal.ts';
import { createServices, type StorageDependencies } from './services.ts';
import type { Store } from './store.ts';
import { tagMessages } from './tags.ts';
import { updateMessages } from './updates.ts';
import type { LocalGroups } from './virtual-groups.ts';

/** What other modules may ask of this one. */
export interface StorageKeeper {
  readonly parameters: Parameters;
  readonly store: Store;
  readonly charges: Charges;
  readonly limits: FlowLimits;
  readonly localGroups: LocalGroups;
}

export function createStorageModule(deps: StorageDependencies): { module: ChainModule; keeper: StorageKeeper } {
  const services = createServices(deps);
  const { parameters, store, charges, limits, localGroups, cleanup } = services;
  const discontinuation = new Discontinuation(deps.state, services);
  const module: ChainModule = {
    name: 'storage',
    messages: [
      ...paramMessages(parameters),
      ...bucketMessages(services),
      ...objectMessages(services),
      ...updateMessages(services),
      ...sealMessages(services),
      ...groupMessages(services),
      ...policyMessages(services),
      ...tagMessages(services),
      ...limitMessages(services),
      ...migrationMessages(services),
      ...mirrorMessages(services, deps.mirrorQueue),
      ...discontinuation.messages(),
    ],
    queries: { ...storageQueries(services), ...accessQueries(services) },
    initGenesis: paramGenesis(parameters),
    beginBlock: (ctx) => discontinuation.beginBlock(ctx),
    endBlock(ctx) {
      if (discontinuation.endBlock(ctx)) cleanup.run(ctx, parameters.get().stale_policy_cleanup_max);
    },
  };
  return { module, keeper: { parameters, store, charges, limits, localGroups } };
}
