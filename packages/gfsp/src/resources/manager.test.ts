import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ReservationPriority, type ResourceScope } from '../contracts/resources.ts';
import { GfSpError } from '../errors.ts';
import { estimateOf } from '../tasks/estimates.ts';
import { taskKinds } from '../tasks/kinds.ts';
import { type Limit, NO_LIMIT } from '../tasks/limit.ts';
import { defaultLimit, emptyStat } from './amounts.ts';
import { busyErrors, resourceErrors } from './errors.ts';
import { createResourceManager } from './manager.ts';

const exceeded = (error: unknown) => error instanceof GfSpError && error.is(resourceErrors.exceeded);
const closed = (error: unknown) => error instanceof GfSpError && error.is(resourceErrors.closed);

test('the default limits of a process (§2.1)', () => {
  assert.equal(defaultLimit.memory, 7_730_941_132n);
  assert.deepEqual(createResourceManager().system.remaining(), {
    ...{ memory: 7_730_941_132n, tasks: 10_240 },
    ...{ tasks_high_priority: 128, tasks_medium_priority: 1024, tasks_low_priority: 16 },
    ...{ fd: 0, conns: 0, conns_inbound: 0, conns_outbound: 0 },
  });
});

describe('scopes', () => {
  test('a service is opened once; transient is the system by another name', () => {
    const manager = createResourceManager();
    assert.equal(manager.openService('uploader'), manager.openService('uploader'));
    assert.equal(manager.transient, manager.system);
    assert.deepEqual([...manager.scopes().keys()], ['system', 'transient', 'uploader']);
    assert.equal(manager.scopes().get('uploader'), manager.openService('uploader'));
  });

  test('what a span takes is taken in its service and in the system', () => {
    const manager = createResourceManager();
    const service = manager.openService('uploader');
    const span = service.beginSpan();
    const inner = span.beginSpan();
    assert.deepEqual([span.name, inner.name], ['uploader/span', 'uploader/span/span']);
    inner.reserve({ memory: 5n, tasks: 1, tasks_low_priority: 1 });
    span.reserve({ fd: 2 });
    const all = { ...emptyStat(), memory: 5n, tasks_low_priority: 1, fd: 2 };
    for (const scope of [span, service, manager.system]) assert.deepEqual(scope.stat(), all);
    assert.deepEqual(inner.stat(), { ...all, fd: 0 });
    inner.release({ memory: 2n });
    assert.equal(manager.system.stat().memory, 3n);
    inner.done();
    assert.deepEqual(service.stat(), { ...emptyStat(), fd: 2 });
    span.done();
    span.done();
    assert.deepEqual(manager.system.stat(), emptyStat());
  });

  test('services share the system’s limit, unless they have their own', () => {
    const manager = createResourceManager({ system: { memory: 100n }, services: { uploader: { memory: 30n } } });
    const uploader = manager.openService('uploader');
    const downloader = manager.openService('downloader');
    assert.throws(() => uploader.reserve({ memory: 31n }), exceeded);
    uploader.reserve({ memory: 30n });
    assert.throws(() => downloader.reserve({ memory: 71n }), exceeded);
    downloader.reserve({ memory: 60n });
    assert.deepEqual([uploader.remaining().memory, downloader.remaining().memory], [0n, 10n]);
    uploader.release({ memory: 15n });
    assert.deepEqual([uploader.remaining().memory, downloader.remaining().memory], [15n, 25n]);
  });

  test('too many services are names that are made up', () => {
    const manager = createResourceManager();
    assert.throws(() => {
      for (let i = 0; i < 2000; i++) manager.openService(`request ${i}`);
    }, /open one per module, once/);
  });
});

describe('limits', () => {
  const counters = ['tasks_high_priority', 'tasks_medium_priority', 'tasks_low_priority', 'fd'] as const;
  const links = ['conns_inbound', 'conns_outbound'] as const;

  for (const name of [...counters, ...links]) {
    test(`${name} ends at its limit`, () => {
      const { system } = createResourceManager({ system: { [name]: 2 } });
      system.reserve({ [name]: 2 });
      assert.throws(() => system.reserve({ [name]: 1 }), exceeded);
      assert.equal(system.stat()[name], 2);
    });
  }

  test('bands share the total of tasks, both directions that of connections', () => {
    const { system } = createResourceManager({ system: { tasks: 2, conns: 2 } });
    system.reserve({ tasks_high_priority: 1, conns_inbound: 1 });
    assert.throws(() => system.reserve({ tasks_low_priority: 1, tasks_medium_priority: 1 }), exceeded);
    assert.throws(() => system.reserve({ conns_outbound: 2 }), exceeded);
    system.reserve({ tasks_low_priority: 1, conns_outbound: 1 });
    assert.equal(system.remaining().tasks, 0);
  });

  test('30 high, 20 medium and 2 low tasks at the same time', () => {
    const { system } = createResourceManager({
      system: { tasks_high_priority: 30, tasks_medium_priority: 20, tasks_low_priority: 2 },
    });
    const kinds = ['replicate', 'seal', 'gc-meta'] as const;
    const estimates = kinds.map((kind) => estimateOf<typeof kind>(kind, taskKinds[kind].table.create() as never));
    const granted = estimates.map((estimate) => {
      let count = 0;
      for (let i = 0; i < 40; i++) {
        try {
          system.beginSpan().reserve(estimate);
          count++;
        } catch (error) {
          assert.ok(exceeded(error));
        }
      }
      return count;
    });
    assert.deepEqual(granted, [30, 20, 2]);
  });

  test('of memory a priority may fill its share: limit × (1 + priority) / 256', () => {
    const { system } = createResourceManager({ system: { memory: 2560n } });
    const most = { low: 1020n, medium: 1530n, high: 2040n, always: 2560n };
    for (const name of ['low', 'medium', 'high', 'always'] as const) {
      const span = system.beginSpan();
      assert.throws(() => span.reserve({ memory: most[name] + 1n }, ReservationPriority[name]), exceeded);
      span.reserve({ memory: most[name] }, ReservationPriority[name]);
      span.done();
    }
    system.reserve({ memory: 1500n });
    assert.throws(() => system.reserve({ memory: 1n }, ReservationPriority.low), exceeded);
    system.reserve({ memory: 30n }, ReservationPriority.medium);
  });

  test('the largest memory of the wire means that there is no limit', () => {
    const { system } = createResourceManager({ system: { memory: NO_LIMIT.memory } });
    system.reserve({ memory: NO_LIMIT.memory }, 0);
    system.reserve({ memory: 1n }, 0);
    assert.equal(system.remaining().memory, NO_LIMIT.memory);
  });

  test('limits that cannot be are refused with their scope', () => {
    assert.throws(() => createResourceManager({ system: { memory: -1n } }), /limit memory of system is -1/);
    assert.throws(() => createResourceManager({ system: { tasks: 0.5 } }), /limit tasks of system is 0.5/);
    const services = { receiver: { fd: Number.NaN } };
    assert.throws(() => createResourceManager({ services }), /limit fd of receiver is NaN/);
  });
});

describe('refusals', () => {
  test('a reservation takes everything or nothing, in every scope', () => {
    const manager = createResourceManager({ system: { fd: 1, memory: 100n }, services: { receiver: { memory: 50n } } });
    const span = manager.openService('receiver').beginSpan();
    assert.throws(() => span.reserve({ memory: 10n, conns_inbound: 1, fd: 2, tasks_high_priority: 1 }), exceeded);
    for (const scope of [span, ...manager.scopes().values()]) assert.deepEqual(scope.stat(), emptyStat());
  });

  test('say what was asked and what is left, with the reference’s words', () => {
    const { system } = createResourceManager({ system: { memory: 100n } });
    system.reserve({ memory: 90n });
    const text = 'resource limit exceeded: system has 10 memory left and is asked for 11, try again later';
    assert.throws(() => system.reserve({ memory: 11n }), { message: text, innerCode: 981001, httpStatus: 503 });
  });

  test('a scope that is done takes nothing more, nor do scopes in it', () => {
    const { system } = createResourceManager();
    const span = system.beginSpan();
    const inner = span.beginSpan();
    inner.reserve({ memory: 7n });
    span.done();
    assert.equal(system.stat().memory, 0n);
    assert.throws(() => span.reserve({}), closed);
    assert.throws(() => inner.reserve({ memory: 1n }), closed);
    assert.throws(() => span.beginSpan(), closed);
    assert.deepEqual(inner.remaining(), span.remaining());
    assert.equal(inner.remaining().tasks, 0);
    inner.release({ memory: 3n });
    inner.done();
    assert.equal(system.stat().memory, 0n, 'its memory came back with the outer span');
  });

  test('giving back more than was taken is a bug that is named', () => {
    const { system } = createResourceManager();
    const span = system.beginSpan();
    span.reserve({ memory: 2n, fd: 1 });
    assert.throws(() => span.release({ memory: 3n }), /system\/span gives back 3 memory and took 2: expected no more/);
    assert.throws(() => span.release({ fd: 2 }), /gives back 2 fd and took 1/);
    assert.throws(() => system.release({ memory: 1n }), /system gives back 1 memory and took 0/, 'it is the span’s');
    assert.equal(system.stat().memory, 2n);
    span.done();
    assert.throws(() => span.release({ fd: 1 }), /gives back 1 fd and took 0/);
  });

  test('estimates that make no sense are refused before anything is taken', () => {
    const { system } = createResourceManager();
    const wrong: [Partial<Limit>, RegExp][] = [
      [{ memory: -1n }, /-1 bytes: expected 0 or more/],
      [{ memory: 1n, fd: -1 }, /-1 fd: expected a whole number/],
      [{ memory: 1n, conns_inbound: 0.5 }, /0.5 conns_inbound/],
      [{ memory: 1n, tasks: 1 }, /1 tasks, but of 0 by tasks_high_priority/],
      [{ memory: 1n, conns: 2, conns_inbound: 1 }, /2 conns, but of 1 by conns_inbound/],
    ];
    for (const [estimate, text] of wrong) assert.throws(() => system.reserve(estimate), text);
    for (const priority of [-1, 256, 1.5]) assert.throws(() => system.reserve({}, priority), /expected 0 to 255/);
    assert.deepEqual(system.stat(), emptyStat());
  });

  test('modules have codes for it that clients see', () => {
    const made = Object.values(busyErrors).map((make) => make().toJSON());
    assert.deepEqual(
      made.map(({ inner_code }) => inner_code),
      [990102, 990302, 990802, 991102],
    );
    for (const error of made) {
      const { code_space, http_status_code, description } = error;
      assert.deepEqual([code_space, http_status_code], ['gfsp-base-app', 400]);
      assert.equal(description, 'server overload, try again later');
    }
  });
});

test('disabled, everything is allowed and nothing is counted', () => {
  const manager = createResourceManager({ disabled: true, system: { memory: 0n } });
  const scopes: ResourceScope[] = [manager.system, manager.transient, manager.openService('uploader')];
  const span = manager.openService('uploader').beginSpan();
  for (const scope of [...scopes, span]) {
    scope.reserve({ memory: NO_LIMIT.memory, fd: 1 });
    scope.reserve({ memory: NO_LIMIT.memory });
    scope.release({ fd: 2 });
    assert.deepEqual(scope.remaining(), NO_LIMIT);
    assert.deepEqual(scope.stat(), emptyStat());
  }
  span.done();
  span.reserve({ memory: 1n });
});
