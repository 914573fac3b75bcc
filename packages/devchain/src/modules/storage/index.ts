export type { Bill, PaymentKeeper, ProviderKeeper, VirtualGroupKeeper } from './keepers.ts';
export { createStorageModule, type StorageKeeper } from './module.ts';
export { chunksOf } from './params.ts';
export type { StorageDependencies } from './services.ts';
