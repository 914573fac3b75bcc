export { metadataErrors } from './errors.ts';
export type { SyncProgress } from './freshness.ts';
export { type MetadataDependencies, MetadataModule, type MetadataOptions } from './module.ts';
