import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ChainClient, ChainQueryError, TxError, TxUnknownError } from '../client.ts';
import { addressOf } from '../ecdsa.ts';
import { encode } from '../proto/encode.ts';
import { TxMsgData } from '../proto/generated/cosmos.base.abci.v1beta1.ts';
import { FakeAccountChain, IMPATIENT, labelled, labelOf, whileBlocks } from '../testing/fake-account-chain.ts';
import { feeOf, type TxFee, type TxMessage } from '../tx.ts';
import { TxBatcher, type TxBatcherOptions } from './tx-batcher.ts';
import { type SendOptions, TxSender } from './tx-sender.ts';
import type { ExecutedTx } from './tx-watch.ts';

const privateKey = Buffer.alloc(32, 5);
const address = addressOf(privateKey);
const message = (label: string) => labelled(address, label);

/** How a transaction with a bad message is refused. */
type Refusal = 'executed' | 'checked' | 'simulated' | 'unknown' | 'unknown but landed';

class FakeSender {
  readonly landed: string[] = [];
  readonly sizes: number[] = [];
  readonly fees: (TxFee | undefined)[] = [];
  inFlight = 0;
  most = 0;
  private readonly refusals: Refusal[];

  constructor(refusals: Refusal[] = []) {
    this.refusals = refusals;
  }

  async sendAndWait(messages: readonly TxMessage[], { fee }: SendOptions = {}): Promise<ExecutedTx> {
    this.sizes.push(messages.length);
    this.fees.push(fee);
    this.most = Math.max(this.most, ++this.inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    this.inFlight--;
    const labels = messages.map(labelOf);
    const bad = labels.findIndex((label) => label.startsWith('bad'));
    if (bad >= 0) this.refuse(labels, bad);
    this.landed.push(...labels);
    const log = JSON.stringify(labels.map((type, msg_index) => ({ msg_index, events: [{ type, attributes: [] }] })));
    const result = { code: 0, codespace: '', log, data: encode(TxMsgData, {}), gasWanted: 1n, gasUsed: 1n, events: [] };
    return { ...result, hash: 'AB', height: BigInt(this.sizes.length) };
  }

  private refuse(labels: string[], bad: number): never {
    const refusal = this.refusals.shift() ?? 'executed';
    const log = `failed to execute message; message index: ${bad}: bad`;
    if (refusal === 'executed') throw new TxError('executed', 'AB', { codespace: 'storage', code: 1100, log });
    if (refusal === 'checked') throw new TxError('checked', 'AB', { codespace: 'storage', code: 1100, log: 'bad' });
    if (refusal === 'simulated') throw new ChainQueryError('/Simulate', { codespace: 'sdk', code: 6, log });
    if (refusal === 'unknown but landed') this.landed.push(...labels);
    throw new TxUnknownError('AB', new Error('gone'));
  }
}

const start = (options: TxBatcherOptions = {}, refusals: Refusal[] = []) => {
  const sender = new FakeSender(refusals);
  return { sender, batcher: new TxBatcher(options, { sender }) };
};

describe('the batcher', () => {
  it('puts the messages of a turn into one transaction, and answers each with its own events', async () => {
    const { sender, batcher } = start();
    const results = await Promise.all(['a', 'b', 'c'].map((label) => batcher.send(message(label))));
    assert.deepEqual(sender.sizes, [3]);
    assert.deepEqual(
      results.map(({ index, events, hash, height }) => [index, events[0]!.type, hash, height]),
      ['a', 'b', 'c'].map((label, i) => [i, label, 'AB', 1n]),
    );
  });

  it('keeps to its limits of count, bytes, flight and queue', async () => {
    const { sender, batcher } = start({ maxMessages: 4, maxInFlight: 2, maxWaiting: 10 });
    const sent = Array.from({ length: 30 }, (_, i) => batcher.send(message(`${i}`)));
    const results = await Promise.allSettled(sent);
    assert.ok(sender.sizes.every((size) => size <= 4));
    assert.equal(sender.most, 2);
    assert.equal(sender.landed.length, 8 + 10, 'two in flight, ten that wait, the others refused');
    assert.match(String((results.at(-1) as PromiseRejectedResult).reason), /10 messages wait/);
    const long = start({ maxBytes: 1000 });
    await Promise.all(Array.from({ length: 9 }, () => long.batcher.send(message('x'.repeat(300)))));
    assert.deepEqual(long.sender.sizes, [2, 2, 2, 2, 1]);
  });

  it('offers the sum of what the messages offer, or leaves the fee to the sender', async () => {
    const { sender, batcher } = start();
    const send = (label: string, gas?: bigint) => batcher.send(message(label), gas ? { fee: feeOf(gas) } : {});
    await Promise.all([send('a', 1200n), send('b', 12000n)]);
    await Promise.all([send('c', 1200n), send('d')]);
    const [bad] = await Promise.allSettled([send('bad', 1200n), send('e', 7n)]);
    assert.equal(bad.status, 'rejected');
    assert.deepEqual(sender.fees, [feeOf(13200n), undefined, feeOf(1207n), feeOf(7n)]);
  });

  it('waits for company when told so', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { sender, batcher } = start({ windowMs: 30 });
    const sent = [batcher.send(message('a'))];
    t.mock.timers.tick(29);
    sent.push(batcher.send(message('b')));
    t.mock.timers.tick(1);
    await Promise.all(sent);
    assert.deepEqual(sender.sizes, [2]);
  });

  it('gives back what is in no transaction yet', async () => {
    const { sender, batcher } = start();
    const stop = new AbortController();
    const sent = [batcher.send(message('a'), { signal: stop.signal }), batcher.send(message('b'))];
    stop.abort(new Error('enough'));
    await assert.rejects(sent[0]!, /enough/);
    await sent[1];
    assert.deepEqual(sender.landed, ['b']);
  });

  it('does not split what the sender is to blame for', async () => {
    const poor = new TxError('checked', 'AB', { codespace: 'sdk', code: 5, log: 'insufficient funds' });
    let calls = 0;
    const sender = {
      sendAndWait: () => {
        calls++;
        return Promise.reject(poor);
      },
    };
    const batcher = new TxBatcher({}, { sender });
    const results = await Promise.allSettled([batcher.send(message('a')), batcher.send(message('b'))]);
    assert.deepEqual(
      results.map((result) => (result as PromiseRejectedResult).reason),
      [poor, poor],
    );
    assert.equal(calls, 1);
  });

  it('answers each message once and truly, whatever is refused and how', async () => {
    const anyRefusal = fc.constantFrom<Refusal[]>('executed', 'checked', 'simulated', 'unknown', 'unknown but landed');
    const anyRun = fc.record({
      bad: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
      refusals: fc.array(anyRefusal, { maxLength: 20 }),
      maxMessages: fc.integer({ min: 1, max: 12 }),
      maxInFlight: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(anyRun, async ({ bad, refusals, ...limits }) => {
        const { sender, batcher } = start(limits, refusals.slice());
        const labels = bad.map((isBad, i) => `${isBad ? 'bad' : 'good'}-${i}`);
        const results = await Promise.allSettled(labels.map((label) => batcher.send(message(label))));
        assert.equal(new Set(sender.landed).size, sender.landed.length, 'none lands twice');
        const unknown = refusals.some((refusal) => refusal.startsWith('unknown'));
        for (const [i, result] of results.entries()) {
          const label = labels[i]!;
          if (result.status === 'fulfilled') {
            assert.ok(sender.landed.includes(label));
            assert.equal(result.value.events[0]!.type, label);
          } else if (!(result.reason instanceof TxUnknownError)) {
            assert.ok(label.startsWith('bad'), 'a good message is not refused for others');
            assert.ok(!sender.landed.includes(label));
          } else assert.ok(unknown);
        }
      }),
      { numRuns: 200 },
    );
  });
});

it('a sender batches: one bad message does not sink the others', async () => {
  const chain = new FakeAccountChain(address);
  const client = new ChainClient({ ...IMPATIENT, rpcUrl: await chain.node.start(), chainId: chain.node.chainId });
  try {
    for (const gas of ['simulate', 5000n] as const) {
      const sender = new TxSender({ privateKey, gas }, { client });
      const labels = ['a', 'bad1', 'b', 'bad2', 'c'].map((label) => `${label} ${gas}`);
      const sent = Promise.allSettled(labels.map((label) => sender.sendBatched(message(label))));
      const results = await whileBlocks(chain, sent);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
      );
      const [first] = results as PromiseFulfilledResult<Awaited<ReturnType<TxSender['sendBatched']>>>[];
      assert.equal(first!.value.response?.type.name, 'cosmos.bank.v1beta1.MsgSendResponse');
      assert.deepEqual(first!.value.events[0]!.attributes, [{ key: 'label', value: `a ${gas}` }]);
    }
  } finally {
    client.close();
    await chain.node.stop();
  }
});
