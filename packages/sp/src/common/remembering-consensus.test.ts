import assert from 'node:assert/strict';
import { it } from 'node:test';
import { greenfieldVirtualgroup } from '@prairie/chain';
import type { Consensus } from '@prairie/gfsp';
import { RememberingConsensus } from './remembering-consensus.ts';

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
