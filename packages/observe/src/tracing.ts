/**
 * Traces of calls between modules, sent by OTLP/HTTP. The span in which something happens stands in the call context
 * (`currentContext().trace`), so gfsp carries it through calls, processes and tasks without knowing OpenTelemetry.
 */
import type { Attributes, Span, SpanContext, Tracer } from '@opentelemetry/api';
import {
  type CallInterceptor,
  currentContext,
  type ExecutorTask,
  GfSpError,
  type Logger,
  type ModuleCall,
  type Propagator,
  redactText,
  traceContext,
  traceOfTask,
  withContext,
} from '@prairie/gfsp';
import { whenSettled } from './settle.ts';
import { taskFailure, taskKeyOf } from './task-of-call.ts';
import { openTracer } from './trace-sdk.ts';

export interface TracingOptions {
  /** Where a collector takes OTLP/HTTP: `http://localhost:4318/v1/traces`. */
  endpoint: string;
  /** Name of the process: `prairie-sp0`. */
  service: string;
  /** Share of traces that begin here and are kept, 0 to 1. Default 1. What came in with a trace follows that. */
  sample?: number;
}

export interface Tracing {
  /** A span per call, named `uploader.uploadObject`. */
  readonly interceptor: CallInterceptor;
  /** For calls between processes. */
  readonly propagator: Propagator;
  /** Runs `work` in a span of its own. */
  span<T>(name: string, work: () => T, attributes?: Attributes): T;
  /** Runs an executor's task in the trace of the request that caused it; the span is named `executor.replicate`. */
  task<T>(task: ExecutorTask, work: () => T): T;
  /** Sends what is left, for at most five seconds. */
  stop(): Promise<void>;
}

/** Calls that are held open while nothing happens: their spans would say nothing, for hours. */
const HELD = new Set(['manager.askTask', 'manager.attend', 'blocksyncer.heights']);

/**
 * Loads OpenTelemetry and begins. Call it only when there is an endpoint: a process that traces nothing loads nothing.
 * @throws RangeError for an endpoint that is no http address, or a share that is none
 */
export async function startTracing(options: TracingOptions, dependencies: { logger: Logger }): Promise<Tracing> {
  const sdk = await openTracer(options, dependencies);
  const span = <T>(name: string, work: () => T, attributes?: Attributes): T =>
    runInSpan(sdk.startSpan(name, { attributes: { ...contextAttributes(), ...attributes } }), work);
  return {
    propagator: traceContext,
    span,
    interceptor: (call, next) => {
      const name = `${call.module}.${call.method}`;
      return HELD.has(name) ? next() : span(name, next, callAttributes(call));
    },
    task: (task, work) =>
      withContext({ task: task.key, ...traceOfTask(task.value.task) }, () => span(`executor.${task.kind}`, work)),
    stop: sdk.stop,
  };
}

/** Starts spans as children of the call context's. */
export interface SpanStarter {
  startSpan: Tracer['startSpan'];
  stop(): Promise<void>;
}

function runInSpan<T>(span: Span, work: () => T): T {
  const run = () => withContext({ trace: traceparentOf(span.spanContext()) }, work);
  return whenSettled(run, (error, value) => {
    const failure = error ?? taskFailure(value);
    if (failure !== undefined) markFailed(span, failure);
    span.end();
  });
}

const STATUS_ERROR = 2;

function markFailed(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const { innerCode, codeSpace, message } = GfSpError.from(error);
  const text = redactText(message);
  span.setAttributes({ 'prairie.error_code': innerCode, 'prairie.error_space': codeSpace });
  span.recordException({ name: codeSpace, code: innerCode, message: text });
  span.setStatus({ code: STATUS_ERROR, message: text });
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function contextAttributes(): Attributes {
  const { request, task } = currentContext();
  return {
    ...(request === undefined ? {} : { 'prairie.request': request }),
    ...(task === undefined ? {} : { 'prairie.task': task }),
  };
}

function callAttributes(call: ModuleCall): Attributes {
  const key = taskKeyOf(call);
  const what = call.module === 'signer' ? { 'prairie.operation': String(call.args[0]) } : {};
  return key === undefined ? what : { ...what, 'prairie.task': key };
}
