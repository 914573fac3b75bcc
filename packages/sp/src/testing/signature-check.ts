/** What checks a request's signature, for benches that measure it alone. */
export { KeyRegistry } from '../authenticator/key-registry.ts';
export { authenticate } from '../gater/auth/authenticate.ts';
export type { Asked, Gateway } from '../gater/http/handler.ts';
export { parseTarget } from '../gater/http/target.ts';
