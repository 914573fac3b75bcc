import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './jobs.ts';

/** Entry of a thread of the pool: one job at a time, results are transferred. */
const port = parentPort;
if (!port) throw new Error('worker.ts is started by the worker pool only');

port.on('message', (job: Job) => {
  try {
    const outputs = runJob(job);
    port.postMessage(
      { outputs },
      outputs.map((output) => output.buffer),
    );
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
