export { receiverErrors } from './errors.ts';
export { type ReceiverDependencies, ReceiverModule, type ReceiverOptions } from './module.ts';
