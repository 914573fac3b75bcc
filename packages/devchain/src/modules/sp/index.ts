export { auditProviders } from './audit.ts';
export { createProvider } from './create.ts';
export { spErrors } from './errors.ts';
export { type DepositGrants, type GlobalPrice, type SpDeps, SpKeeper } from './keeper.ts';
export { createSpModule } from './module.ts';
export type { StorageProvider } from './providers.ts';
