/** A queue that is easy to believe: no time, no limits, all in one list. Engines are held against it. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { LeaseQueue } from '../contracts.ts';
import { type Work, work } from './work.ts';

interface ModelTask {
  key: string;
  attempts: number;
  state: 'ready' | 'waiting' | 'running';
  owner: string;
}

interface Model {
  capacity: number;
  maxAttempts: number;
  tasks: Map<string, ModelTask>;
}

type Command = fc.AsyncCommand<Model, LeaseQueue<Work>>;

const command = (name: string, run: (model: Model, queue: LeaseQueue<Work>) => Promise<void>): Command => ({
  check: () => true,
  run: async (model, queue) => {
    await run(model, queue);
    assert.equal(await queue.size(), model.tasks.size);
  },
  toString: () => name,
});

const codeOf = async (work: () => unknown): Promise<number> => {
  try {
    await work();
    return 0;
  } catch (error) {
    return (error as { innerCode?: number }).innerCode ?? -1;
  }
};

const push = (key: string, delayed: boolean): Command =>
  command(`push ${key}${delayed ? ' later' : ''}`, async (model, queue) => {
    const expected = model.tasks.has(key) ? 970001 : model.tasks.size >= model.capacity ? 970002 : 0;
    const task = work(key, { maxAttempts: model.maxAttempts });
    assert.equal(await codeOf(() => queue.push(task, delayed ? 600_000 : 0)), expected);
    if (expected === 0) model.tasks.set(key, { key, attempts: 0, state: delayed ? 'waiting' : 'ready', owner: '' });
  });

const lease = (owner: string): Command =>
  command(`lease ${owner}`, async (model, queue) => {
    const leased = await queue.lease(owner);
    const ready = [...model.tasks.values()].filter(({ state }) => state === 'ready');
    if (!leased) return assert.equal(ready.length, 0);
    const task = ready.find(({ key }) => key === leased.task.key);
    assert.ok(task, `${leased.task.key} was handed out and was not ready`);
    Object.assign(task, { state: 'running', owner, attempts: task.attempts + 1 });
    assert.equal(leased.attempt, task.attempts);
  });

const abandon = (owner: string): Command =>
  command(`abandon ${owner}`, async (model, queue) => {
    const held = [...model.tasks.values()].filter((task) => task.state === 'running' && task.owner === owner);
    assert.equal(await queue.abandon(owner), held.length);
    for (const task of held) Object.assign(task, { state: 'ready', owner: '' });
  });

const complete = (key: string): Command =>
  command(`complete ${key}`, async (model, queue) => {
    assert.equal((await queue.complete(key))?.key, model.tasks.get(key)?.key);
    model.tasks.delete(key);
  });

const fail = (key: string): Command =>
  command(`fail ${key}`, async (model, queue) => {
    const task = model.tasks.get(key);
    const exhausted = task?.state === 'running' && task.attempts >= model.maxAttempts;
    assert.equal(await queue.fail(key), task ? (exhausted ? 'exhausted' : 'again') : 'absent');
    if (exhausted) model.tasks.delete(key);
    else if (task?.state === 'running') Object.assign(task, { state: 'waiting', owner: '' });
  });

const scan: Command = command('scan', async (model, queue) => {
  const entries = (await queue.scan()).map(({ task, state, attempts, owner }) => ({
    key: task.key,
    attempts,
    state,
    owner,
  }));
  const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
  assert.deepEqual(entries.sort(byKey), [...model.tasks.values()].sort(byKey));
});

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const owner = fc.constantFrom('one', 'two');

/** Whatever is asked, in whatever order, the queue answers as the model does. Pauses are so long that none ends. */
export async function holdAgainstModel(
  open: (capacity: number) => Promise<LeaseQueue<Work>>,
  runs: number,
): Promise<void> {
  const commands = fc.commands(
    [
      fc.tuple(key, fc.boolean()).map(([one, delayed]) => push(one, delayed)),
      owner.map(lease),
      owner.map(abandon),
      key.map(complete),
      key.map(fail),
      fc.constant(scan),
    ],
    { maxCommands: 60 },
  );
  const property = fc.asyncProperty(commands, fc.integer({ min: 1, max: 6 }), async (sequence, capacity) => {
    const real = await open(capacity);
    await fc.asyncModelRun(() => ({ model: { capacity, maxAttempts: 2, tasks: new Map() }, real }), sequence);
  });
  await fc.assert(property, { numRuns: runs });
}
