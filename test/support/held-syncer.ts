/** A plugin whose block syncer takes no block any more after a SIGUSR2, and goes on after the next one. */
import type { ChainClient } from '@prairie/chain';
import { type Extension, type ModuleContext, ownModules } from '@prairie/sp';

let released = Promise.withResolvers<void>();
released.resolve();
let isHeld = false;

process.on('SIGUSR2', () => {
  isHeld = !isHeld;
  if (isHeld) released = Promise.withResolvers();
  else released.resolve();
});

async function* held<T>(blocks: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const block of blocks) {
    await released.promise;
    yield block;
  }
}

/** Streams of blocks can be held, whatever they are called; everything else is the chain's. */
function withHeldStreams(chain: ChainClient): ChainClient {
  return new Proxy(chain, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const result: unknown = member.apply(target, args);
        const isStream = typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
        return isStream ? held(result as AsyncIterable<unknown>) : result;
      };
    },
  });
}

const own = ownModules.find(({ name }) => name === 'blocksyncer')!;

export const extension: Extension = {
  modules: [
    {
      ...own,
      create(context: ModuleContext) {
        const foundations = new Proxy(context.foundations, {
          get(target, name) {
            const member: unknown = Reflect.get(target, name, target);
            if (name === 'chain') return withHeldStreams(target.chain);
            return typeof member === 'function' ? member.bind(target) : member;
          },
        });
        return own.create({ ...context, foundations });
      },
    },
  ],
};
