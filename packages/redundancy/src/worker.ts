import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './jobs.ts';

/** Entry of a thread of the pool: one job at a time. It runs as part of `generated/worker-source.ts`. */
const port = parentPort;
if (!port) throw new Error('worker.ts is started by the worker pool only');

/** Where cores are short the event loops go first: their timers are late a third as often as without it. */
const NICENESS = 5;

if (process.platform === 'linux') {
  try {
    // there it is that of this thread alone
    setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + NICENESS));
  } catch {
    // forbidden by a sandbox: it works without
  }
}

port.on('message', (job: Job) => {
  try {
    const result = runJob(job);
    const fresh = typeof result === 'object' && 'fresh' in result ? result.fresh : undefined;
    port.postMessage({ result }, fresh ? [fresh.buffer as ArrayBuffer] : []);
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
