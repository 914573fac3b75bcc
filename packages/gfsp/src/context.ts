/** What a call is about, as it goes through modules and processes: log lines carry it without being told. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface CallContext {
  /** The gateway's id of the client's request. */
  readonly request?: string;
  /** Key of the task in work. */
  readonly task?: string;
  /** The span in which this happens, as a W3C `traceparent`; none when nothing is traced. */
  readonly trace?: string;
}

const storage = new AsyncLocalStorage<CallContext>();

/** Empty outside of {@link withContext}. */
export function currentContext(): CallContext {
  return storage.getStore() ?? {};
}

/** Runs `work`, and all that it starts, with more context. */
export function withContext<T>(more: CallContext, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...more }, work);
}

/** Carries what is not ours, such as a trace, from process to process in the headers of a call. */
export interface Propagator {
  /** Adds headers to a call that goes out. */
  inject(headers: Record<string, string>): void;
  /** Runs `work` in what the headers of a call that came in say. */
  extract<T>(headers: Readonly<Record<string, string>>, work: () => T): T;
}

/** The header of W3C Trace Context: version, trace id, span id, flags. */
export const TRACEPARENT = 'traceparent';
const TRACEPARENT_VALUE = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

export interface TraceParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** 1: sampled. */
  readonly flags: number;
}

/** Undefined for anything that is not a `traceparent` of version 00. */
export function parseTraceparent(value: string | undefined): TraceParent | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT_VALUE.exec(value ?? '') ?? [];
  return traceId ? { traceId, spanId, flags: Number.parseInt(flags, 16) } : undefined;
}

/** Carries the trace of {@link currentContext} in the header `traceparent`. */
export const traceContext: Propagator = {
  inject(headers) {
    const { trace } = currentContext();
    if (trace) headers[TRACEPARENT] = trace;
  },
  extract(headers, work) {
    const trace = headers[TRACEPARENT];
    return trace && parseTraceparent(trace) ? withContext({ trace }, work) : work();
  },
};

/** A line of a task's trail (`<unix seconds>-<text>`) that says which trace it belongs to. */
const TRACE_LINE = /^\d+-traceparent:(\S+)$/m;

/**
 * The task's envelope with the trace of {@link currentContext} in its trail, which every module and every queue hands
 * on: so that background work joins the trace of the request that caused it. The first trace that is written stays.
 */
export function writeTrace<T extends { readonly logs: string }>(task: T): T {
  const { trace } = currentContext();
  if (!trace || task.logs.includes('-traceparent:')) return task;
  return { ...task, logs: `${task.logs}${Math.floor(Date.now() / 1000)}-traceparent:${trace}\n` };
}

/** The trace that a task's trail names, for {@link withContext}. */
export function traceOfTask(task: { readonly logs: string } | undefined): Pick<CallContext, 'trace'> {
  const trace = task?.logs.includes('-traceparent:') ? TRACE_LINE.exec(task.logs)?.[1] : undefined;
  return trace && parseTraceparent(trace) ? { trace } : {};
}
