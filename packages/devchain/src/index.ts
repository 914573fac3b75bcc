export type { AppKeepers } from './chain/app.ts';
export type { BlockRecord } from './chain/block-types.ts';
export type { Chain, Genesis } from './chain/chain.ts';
export { ConsensusKey } from './chain/validator.ts';
export * from './context.ts';
export { DevChain, type DevChainOptions } from './devchain.ts';
export * from './genesis/index.ts';
export { UPGRADES, type Upgrade, type UpgradeHeights, UpgradePlan } from './upgrades.ts';
