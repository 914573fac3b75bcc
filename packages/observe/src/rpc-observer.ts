/** Counts gRPC calls. */
import { performance } from 'node:perf_hooks';
import type { RpcObserver } from '@prairie/gfsp';
import { type Metrics, secondsSince } from './metrics.ts';

export function observeRpc(metrics: Metrics): RpcObserver {
  return {
    began({ side, kind, service, method }) {
      const began = performance.now();
      const labels = { grpc_type: kind, grpc_service: service, grpc_method: method };
      metrics.add(`grpc_${side}_started_total`, labels);
      return {
        received: () => metrics.add(`grpc_${side}_msg_received_total`, labels),
        sent: () => metrics.add(`grpc_${side}_msg_sent_total`, labels),
        ended(code) {
          metrics.add(`grpc_${side}_handled_total`, { ...labels, grpc_code: code });
          metrics.observe(`grpc_${side}_handling_seconds`, labels, secondsSince(began));
        },
      };
    },
  };
}
