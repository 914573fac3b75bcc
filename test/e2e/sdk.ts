/**
 * The unmodified JavaScript SDK. Its ES module build does not load in Node (its imports lack file endings); its CommonJS
 * build does.
 */
import { createRequire } from 'node:module';

/** After a call has ended, the SDK keeps the timer of its deadline, 30 s: that alone does not keep a test running. */
const DEADLINE_MS = 10_000;

const { setTimeout: armed } = globalThis;
globalThis.setTimeout = Object.assign((...args: Parameters<typeof armed>): NodeJS.Timeout => {
  const timer = armed(...args);
  return (args[1] ?? 0) >= DEADLINE_MS ? timer.unref() : timer;
}, armed) as typeof armed;

export const sdk = createRequire(import.meta.url)(
  '@bnb-chain/greenfield-js-sdk',
) as typeof import('@bnb-chain/greenfield-js-sdk');
