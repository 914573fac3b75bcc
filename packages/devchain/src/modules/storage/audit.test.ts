import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { idKey } from '../../keys.ts';
import { auditStorage } from './audit.ts';
import { alice, Scenario } from './testing/scenario.ts';

/** A bucket with two sealed objects, one of whose names was taken over by a copy that is not sealed. */
function withObjects(): Scenario {
  const chain = new Scenario();
  chain.createBucket('bucket', { charged_read_quota: 1_000_000n });
  for (const name of ['a', 'b']) {
    chain.createObject('bucket', name);
    chain.seal('bucket', name);
  }
  const names = { src_bucket_name: 'bucket', src_object_name: 'a', dst_bucket_name: 'bucket', dst_object_name: 'b' };
  chain.run(storage.MsgCopyObject, { operator: alice, ...names, dst_primary_sp_approval: {} });
  return chain;
}

test('a sound chain has no findings, with a bucket over its limit neither', () => {
  const chain = withObjects();
  assert.deepEqual(auditStorage(chain), []);
  const limit = { operator: alice, bucket_owner: alice, payment_address: alice, bucket_name: 'bucket' };
  chain.run(storage.MsgSetBucketFlowRateLimit, { ...limit, flow_rate_limit: 1n });
  assert.equal(chain.stream(alice).netflow_rate, 0n);
  assert.deepEqual(auditStorage(chain), []);
});

test('sizes that are not those of the objects are found', () => {
  const chain = withObjects();
  const { store } = chain.storage;
  const internal = store.internal(1n);
  const [lvg] = internal.local_virtual_groups;
  store.setInternal(1n, { ...internal, local_virtual_groups: [{ ...lvg!, stored_size: 1n }] });
  assert.deepEqual(auditStorage(chain), [
    'bucket bucket, local group 1: stored/charged 1/2097152, its objects 200/2097152',
    'group 1 stores 200 bytes, buckets have 1 on it',
  ]);
  store.setInternal(1n, { ...internal, total_charge_size: 5n });
  assert.deepEqual(auditStorage(chain), ['bucket bucket: charged for 5 bytes, its groups for 2097152']);
});

test('a bill that is not paid is found', () => {
  const chain = withObjects();
  const { buckets } = chain.storage.store;
  buckets.set(idKey(1n), { ...chain.bucket('bucket')!, charged_read_quota: 0n });
  const findings = auditStorage(chain);
  assert.equal(findings.length, 2, 'family and tax pool');
  assert.match(findings.join(), /buckets cost -\d+ wei per second more than what flows/);
});
