import assert from 'node:assert/strict';
import { it } from 'node:test';
import { greenfieldVirtualgroup } from '@prairie/chain';
import type { Consensus } from '@prairie/gfsp';
import { RememberingConsensus } from './remembering-consensus.ts';

it('remembers that an account exists, and asks again for one that does not', async () => {
  let asked = 0;
  const known = new Set(['0x1']);
  const chain = {
    chainId: 'greenfield_9000-121',
    accountExists: async (address: string) => {
      asked++;
      return known.has(address);
    },
  } as unknown as Consensus;
  const consensus = new RememberingConsensus(chain);
  const exist = () => Promise.all(['0x1', '0x2'].map((address) => consensus.accountExists(address)));
  assert.deepEqual(await exist(), [true, false]);
  known.add('0x2');
  assert.deepEqual(await exist(), [true, true]);
  assert.deepEqual(await exist(), [true, true]);
  assert.equal(asked, 3);
});

function counting(groups: Map<number, greenfieldVirtualgroup.GlobalVirtualGroup>) {
  let asked = 0;
  const chain = {
    chainId: 'greenfield_9000-121',
    gvg: async (id: number) => {
      asked++;
      return groups.get(id);
    },
  } as unknown as Consensus;
  return { consensus: new RememberingConsensus(chain), asked: () => asked };
}

it('asks once for what is there, also when many ask at the same time', async () => {
  const group = greenfieldVirtualgroup.GlobalVirtualGroup.create({ id: 7 });
  const { consensus, asked } = counting(new Map([[7, group]]));
  await Promise.all([consensus.gvg(7), consensus.gvg(7)]);
  assert.equal(await consensus.gvg(7), group);
  assert.equal(asked(), 1);
});

it('asks again for what was not there: the next block may bring it', async () => {
  const groups = new Map<number, greenfieldVirtualgroup.GlobalVirtualGroup>();
  const { consensus } = counting(groups);
  assert.equal(await consensus.gvg(7), undefined);
  groups.set(7, greenfieldVirtualgroup.GlobalVirtualGroup.create({ id: 7 }));
  assert.equal((await consensus.gvg(7))?.id, 7);
});
