export { createAtGenesis } from './create.ts';
export type { Pair } from './delegations.ts';
export type { Hooks } from './hooks.ts';
export { StakingKeeper } from './keeper.ts';
export { createStakingModule } from './module.ts';
export { updateSet } from './validator-set.ts';
export type { Validator } from './validators.ts';
