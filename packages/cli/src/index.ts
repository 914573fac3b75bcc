export { toJsonLine, UsageError } from './output.ts';
export { createProgram } from './program.ts';
export { parseObjectTarget, parseTarget, type Target } from './target.ts';
