export { approverErrors } from './errors.ts';
export { type ApproverDependencies, ApproverModule, type ApproverOptions } from './module.ts';
