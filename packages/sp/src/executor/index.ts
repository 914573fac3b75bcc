export { executorErrors } from './errors.ts';
export { type ExecutorDependencies, ExecutorModule, type ExecutorOptions } from './module.ts';
export type { Secondaries } from './ports.ts';
