export type { GatewayDependencies, GatewayOptions } from './http/handler.ts';
export { GaterModule } from './http/server.ts';
