export { configurationPage } from './documentation.ts';
export { type DumpOptions, defaultConfig, dumpConfig, parsedDump } from './dump.ts';
export { type ConfigSource, type GivenValue, type LoadedConfig, loadConfig } from './load.ts';
export { moduleNames } from './modules.ts';
export { ConfigError } from './report.ts';
export type { SpConfig } from './schema.ts';
export { DEFAULT_BUCKET_URL } from './sections/stores.ts';
export { startProblems } from './startable.ts';
