import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunksOf, Network, payloadOf, until } from '../testing/network.ts';
import { FreeSpacePicker, type GroupCandidate, type VirtualGroupPicker } from './picker.ts';

const group = (groupId: number, used: bigint): GroupCandidate => ({
  ...{ groupId, familyId: 1, secondarySpIds: [2, 3] },
  ...{ staked: 100n, used },
});

test('the emptier one is picked more often', () => {
  let next = 0;
  const picker = new FreeSpacePicker(() => (next++ % 100) / 100);
  const picked = Array.from({ length: 100 }, () => picker.pickGroup([group(1, 90n), group(2, 10n)])?.groupId);
  assert.equal(picked.filter((id) => id === 2).length, 90);
  assert.equal(picker.pickGroup([]), undefined);
  assert.equal(picker.pickFamily([]), undefined);
});

test("a picker of one's own decides among what can be used, or has a new group made", async () => {
  const seen: string[] = [];
  const picker: VirtualGroupPicker = {
    pickFamily: (candidates) => candidates[0],
    pickGroup: (candidates) => {
      seen.push(candidates.map(({ groupId }) => groupId).join());
      return candidates.find(({ groupId }) => groupId > 1);
    },
  };
  const network = await new Network({ providers: 8, picker }).start();
  const payload = payloadOf(100);
  const object = await network.createObject(payload);
  await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
  await until(() => network.chain.isSealed(object.id), 'the seal');
  assert.equal(network.chain.objects.get(object.id)?.global_virtual_group?.id, 2);
  // for the upload, then for its replication: with the new group after the first was refused
  assert.deepEqual(seen, ['1', '1', '1,2']);
  await network.stop();
});
