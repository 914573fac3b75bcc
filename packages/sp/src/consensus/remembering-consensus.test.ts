import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { greenfieldVirtualgroup } from '@prairie/chain';
import { type Consensus, silentLogger } from '@prairie/gfsp';
import { ChainHead } from './chain-head.ts';
import { RememberingConsensus } from './remembering-consensus.ts';
import { heard, SteppedChain } from './testing.ts';

async function remembering(t: TestContext, answers: Partial<Consensus>) {
  const chain = Object.assign(new SteppedChain(), answers);
  const head = new ChainHead({ chain, logger: silentLogger });
  t.after(() => head.close());
  const consensus = new RememberingConsensus(chain as unknown as Consensus, { head });
  void head.height;
  await heard();
  await chain.addBlock();
  return { consensus, chain };
}

function groupsOf(groups: Map<number, greenfieldVirtualgroup.GlobalVirtualGroup>) {
  const asked: number[] = [];
  const gvg = async (id: number) => {
    asked.push(id);
    return groups.get(id);
  };
  return { gvg, asked };
}

it('remembers that an account exists, and asks again for one that does not', async (t) => {
  let asked = 0;
  const known = new Set(['0x1']);
  const accountExists = async (address: string) => {
    asked++;
    return known.has(address);
  };
  const { consensus } = await remembering(t, { accountExists });
  const exist = () => Promise.all(['0x1', '0x2'].map((address) => consensus.accountExists(address)));
  assert.deepEqual(await exist(), [true, false]);
  known.add('0x2');
  assert.deepEqual(await exist(), [true, true]);
  assert.deepEqual(await exist(), [true, true]);
  assert.equal(asked, 3);
});

it('asks once in a block for what is there, also when many ask at the same time', async (t) => {
  const group = greenfieldVirtualgroup.GlobalVirtualGroup.create({ id: 7 });
  const { gvg, asked } = groupsOf(new Map([[7, group]]));
  const { consensus, chain } = await remembering(t, { gvg });
  await Promise.all([consensus.gvg(7), consensus.gvg(7)]);
  assert.equal(await consensus.gvg(7), group);
  assert.deepEqual(asked, [7]);
  await chain.addBlock();
  await consensus.gvg(7);
  assert.deepEqual(asked, [7, 7]);
});

it('asks again for what was not there: the next block may bring it', async (t) => {
  const groups = new Map<number, greenfieldVirtualgroup.GlobalVirtualGroup>();
  const { consensus } = await remembering(t, groupsOf(groups));
  assert.equal(await consensus.gvg(7), undefined);
  groups.set(7, greenfieldVirtualgroup.GlobalVirtualGroup.create({ id: 7 }));
  assert.equal((await consensus.gvg(7))?.id, 7);
});
