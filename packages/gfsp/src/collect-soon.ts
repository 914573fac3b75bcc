import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Several who let go of memory at about the same time are served by one collection. */
const DELAY_MS = 1000;

type Collect = (options: { type: 'major'; execution: 'async' }) => Promise<void>;

let collect: Collect | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * Memory outside the heap goes back to the system when a collection finds that nobody has it, and a process at rest makes
 * none by itself: after much work it would keep hundreds of megabytes for ever.
 */
export function collectSoon(): void {
  if (timer) return;
  timer = setTimeout(() => {
    timer = undefined;
    collect ??= collector();
    void collect({ type: 'major', execution: 'async' });
  }, DELAY_MS).unref();
}

/** The engine shows its collector to contexts that are made while the flag is set. */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  const shown = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return shown;
}
