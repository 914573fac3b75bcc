export { createGovModule, type GovDeps } from './module.ts';
export type { StakeView } from './tally.ts';
