/** Run by `processes.ts`: a manager's queue and dispatcher behind the real RPC server; it pushes tasks at random moments. */
import {
  type Manager,
  MemoryQueueEngine,
  SealObjectTask as Seal,
  type SealObjectTask,
  silentLogger,
  TaskDispatcher,
} from '@prairie/gfsp';
import { RpcServer } from '@prairie/rpc';
import { now } from './clock.ts';

const { address, tasks, pauseMs } = JSON.parse(process.argv[2]!) as { address: string; tasks: number; pauseMs: number };
const queue = await new MemoryQueueEngine().open<SealObjectTask>({ name: 'bench', capacity: tasks });
const dispatcher = new TaskDispatcher([queue]);
const manager: Pick<Manager, 'askTask'> = {
  async askTask({ member }, signal) {
    const taken = await dispatcher.take({ owner: member }, signal);
    return taken && { kind: 'seal', key: taken.task.key, value: taken.task.value };
  },
};
const server = new RpcServer({ address }, { modules: { manager: manager as Manager }, logger: silentLogger });
await server.start();
process.stdout.write('ready\n');

process.stdin.once('data', async () => {
  for (let index = 0; index < tasks; index++) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * pauseMs));
    // the moment of the push travels in the task
    const value = Seal.create({ task: { logs: String(now()) }, global_virtual_group_id: index });
    await queue.push({ key: String(index), priority: 85, value, timeoutMs: 60_000, maxAttempts: 1 });
  }
});
process.stdin.on('end', () => process.exit(0));
