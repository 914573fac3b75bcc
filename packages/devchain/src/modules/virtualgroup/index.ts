export { familyAddress, gvgAddress } from './addresses.ts';
export { auditVirtualGroups } from './audit.ts';
export { virtualGroupErrors } from './errors.ts';
export type { Family, Gvg } from './groups.ts';
export { type VirtualGroupDeps, VirtualGroupKeeper } from './keeper.ts';
export { createVirtualGroupModule } from './module.ts';
