export { recoveryErrors } from './errors.ts';
export type { Peers } from './peer-pieces.ts';
export { PieceRepair, type PieceRepairDependencies, type PieceRepairOptions, type PieceState } from './repair.ts';
export { isRootOf, knownChecksums } from './rows.ts';
export { rootOf } from './wanted.ts';
