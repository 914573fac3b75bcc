export { checkAuthority } from './authority.ts';
export { permissionErrors } from './errors.ts';
export type { Question } from './evaluate.ts';
export { createPermissionModule, PermissionKeeper } from './module.ts';
export type { NewPolicy, Principal, Resource } from './policies.ts';
export { Sequence } from './sequence.ts';
export { since } from './since.ts';
export { compareTimes, isBefore, type Timestamp } from './time.ts';
