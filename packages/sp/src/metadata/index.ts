export { metadataErrors } from './errors.ts';
export type { SyncProgress } from './freshness.ts';
export { type MetadataDependencies, type MetadataOptions, metadataModule } from './module.ts';
