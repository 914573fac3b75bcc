/** Counts what the gateway serves. */
import { performance } from 'node:perf_hooks';
import { type Metrics, secondsSince } from './metrics.ts';
import type { Tracing } from './tracing.ts';

/** The gateway tells it of each request as it begins, and what that returns as it ends. */
export interface HttpObserver {
  began(route: string, method: string): (end: HttpEnd) => void;
  /** Runs what serves the request, in a trace of its own; absent when nothing is traced. */
  run?<T>(route: string, work: () => T): T;
}

export interface HttpEnd {
  readonly status: number;
  /** Inner code of the error; 0 without one. */
  readonly code: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Routes that have a label of their own in `request_qps`, and the one for sizes in `request_piece_size`. */
const routes: Readonly<Record<string, { label: string; size?: string; bytes?: 'requestBytes' | 'responseBytes' }>> = {
  GetApproval: { label: 'gateway_get_approval' },
  PutObject: { label: 'gateway_put_object', size: 'gateway_put_object_size', bytes: 'requestBytes' },
  GetObject: { label: 'gateway_get_object', size: 'gateway_get_object_size', bytes: 'responseBytes' },
  ReplicateObjectPiece: {
    label: 'gateway_replicate_piece',
    size: 'gateway_replicate_piece_size',
    bytes: 'requestBytes',
  },
};

const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']);
const REQUESTS = { time: 'request_time', counter: 'request_qps' } as const;

/** With `tracing`, each request is a span, named `gateway.PutObject`. */
export function observeHttp(metrics: Metrics, tracing?: Pick<Tracing, 'span'>): HttpObserver {
  return {
    ...(tracing ? { run: (route, work) => tracing.span(`gateway.${route}`, work) } : {}),
    began(route, verb) {
      const began = performance.now();
      // A client chooses it: whatever it sends must not make series without end.
      const method = METHODS.has(verb) ? verb : 'other';
      const running = { handler_name: route, method };
      metrics.add('http_server_inflight_requests', running, 1);
      return (end) => {
        metrics.add('http_server_inflight_requests', running, -1);
        recordEnd(metrics, { ...running, http_status_code: end.status, sp_error_code: end.code }, end, began);
      };
    },
  };
}

function recordEnd(
  metrics: Metrics,
  labels: { handler_name: string; method: string; http_status_code: number; sp_error_code: number },
  end: HttpEnd,
  began: number,
): void {
  const seconds = secondsSince(began);
  metrics.add('http_server_received_total_requests', labels);
  metrics.observe('http_request_duration_seconds', labels, seconds);
  metrics.observe('http_request_size_bytes', labels, end.requestBytes);
  metrics.observe('http_response_size_bytes', labels, end.responseBytes);
  // Also what the client did wrong: `sp_error_code` of the other metrics tells them apart.
  const failed = end.status >= 400;
  metrics.record(REQUESTS, 'gateway_total', seconds, failed);
  const row = Object.hasOwn(routes, labels.handler_name) ? routes[labels.handler_name] : undefined;
  if (!row) return;
  metrics.record(REQUESTS, row.label, seconds, failed);
  if (row.size && row.bytes && !failed) {
    metrics.observe('request_piece_size', { request_piece_size: row.size }, end[row.bytes]);
  }
}
