export { auditStorage, type StorageAuditDeps } from './audit.ts';
export type { Bill, PaymentKeeper, ProviderKeeper, VirtualGroupKeeper } from './keepers.ts';
export type { MirrorQueue } from './mirror.ts';
export { createStorageModule, type StorageKeeper } from './module.ts';
export { chunksOf } from './params.ts';
export type { StorageDependencies } from './services.ts';
