import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GfSpError, type Modules, type ReceivePieceTask } from '@prairie/gfsp';
import fc from 'fast-check';
import { TestChain } from '../testing/chain.ts';
import { payloadOf, TestSigner, until } from '../testing/network.ts';
import { type Destination, Outgoing, type OutgoingOptions } from './outgoing.ts';

const SECONDARIES = 6;
const endpoints = Array.from({ length: SECONDARIES }, (_, index) => `http://sp${index + 2}.test`);
const chain = new TestChain();
const client = { signer: new TestSigner(chain, 1) } as unknown as Modules;
const refusal = () =>
  new GfSpError({ code_space: 'receiver', http_status_code: 500, inner_code: 85101, description: 'the disk is full' });

type Take = (endpoint: string, segment: number, signal: AbortSignal) => Promise<void>;

/** Sends `segments` pieces to each secondary; `take` is what the secondaries do with a piece. */
async function outgoingOf(
  segments: number,
  take: Take,
  options: OutgoingOptions = {},
  delivered: number[] = [],
  modules = client,
) {
  const object_info = chain.addObject({ payload_size: BigInt(segments) * 1024n });
  const got = new Map<string, number[]>(endpoints.map((endpoint) => [endpoint, []]));
  const stop = new AbortController();
  const replicatePiece = async (endpoint: string, task: ReceivePieceTask, _: Uint8Array, signal = stop.signal) => {
    await take(endpoint, task.segment_idx, signal);
    got.get(endpoint)!.push(task.segment_idx);
  };
  const destination: Destination = {
    ...{ object_info, storage_params: chain.params, is_agent_upload_task: false },
    ...{ global_virtual_group_id: 1, secondary_endpoints: endpoints, delivered_segments: delivered },
  };
  const outgoing = new Outgoing(
    destination,
    { client: modules, secondaries: { replicatePiece }, signal: stop.signal },
    { patienceMs: 20, ...options },
  );
  let inUse = 0;
  const offer = (segment: number) => {
    const data = payloadOf(8);
    const pieces = outgoing.wanting(segment).map((index) => ({ segment, index, data, checksum: data }));
    inUse += 1;
    return outgoing.offer(pieces, () => {
      inUse -= 1;
    });
  };
  const offerAll = async () => {
    for (let segment = 0; segment < segments; segment++) await offer(segment);
  };
  return { outgoing, offer, offerAll, got, stop, inUse: () => inUse };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const never = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

describe('pieces on their way', () => {
  it('each secondary gets its own once and in order, however fast the others are', async () => {
    const have = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: SECONDARIES, maxLength: SECONDARIES });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 5 }), have, async (scheduler, segments, delivered) => {
        const known = delivered.map((count) => Math.min(count, segments));
        const take = () => scheduler.schedule(Promise.resolve());
        // who is slow is waited for: the scheduler decides how long that is
        const sent = await outgoingOf(segments, take, { patienceMs: 60_000 }, known);
        const done = sent.offerAll().then(() => sent.outgoing.settled());
        await scheduler.waitFor(done);
        for (const [index, endpoint] of endpoints.entries()) {
          assert.deepEqual(sent.got.get(endpoint), upTo(segments).slice(known[index]));
        }
        assert.deepEqual(
          sent.outgoing.delivered,
          endpoints.map(() => segments),
        );
        assert.equal(sent.inUse(), 0);
      }),
      { numRuns: 50 },
    );
  });

  it('one that refuses does not keep the others from theirs, and is told of', async () => {
    const sent = await outgoingOf(5, async (endpoint, segment) => {
      if (endpoint === endpoints[2] && segment === 1) throw refusal();
    });
    await sent.offerAll();
    await sent.outgoing.settled();
    assert.deepEqual(sent.outgoing.delivered, [5, 5, 1, 5, 5, 5]);
    assert.deepEqual(
      [...sent.outgoing.failures].map(([index, { innerCode }]) => [index, innerCode]),
      [[2, 85101]],
    );
    assert.equal(sent.inUse(), 0);
  });

  it('a signer that fails is no failure of a secondary', async () => {
    const sign = client.signer.sign.bind(client.signer);
    const signer = {
      sign: async (what: 'gfsp_receive_piece_task', task: ReceivePieceTask) => {
        if (task.redundancy_idx === 2 && task.segment_idx === 1) throw refusal();
        return sign(what, task);
      },
    };
    const sent = await outgoingOf(3, async () => {}, {}, [], { signer } as unknown as Modules);
    await sent.offerAll();
    await sent.outgoing.settled();
    assert.deepEqual(sent.outgoing.delivered, [3, 3, 1, 3, 3, 3]);
    assert.equal(sent.outgoing.failures.size, 0);
    assert.equal(sent.outgoing.ownFailure?.innerCode, 85101);
    assert.equal(sent.inUse(), 0);
  });

  it('one that keeps the others waiting is left behind', async () => {
    const sent = await outgoingOf(6, (endpoint, segment, signal) =>
      endpoint === endpoints[4] && segment === 1 ? never(signal) : Promise.resolve(),
    );
    await sent.offerAll();
    await sent.outgoing.settled();
    assert.deepEqual(sent.outgoing.delivered, [6, 6, 6, 6, 1, 6]);
    assert.equal(sent.outgoing.failures.size, 0);
  });

  it('nobody is left behind by a patient sender while nobody else waits', async () => {
    const gate = Promise.withResolvers<void>();
    const sent = await outgoingOf(4, () => gate.promise);
    const offered = sent.offerAll();
    await new Promise((resolve) => setTimeout(resolve, 100));
    gate.resolve();
    await offered;
    await sent.outgoing.settled();
    assert.deepEqual(
      sent.outgoing.delivered,
      endpoints.map(() => 4),
    );
  });

  it('a hasty sender waits for no one for long', async () => {
    const sent = await outgoingOf(4, (_, __, signal) => never(signal), { isHasty: true });
    await sent.offerAll();
    await sent.outgoing.end();
    assert.deepEqual(
      sent.outgoing.delivered,
      endpoints.map(() => 0),
    );
    assert.equal(sent.inUse(), 0);
  });

  it('after the last piece, who is slow is waited for until somebody has all', async () => {
    const gate = Promise.withResolvers<void>();
    const take: Take = (endpoint, _, signal) => (endpoint === endpoints[0] ? never(signal) : gate.promise);
    const sent = await outgoingOf(1, take, { isHasty: true });
    await sent.offerAll();
    const settled = sent.outgoing.settledSoon();
    gate.resolve();
    await settled;
    await sent.outgoing.end();
    assert.deepEqual(sent.outgoing.delivered, [0, 1, 1, 1, 1, 1]);
  });

  it('a stop ends the calls, and the memory is free', async () => {
    const sent = await outgoingOf(4, (_, __, signal) => never(signal), { patienceMs: 60_000 });
    const offered = assert.rejects(sent.offerAll(), /stopping/);
    await until(() => sent.inUse() === 2, 'two segments in memory');
    sent.stop.abort(new Error('stopping'));
    await offered;
    await sent.outgoing.end();
    assert.equal(sent.inUse(), 0);
  });
});
