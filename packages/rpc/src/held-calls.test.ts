import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Manager } from '@prairie/gfsp';
import { connectAll, startServer, until } from './testing/server.ts';

/** A manager whose held calls wait for their signal. */
function holding() {
  const state = { attending: 0, asking: 0 };
  const held = async (key: keyof typeof state, signal: AbortSignal): Promise<undefined> => {
    state[key]++;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    state[key]--;
  };
  const manager = {
    attend: (_member: string, signal: AbortSignal) => held('attending', signal),
    askTask: (_request: unknown, signal: AbortSignal) => held('asking', signal),
    queryTasks: async () => ['served'],
  };
  return { state, manager: manager as unknown as Manager };
}

describe('held calls', () => {
  it('end at the module when the caller gives up', async (t) => {
    const { state, manager } = holding();
    const server = await startServer(t, { manager });
    const client = connectAll(t, [server.address]);
    const leaving = new AbortController();
    const attending = client.manager.attend('me', leaving.signal);
    const asking = client.manager.askTask({ member: 'me' }, leaving.signal);
    await until(() => state.attending === 1 && state.asking === 1);
    leaving.abort();
    assert.deepEqual(await Promise.all([attending, asking]), [undefined, undefined]);
    await until(() => state.attending === 0 && state.asking === 0);
  });

  it('do not hold up a server that stops; asking goes on with the next one, attending is seen to break', async (t) => {
    const first = holding();
    const server = await startServer(t, { manager: first.manager }, { drainMs: 60_000 });
    const { address } = server;
    const client = connectAll(t, [address]);
    const leaving = new AbortController();
    const attending = client.manager.attend('me', leaving.signal);
    const asking = client.manager.askTask({ member: 'me' }, leaving.signal);
    await until(() => first.state.attending === 1 && first.state.asking === 1);
    await Promise.all([server.stop(), assert.rejects(attending, /the server is stopping/)]);
    const second = holding();
    await startServer(t, { manager: second.manager }, { address });
    await until(() => second.state.asking === 1);
    leaving.abort();
    assert.equal(await asking, undefined);
  });

  it('a call that is made while the peer restarts waits for it', async (t) => {
    const { manager } = holding();
    const server = await startServer(t, { manager });
    const { address } = server;
    const client = connectAll(t, [address]);
    assert.deepEqual(await client.manager.queryTasks(''), ['served']);
    await server.stop();
    const waiting = client.manager.queryTasks('');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await startServer(t, { manager }, { address });
    assert.deepEqual(await waiting, ['served']);
  });

  it('give the reason of a signal that aborts while the peer is away', async (t) => {
    const client = connectAll(t, ['127.0.0.1:1']);
    const leaving = new AbortController();
    const asking = client.manager.askTask({ member: 'me' }, leaving.signal);
    leaving.abort();
    assert.equal(await asking, undefined);
  });
});

describe('several endpoints', () => {
  const named = (name: string) => ({ manager: { queryTasks: async () => [name] } as unknown as Manager });

  it('take turns, and one that is gone is passed over', async (t) => {
    const a = await startServer(t, named('a'));
    const b = await startServer(t, named('b'));
    const client = connectAll(t, [a.address, b.address]);
    const answered = new Set<string>();
    while (answered.size < 2) for (const name of await client.manager.queryTasks('')) answered.add(name);
    await a.stop();
    for (let i = 0; i < 20; i++) assert.deepEqual(await client.manager.queryTasks(''), ['b']);
  });

  it('a call that may not be repeated is made once', async (t) => {
    let begun = 0;
    const { promise: held } = Promise.withResolvers<void>();
    const manager = {
      beginUpload: () => {
        begun++;
        return held;
      },
    } as unknown as Manager;
    const a = await startServer(t, { manager }, { drainMs: 1 });
    const b = await startServer(t, { manager }, { drainMs: 1 });
    const client = connectAll(t, [a.address, b.address]);
    const upload = client.manager.beginUpload({} as never);
    await until(() => begun === 1);
    await Promise.all([a.stop(), b.stop(), assert.rejects(upload)]);
    assert.equal(begun, 1);
  });
});
