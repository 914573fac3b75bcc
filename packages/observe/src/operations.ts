/** Wraps an object so that the operations of a table are timed: one wrapper for stores, databases and the chain. */
import { performance } from 'node:perf_hooks';
import { type MetricPair, type Metrics, secondsSince } from './metrics.ts';
import { whenSettled } from './settle.ts';

/** Method → value of the label, without `_success` and `_failure`. Methods that are not here pass through untimed. */
export type OperationTable<T> = { readonly [K in keyof T]?: string };

/** Told after an operation that succeeded. */
export type OnOperation = (method: string, args: readonly unknown[], result: unknown) => void;

/**
 * The same object, with the operations of `table` counted and timed under `pair`. `isFailure` says which errors are:
 * all, unless it is given.
 */
export function observeOperations<T extends object>(
  target: T,
  { table, pair, isFailure, onSuccess, instead = {} }: ObservedOperations<T>,
  metrics: Metrics,
): T {
  const methods = new Map<PropertyKey, unknown>(Object.entries(instead));
  return new Proxy(target, {
    get(object, property) {
      const known = methods.get(property);
      if (known) return known;
      // on the object itself: a proxy has none of its private fields
      const value: unknown = Reflect.get(object, property, object);
      if (typeof value !== 'function') return value;
      const label = Object.hasOwn(table, property) ? table[property as keyof T] : undefined;
      const method = label === undefined ? value.bind(object) : timed(label, value as Method);
      methods.set(property, method);
      return method;

      function timed(name: string, call: Method): Method {
        return (...args) => {
          const began = performance.now();
          return whenSettled(
            () => call.apply(object, args),
            (error, result) => {
              const failed = error !== undefined && (isFailure?.(error) ?? true);
              metrics.record(pair, name, secondsSince(began), failed);
              if (error === undefined) onSuccess?.(String(property), args, result);
            },
          );
        };
      }
    },
  });
}

type Method = (...args: unknown[]) => unknown;

export interface ObservedOperations<T> {
  readonly table: OperationTable<T>;
  readonly pair: MetricPair;
  readonly isFailure?: (error: unknown) => boolean;
  readonly onSuccess?: OnOperation;
  /** Methods that take the place of the target's own. */
  readonly instead?: Partial<T>;
}
