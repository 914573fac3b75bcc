export { signerErrors } from './errors.ts';
export type { KeyCommandOptions } from './key-command.ts';
export type { KeySource, SignerKeySources } from './keys.ts';
export { type SignerDependencies, SignerModule, type SignerOptions } from './module.ts';
