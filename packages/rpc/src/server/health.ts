/** `grpc.health.v1`: what load balancers and orchestrators ask. */

import { status } from '@grpc/grpc-js';
import { define } from '@prairie/chain';
import { StatusError } from '../errors.ts';
import { defineRpc, down, serve, unary } from '../method.ts';

interface HealthCheckRequest {
  /** Full name of a service; empty is the whole process. */
  service: string;
}
const HealthCheckRequest = define<HealthCheckRequest>('grpc.health.v1.HealthCheckRequest', { service: [1, 'string'] });

interface HealthCheckResponse {
  /** An enum on the wire, which is the same. */
  status: number;
}
const HealthCheckResponse = define<HealthCheckResponse>('grpc.health.v1.HealthCheckResponse', { status: [1, 'int32'] });

const SERVING = 1;
const SERVICE_UNKNOWN = 3;

export const healthService = defineRpc('grpc.health.v1.Health', {
  Check: unary(HealthCheckRequest, HealthCheckResponse, { repeatable: true, deadlineMs: 5000 }),
  Watch: down(HealthCheckRequest, HealthCheckResponse, { held: true }),
});

/**
 * A service is serving from the first call that can reach it; one whose module is elsewhere is unknown. A server that
 * stops ends the watches, which is how a watcher learns it.
 */
export function serveHealth(isServed: (service: string) => boolean) {
  const isKnown = (service: string): boolean => service === '' || isServed(service);
  return serve(healthService, {
    async Check({ service }) {
      if (!isKnown(service)) throw new StatusError(status.NOT_FOUND, `service ${service} is not served here`);
      return { status: SERVING };
    },
    async Watch({ service }, { signal }) {
      return watch(isKnown(service) ? SERVING : SERVICE_UNKNOWN, signal);
    },
  });
}

async function* watch(state: number, signal: AbortSignal): AsyncGenerator<HealthCheckResponse> {
  yield { status: state };
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
