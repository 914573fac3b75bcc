export type { GatewayDependencies, GatewayOptions } from './http/handler.ts';
export { GaterModule } from './http/server.ts';
export type { RateLimits } from './limits/rate-limiter.ts';
