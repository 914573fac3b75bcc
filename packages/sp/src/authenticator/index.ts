export { authenticatorErrors } from './errors.ts';
export { type AuthenticatorDependencies, AuthenticatorModule, type AuthenticatorOptions } from './module.ts';
