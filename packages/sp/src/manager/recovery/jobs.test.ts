import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { MemoryQueueEngine, type QueueEngine, silentLogger, toTaskError } from '@prairie/gfsp';
import { PostgresQueueEngine } from '@prairie/gfsp/postgres';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../../../test/support/postgres.ts';
import { TestChain } from '../../testing/chain.ts';
import { JobQueues } from '../job-queues.ts';
import { RecoverJobs, type RecoverJobsOptions } from './jobs.ts';
import { recoverTask } from './object.ts';

const never = new AbortController().signal;
const chain = new TestChain();
const object = { object_info: chain.addObject({ payload_size: 100_000n }), storage_params: chain.params };

/** Engines of two managers with the same queues. */
type Engines = (t: TestContext) => Promise<[QueueEngine, QueueEngine]>;

async function inMemory(): Promise<[QueueEngine, QueueEngine]> {
  const engine = new MemoryQueueEngine();
  return [engine, engine];
}

async function managerOn(engine: QueueEngine, options: RecoverJobsOptions) {
  const queues = await JobQueues.open({}, { engine, onGiveUp: () => {} });
  const jobs = await RecoverJobs.open(options, { queues, engine, logger: silentLogger });
  const take = async () => {
    const task = await queues.take({ member: 'executor' }, never);
    assert.ok(task?.kind === 'recover');
    return task;
  };
  return { queues, jobs, take };
}

async function managers(t: TestContext, engines: Engines, options: RecoverJobsOptions = {}) {
  const [one, other] = await engines(t);
  return [await managerOn(one, options), await managerOn(other, options)] as const;
}

function sharedBy(engines: Engines): void {
  test('a pass hears of every piece, whichever manager gets the report', async (t) => {
    const both = await managers(t, engines);
    const run = (_: unknown, segment: number) => both[0].jobs.run(recoverTask(object, segment, -1), never);
    const outcomes = Array.from({ length: 20 }, run);
    for (let reported = 0; reported < 20; reported++) {
      const { jobs, take } = both[reported % 2]!;
      const task = await take();
      const found = task.value.segment_idx % 3 === 0 ? 'good' : 'missing';
      await jobs.reported({ ...task, value: { ...task.value, recovered: true, found } });
    }
    assert.deepEqual(
      await Promise.all(outcomes),
      Array.from({ length: 20 }, (_, segment) => ({ found: segment % 3 === 0 ? 'good' : 'missing' })),
    );
  });

  test('what another manager gave up is told with its reason, and all managers have the name', async (t) => {
    const [one, other] = await managers(t, engines);
    const outcome = one.jobs.run(recoverTask(object, 0, -1), never);
    const task = await other.take();
    // its last attempt
    other.queues.fail = async () => 'dropped';
    const value = { ...task.value, task: { ...task.value.task!, err: toTaskError(new Error('too few answered')) } };
    await other.jobs.reported({ ...task, value });
    assert.equal((await outcome).error?.message, 'too few answered');
    for (const { jobs } of [one, other]) assert.deepEqual(await jobs.failed.all(), ['bucket/o1']);
    assert.deepEqual(await one.jobs.failed.reset(), ['bucket/o1']);
    assert.deepEqual(await other.jobs.failed.all(), []);
  });

  test('what came of an earlier task is not taken for what comes of this one', async (t) => {
    const [one, other] = await managers(t, engines);
    const left = new AbortController();
    const first = assert.rejects(one.jobs.run(recoverTask(object, 0, -1), left.signal));
    const task = await other.take();
    left.abort(new Error('enough'));
    await first;
    const report = (found: string) => ({ ...task, value: { ...task.value, recovered: true, found } });
    await other.jobs.reported(report('missing'));
    const second = one.jobs.run(recoverTask(object, 0, -1), never);
    assert.equal((await other.take()).value.segment_idx, 0);
    await other.jobs.reported(report('good'));
    assert.deepEqual(await second, { found: 'good' });
  });

  test('a task whose report was lost is queued again; one that is taken out each time has failed', async (t) => {
    const [one] = await managers(t, engines, { lookMs: 1 });
    const { queues, jobs, take } = one;
    const outcome = jobs.run(recoverTask(object, 0, -1), never);
    await queues.cancel((await take()).key);
    const again = await take();
    await jobs.reported({ ...again, value: { ...again.value, recovered: true, found: 'good' } });
    assert.deepEqual(await outcome, { found: 'good' });
    const cancelled = jobs.run(recoverTask(object, 1, -1), never);
    for (let times = 0; times < 2; times++) await queues.cancel((await take()).key);
    assert.match((await cancelled).error!.message, /taken out of its queue/);
  });
}

describe('recovery tasks of two managers, in memory', () => sharedBy(inMemory));
describe('recovery tasks of two managers, on PostgreSQL', { skip: skipWithoutPostgres() }, () => {
  let server: PostgresServer;
  let tests = 0;
  before(async () => {
    server = await startPostgres({ lasting: false });
  });
  after(() => server?.remove());

  sharedBy(async (t) => {
    // looks for changes so rarely that what a test sees was told
    const options = { connectionString: server.connectionString, schema: `test_${tests++}`, sweepMs: 3_600_000 };
    const engines: [QueueEngine, QueueEngine] = [new PostgresQueueEngine(options), new PostgresQueueEngine(options)];
    t.after(() => Promise.all(engines.map((engine) => engine.close())));
    return engines;
  });
});
