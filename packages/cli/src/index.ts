export { toJsonLine, UsageError } from './output.ts';
export { parseObjectTarget, parseTarget, type Target } from './target.ts';
