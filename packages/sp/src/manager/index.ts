export { managerErrors, virtualGroupErrors } from './errors.ts';
export { type ManagerDependencies, ManagerModule, type ManagerOptions } from './module.ts';
