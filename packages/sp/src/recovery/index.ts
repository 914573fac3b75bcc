export { recoveryErrors } from './errors.ts';
export { type Loss, lossOf } from './loss.ts';
export type { Peers } from './peer-pieces.ts';
export {
  PieceRepair,
  type PieceRepairDependencies,
  type PieceRepairOptions,
  type RepairFacts,
  type Rescued,
} from './repair.ts';
export { isRootOf, knownChecksums } from './rows.ts';
export type { PieceState } from './verified-pieces.ts';
export { rootOf } from './wanted.ts';
