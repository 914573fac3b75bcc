import { setImmediate as turn } from 'node:timers/promises';
import type { LeaseQueue } from './contracts.ts';

/** For tests: a queue that answers as a database does, `delay()` turns of the event loop after and before it has acted. */
export function delayedQueue<T>(queue: LeaseQueue<T>, delay: () => number): LeaseQueue<T> {
  return new Proxy(queue, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const call = member.bind(target) as (...args: unknown[]) => unknown;
      if (name === 'onReady' || name === 'onGiveUp' || name === 'setStrategies') return call;
      return async (...args: unknown[]) => {
        for (let left = delay(); left > 0; left--) await turn();
        const result = call(...args);
        for (let left = delay(); left > 0; left--) await turn();
        return result;
      };
    },
  });
}
