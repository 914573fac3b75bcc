/** The parts of the module that message handlers use. */
import { greenfieldStorage as storage } from '@prairie/chain';
import type { Context, State } from '../../context.ts';
import type { PermissionKeeper } from '../permission/index.ts';
import { Access } from './access.ts';
import { Charges } from './charges.ts';
import { Cleanup } from './cleanup.ts';
import { storageErrors as errors } from './errors.ts';
import { FlowLimits } from './flow-limits.ts';
import type { PaymentKeeper, ProviderKeeper, VirtualGroupKeeper } from './keepers.ts';
import type { MirrorQueue } from './mirror.ts';
import { Parameters } from './params.ts';
import { Providers } from './providers.ts';
import { Store } from './store.ts';
import { LocalGroups } from './virtual-groups.ts';

const { BUCKET_STATUS_DISCONTINUED, BUCKET_STATUS_MIGRATING } = storage.BucketStatus;
const { SOURCE_TYPE_ORIGIN } = storage.SourceType;

export interface StorageDependencies {
  state: State;
  sp: ProviderKeeper;
  virtualGroup: VirtualGroupKeeper;
  payment: PaymentKeeper;
  permission: PermissionKeeper;
  /** Where messages wait that mirror something to another chain; without it they are refused. */
  mirrorQueue?: MirrorQueue;
}

export interface Services {
  store: Store;
  parameters: Parameters;
  limits: FlowLimits;
  charges: Charges;
  localGroups: LocalGroups;
  access: Access;
  providers: Providers;
  cleanup: Cleanup;
  keepers: Omit<StorageDependencies, 'state' | 'mirrorQueue'>;
}

export function createServices({ state, ...keepers }: StorageDependencies): Services {
  const store = new Store(state);
  const parameters = new Parameters(state);
  const limits = new FlowLimits(state, keepers.payment);
  const shared = { store, parameters, limits, groups: keepers.virtualGroup };
  const charges = new Charges({ ...shared, providers: keepers.sp, payment: keepers.payment });
  return {
    store,
    parameters,
    limits,
    charges,
    localGroups: new LocalGroups({ ...shared, charges }),
    access: new Access(store, keepers.permission),
    providers: new Providers(keepers.sp, keepers.virtualGroup),
    cleanup: new Cleanup(state, keepers.permission),
    keepers,
  };
}

/** @throws unless objects of the bucket may be created and changed */
export function requireWritable(bucket: storage.BucketInfo): void {
  if (bucket.bucket_status === BUCKET_STATUS_DISCONTINUED) throw errors.bucketDiscontinued();
  if (bucket.bucket_status === BUCKET_STATUS_MIGRATING) throw errors.bucketMigrating();
}

/** Mongolian: what is of another chain, or went there, may be changed; deleting it stays forbidden. */
export function requireChangeable(ctx: Context, resource: { source_type: number }): void {
  if (!ctx.has('Mongolian')) requireOrigin(resource);
}

/** @throws when the resource came from another chain */
export function requireOrigin(resource: { source_type: number }): void {
  if (resource.source_type !== SOURCE_TYPE_ORIGIN) throw errors.sourceMismatch();
}
