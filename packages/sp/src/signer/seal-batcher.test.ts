import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExecutedTx, FIXED_FEES, greenfieldStorage as storage, type TxFee, type TxMessage } from '@prairie/chain';
import fc from 'fast-check';
import { rejectsWith } from '../testing/network.ts';
import { SealBatcher, type SealBatcherOptions } from './seal-batcher.ts';

interface Sent {
  names: string[];
  fee: TxFee;
}

/** A chain on which a transaction fails when one of its objects is `bad`, with or without naming the message. */
function chainOf(options: { bad?: (name: string) => boolean; names?: boolean; stage?: 'check' | 'block' } = {}) {
  const { bad = () => false, names = true, stage = 'block' } = options;
  const sent: Sent[] = [];
  const gate = { open: Promise.resolve() };
  const failure = (messages: readonly string[]): string | undefined => {
    const index = messages.findIndex(bad);
    if (index < 0) return undefined;
    return names ? `failed to execute message; message index: ${index}: no` : 'something went wrong';
  };
  const results = new Map<string, ExecutedTx>();
  const sender = {
    address: '0xF4bBDBC05Af4c8E8fFF2EE96D98d15A32bF2aF0B',
    async send(messages: readonly TxMessage[], { fee }: { fee: TxFee }): Promise<string> {
      await gate.open;
      const all = messages.map(({ value }) => String(value.object_name));
      for (const { value } of messages) assert.equal(value.operator, sender.address);
      sent.push({ names: all, fee });
      const log = failure(all);
      if (log && stage === 'check') throw new Error(log);
      const hash = `HASH${sent.length}`;
      results.set(hash, { hash, height: 1n, code: log ? 5 : 0, log: log ?? '', codespace: 'storage' } as ExecutedTx);
      return hash;
    },
  };
  const waitForTx = async (hash: string) => results.get(hash)!;
  const batcher = (more: Partial<SealBatcherOptions> = {}) =>
    new SealBatcher({ feePerSeal: FIXED_FEES.seal, ...more }, { sender, waitForTx });
  return { sent, gate, batcher };
}

const msg = (object_name: string) =>
  storage.MsgSealObject.create({ object_name, secondary_sp_bls_agg_signatures: Buffer.alloc(96) });

test('all that wait go in one transaction, which offers the fee of each', async () => {
  const { sent, gate, batcher } = chainOf();
  const seals = batcher();
  const gated = Promise.withResolvers<void>();
  gate.open = gated.promise;
  const first = seals.seal(msg('a'));
  await new Promise(setImmediate);
  const others = ['b', 'c', 'd'].map((name) => seals.seal(msg(name)));
  gated.resolve();
  assert.equal(await first, 'HASH1');
  assert.deepEqual(await Promise.all(others), ['HASH2', 'HASH2', 'HASH2']);
  assert.deepEqual(
    sent.map(({ names }) => names),
    [['a'], ['b', 'c', 'd']],
  );
  assert.deepEqual(sent[1]?.fee, { gasLimit: 3600n, amount: 18_000_000_000_000n });
});

test('one transaction is bounded in messages and in bytes', async () => {
  const byCount = chainOf();
  const three = byCount.batcher({ maxMessages: 3 });
  await Promise.all(Array.from({ length: 7 }, (_, i) => three.seal(msg(`o${i}`))));
  assert.deepEqual(
    byCount.sent.map(({ names }) => names.length),
    [3, 3, 1],
  );
  const bySize = chainOf();
  const small = bySize.batcher({ maxBytes: 400 });
  await Promise.all(Array.from({ length: 4 }, (_, i) => small.seal(msg(`o${i}`))));
  assert.deepEqual(
    bySize.sent.map(({ names }) => names.length),
    [2, 2],
  );
});

for (const stage of ['check', 'block'] as const) {
  test(`one bad seal is refused, the others go again (${stage})`, async () => {
    const { sent, batcher } = chainOf({ bad: (name) => name === 'b', stage });
    const seals = batcher();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => seals.seal(msg(name)));
    await Promise.all([a, c]);
    await rejectsWith(b!, 120002);
    assert.deepEqual(
      sent.map(({ names }) => names),
      [
        ['a', 'b', 'c'],
        ['a', 'c'],
      ],
    );
  });

  test(`when nobody can be blamed each goes by itself (${stage})`, async () => {
    const { sent, batcher } = chainOf({ bad: (name) => name === 'b', names: false, stage });
    const seals = batcher();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => seals.seal(msg(name)));
    await Promise.all([a, c]);
    await rejectsWith(b!, 120002);
    assert.deepEqual(
      sent.map(({ names }) => names),
      [['a', 'b', 'c'], ['a'], ['b'], ['c']],
    );
  });
}

test('property: every seal has its own answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), fc.boolean(), fc.nat(4), async (good, names, size) => {
      const { batcher } = chainOf({ bad: (name) => name.startsWith('bad'), names });
      const seals = batcher({ maxMessages: size + 1 });
      const results = await Promise.allSettled(good.map((ok, i) => seals.seal(msg(`${ok ? 'good' : 'bad'}${i}`))));
      assert.deepEqual(
        results.map(({ status }) => status === 'fulfilled'),
        good,
      );
      await seals.close();
    }),
    { numRuns: 40 },
  );
});

test('closing waits for what was taken and takes no more', async () => {
  const { batcher } = chainOf();
  const seals = batcher();
  const sealed = seals.seal(msg('a'));
  await seals.close();
  assert.equal(await sealed, 'HASH1');
  await rejectsWith(seals.seal(msg('b')), 120002);
});

test('more than may wait is refused', async () => {
  const { gate, batcher } = chainOf();
  const gated = Promise.withResolvers<void>();
  gate.open = gated.promise;
  const seals = batcher({ maxWaiting: 1 });
  const first = seals.seal(msg('a'));
  await new Promise(setImmediate);
  const second = seals.seal(msg('b'));
  await rejectsWith(seals.seal(msg('c')), 120002);
  gated.resolve();
  await Promise.all([first, second]);
});
