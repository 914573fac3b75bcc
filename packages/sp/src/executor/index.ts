export type { Secondaries } from '../replication/secondaries.ts';
export { executorErrors } from './errors.ts';
export type { ExecutorGcOptions } from './gc.ts';
export { type ExecutorDependencies, ExecutorModule, type ExecutorOptions } from './module.ts';
