/** Another process of a provider: serves one call that came with headers, then runs a task. Arguments: endpoint, headers, task. */
import { type ExecutorTask, newTask, silentLogger } from '@prairie/gfsp';
import { startTracing } from '../tracing.ts';

const [endpoint = '', headers = '{}', logs = ''] = process.argv.slice(2);
const tracing = await startTracing({ endpoint, service: 'other' }, { logger: silentLogger });
await tracing.propagator.extract(JSON.parse(headers), () =>
  tracing.interceptor({ module: 'manager', method: 'pickVirtualGroupFamily', args: [] }, async () => 1),
);
const task = { kind: 'replicate', key: 'Uploading-b', value: { task: newTask({ logs }) } } as ExecutorTask;
await tracing.task(task, () =>
  tracing.interceptor({ module: 'signer', method: 'sign', args: ['gfsp_receive_piece_task'] }, async () => 2),
);
await tracing.stop();
