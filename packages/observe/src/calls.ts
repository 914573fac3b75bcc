/** Counts, times and traces calls between modules. */
import { performance } from 'node:perf_hooks';
import {
  type Broadcasts,
  type CallInterceptor,
  type ExecutorTask,
  GfSpError,
  type ModuleCall,
  type Signatures,
} from '@prairie/gfsp';
import { callLabels, dispatchLabels, runLabels, signerLabels } from './call-labels.ts';
import { type Metrics, secondsSince } from './metrics.ts';
import { whenSettled } from './settle.ts';
import { taskFailure } from './task-of-call.ts';
import type { Tracing } from './tracing.ts';

const REQUESTS = { time: 'request_time', counter: 'request_qps' } as const;

/**
 * Stands around the calls of an app. `tracing` is {@link Tracing.interceptor}. A call that ends because its caller gave
 * it up, such as an ask for work when an executor stops, is not counted as a failure.
 */
export function observeCalls(metrics: Metrics, tracing?: CallInterceptor): CallInterceptor {
  const counted: CallInterceptor = (call, next) => {
    const values = valuesOf(call);
    const more = call.module === 'manager' ? managerCounts[call.method] : undefined;
    const isQuery = call.module === 'metadata';
    if (values.length === 0 && !more && !isQuery) return next();
    const began = performance.now();
    return whenSettled(next, (error, value) => {
      if (error !== undefined && isGivenUp(call, error)) return;
      const seconds = secondsSince(began);
      if (isQuery) metrics.observe('metadata_request_time', queryLabels(call.method, error), seconds);
      for (const name of values) metrics.record(REQUESTS, name, seconds, error !== undefined);
      if (error !== undefined || !more) return;
      for (const name of more(value, call.args)) {
        metrics.add('request_qps', { request_qps: name });
        metrics.observe('request_time', { request_time: name }, seconds);
      }
    });
  };
  if (!tracing) return counted;
  return (call, next) => tracing(call, () => counted(call, next));
}

const NONE: readonly string[] = [];
const SIGNER = new Map(Object.entries(signerLabels).map(([what, op]) => [what, ['signer', `signer_${op}`]]));
const CALLS = new Map(
  Object.entries(callLabels).flatMap(([module, methods]) =>
    Object.entries(methods).map(([method, label]) => [`${module}.${method}`, [label]] as const),
  ),
);

function valuesOf({ module, method, args }: ModuleCall): readonly string[] {
  if (module === 'signer') return SIGNER.get(args[0] as keyof (Signatures & Broadcasts)) ?? NONE;
  return CALLS.get(`${module}.${method}`) ?? NONE;
}

/** Every method of the metadata module is told apart; what it read in its tables is part of it. */
function queryLabels(method_name: string, error: unknown) {
  const [status, code_or_msg] = error === undefined ? ['success', 'OK'] : ['failure', GfSpError.from(error).innerCode];
  return { status, level: 'handler', method_name, code_or_msg };
}

function isGivenUp({ args }: ModuleCall, error: unknown): boolean {
  return args.some((arg) => arg instanceof AbortSignal && arg.aborted && arg.reason === error);
}

/** More that a call of the manager counts as: what it handed out, and what it was told, by the kind of the task. */
const managerCounts: Readonly<Record<string, (value: unknown, args: readonly unknown[]) => string[]>> = {
  askTask(value) {
    const task = value as ExecutorTask | undefined;
    if (!task) return ['manager_no_dispatch_task_failure', 'executor_ask_no_task_failure'];
    const label = dispatchLabels[task.kind];
    return ['manager_dispatch_task_success', ...(label ? [`manager_dispatch_${label}_task_success`] : [])];
  },
  reportTask(_, [task]) {
    const label = dispatchLabels[(task as ExecutorTask).kind];
    return [label ? `manager_report_${label}_task_success` : 'manager_report_task_success'];
  },
  doneUpload: () => ['manager_report_upload_task_success'],
};

/** Runs one task of an executor; `work` gives the task as it ended, its error in its envelope. */
export type RunTask = <T>(task: ExecutorTask, work: () => Promise<T>) => Promise<T>;

/**
 * Times the background work of an executor under `executor_run_task` and `executor_<kind>_task`; with `tracing`, in the
 * trace of the request that caused it.
 */
export function observeRuns(metrics: Metrics, tracing?: Pick<Tracing, 'task'>): RunTask {
  return (task, work) => {
    const began = performance.now();
    return whenSettled(
      () => (tracing ? tracing.task(task, work) : work()),
      (error, result) => {
        const seconds = secondsSince(began);
        const failed = (error ?? taskFailure(result)) !== undefined;
        metrics.record(REQUESTS, 'executor_run_task', seconds, failed);
        const label = runLabels[task.kind];
        if (label) metrics.record(REQUESTS, label, seconds, failed);
      },
    );
  };
}
