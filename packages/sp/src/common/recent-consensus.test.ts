import assert from 'node:assert/strict';
import { it } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { type Consensus, silentLogger } from '@prairie/gfsp';
import { RecentConsensus } from './recent-consensus.ts';

/** A chain whose blocks come when the test says so; each bucket's id is the height of the answer. */
function chainOf() {
  let height = 1n;
  let asked = 0;
  const waiting = new Set<() => void>();
  const chain: Partial<Consensus> = {
    chainId: 'greenfield_9000-121',
    currentHeight: async () => height,
    waitForHeight: (wanted, signal) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (height < wanted) return;
          waiting.delete(look);
          resolve(height);
        };
        signal?.addEventListener('abort', () => reject(signal.reason));
        waiting.add(look);
        look();
      }),
    bucket: async (name) => {
      asked++;
      if (name === 'none') return undefined;
      return { bucket_info: storage.BucketInfo.create({ id: height }), is_rate_limited: false };
    },
  };
  const addBlock = async () => {
    height++;
    for (const look of [...waiting]) look();
    await new Promise(setImmediate);
  };
  return { consensus: new RecentConsensus(chain as Consensus, { logger: silentLogger }), addBlock, asked: () => asked };
}

it('an answer holds until the next block', async () => {
  const { consensus, addBlock, asked } = chainOf();
  await consensus.bucket('b');
  await addBlock();
  const before = asked();
  const answers = await Promise.all([consensus.bucket('b'), consensus.bucket('b'), consensus.bucket('b')]);
  assert.deepEqual(
    answers.map((answer) => answer?.bucket_info.id),
    [2n, 2n, 2n],
  );
  assert.equal(asked(), before + 1);
  await addBlock();
  assert.equal((await consensus.bucket('b'))?.bucket_info.id, 3n);
  consensus.close();
});

it('what is not there is asked for each time', async () => {
  const { consensus, addBlock, asked } = chainOf();
  await consensus.bucket('b');
  await addBlock();
  const before = asked();
  assert.equal(await consensus.bucket('none'), undefined);
  assert.equal(await consensus.bucket('none'), undefined);
  assert.equal(asked(), before + 2);
  consensus.close();
});

it('remembers nothing before a block was heard, nor after the end', async () => {
  const { consensus, addBlock, asked } = chainOf();
  await consensus.bucket('b');
  await consensus.bucket('b');
  assert.equal(asked(), 2);
  await addBlock();
  await consensus.bucket('b');
  consensus.close();
  await new Promise(setImmediate);
  await consensus.bucket('b');
  assert.equal(asked(), 4);
});
