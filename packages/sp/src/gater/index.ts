export type { GatewayDependencies, GatewayOptions } from './handler.ts';
export { GaterModule } from './server.ts';
