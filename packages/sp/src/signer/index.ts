export { signerErrors } from './errors.ts';
export { type SignerDependencies, type SignerKeys, SignerModule, type SignerOptions } from './module.ts';
