/** Empty objects: they take no room, may cost nothing for a while, and are on a group all the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { alice, providerAddress, Scenario } from './testing/scenario.ts';

const BUCKET = 'bucket';
const operator = providerAddress(1, 'operator');

function limitedBucket(): Scenario {
  const chain = new Scenario();
  chain.addGroup(1, [7, 6, 5, 4, 3, 2]);
  chain.createBucket(BUCKET);
  chain.createObject(BUCKET, 'empty', { payload_size: 0n });
  const limit = { operator: alice, bucket_name: BUCKET, bucket_owner: alice, payment_address: alice };
  chain.run(storage.MsgSetBucketFlowRateLimit, { ...limit, flow_rate_limit: 0n });
  return chain;
}

test('a group with an empty object that nothing is charged for can not be deleted', () => {
  const chain = limitedBucket();
  const gvg = chain.virtualGroup.gvg(1)!;
  assert.equal(gvg.stored_size, 0n);
  assert.equal(chain.stream(gvg.virtual_payment_address).netflow_rate, 0n);
  const remove = (global_virtual_group_id: number) =>
    chain.run(virtualgroup.MsgDeleteGlobalVirtualGroup, { storage_provider: operator, global_virtual_group_id });
  assert.throws(() => remove(1), { codespace: 'virtualgroup', code: 1103 });
  remove(2);
});

test('such an object goes when its provider discontinues it, and its group can be deleted then', () => {
  const chain = limitedBucket();
  const object_ids = [chain.object(BUCKET, 'empty')!.id];
  chain.run(storage.MsgDiscontinueObject, {
    operator: providerAddress(1, 'gc'),
    bucket_name: BUCKET,
    object_ids,
    reason: '',
  });
  chain.nextBlock(10n);
  chain.nextBlock();
  assert.equal(chain.object(BUCKET, 'empty'), undefined);
  chain.run(virtualgroup.MsgDeleteGlobalVirtualGroup, { storage_provider: operator, global_virtual_group_id: 1 });
  assert.equal(chain.virtualGroup.gvg(1), undefined);
});
