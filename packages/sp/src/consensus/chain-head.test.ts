import assert from 'node:assert/strict';
import { it } from 'node:test';
import { silentLogger } from '@prairie/gfsp';
import { ChainHead } from './chain-head.ts';
import { heard, SteppedChain } from './testing.ts';

it('knows the height from the first block that it hears, until it is closed', async () => {
  const chain = new SteppedChain();
  const head = new ChainHead({ chain, logger: silentLogger });
  let told = 0;
  head.onBlock(() => told++);
  assert.equal(head.height, undefined);
  await heard();
  assert.equal(head.height, undefined, 'a block could have come before anybody listened');
  await chain.addBlock();
  await chain.addBlock();
  assert.deepEqual([head.height, told], [3n, 2]);
  head.close();
  await heard();
  assert.deepEqual([head.height, told], [undefined, 3]);
});

it('asks a chain that is silent whether it stands still', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const chain = new SteppedChain();
  const head = new ChainHead({ chain, logger: silentLogger });
  t.after(() => head.close());
  assert.equal(head.height, undefined);
  await heard();
  await chain.addBlock();
  now += 4000;
  assert.equal(head.height, 2n);
  now += 2000;
  assert.equal(head.height, undefined, 'silent for 6 s');
  await heard();
  assert.equal(head.height, 2n, 'it stands still');
  now += 6000;
  chain.away = true;
  assert.equal(head.height, undefined);
  await heard();
  assert.equal(head.height, undefined, 'nobody knows');
  chain.away = false;
  chain.height = 9n;
  assert.equal(head.height, undefined);
  await heard();
  assert.equal(head.height, undefined, 'it goes on, and the blocks were not heard');
});

it('follows nothing while nobody asks', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const chain = new SteppedChain();
  const head = new ChainHead({ chain, logger: silentLogger });
  t.after(() => head.close());
  assert.equal(head.height, undefined);
  await heard();
  await chain.addBlock();
  now += 11_000;
  await chain.addBlock();
  await chain.addBlock();
  assert.equal(head.height, undefined, 'the block after the pause was not waited for');
  await heard();
  await chain.addBlock();
  assert.equal(head.height, 5n);
});
