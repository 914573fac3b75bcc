import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type AnyMessage, greenfieldSp, greenfieldVirtualgroup, greenfieldStorage as storage } from '@prairie/chain';
import fc from 'fast-check';
import { SYNC_MODULES } from '../blocksyncer/index.ts';
import { localGroupAsked, localGroupKey, objectAsked, objectKey, permissionAsked, permissionKey } from './keys.ts';
import { canAnswer } from './local-answers.ts';
import { touchedBy } from './touched.ts';

it('tables that leave out what decides answer nothing', () => {
  assert.ok(canAnswer(undefined));
  assert.ok(canAnswer(SYNC_MODULES));
  assert.ok(canAnswer(SYNC_MODULES.filter((name) => name !== 'prefix_tree')));
  assert.ok(!canAnswer(SYNC_MODULES.filter((name) => name !== 'permission')));
});

it('property: a key says what was asked', () => {
  const bucket = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{2,20}$/);
  const asked = [bucket, fc.string(), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.nat()] as const;
  fc.assert(
    fc.property(...asked, (name, object, id, number) => {
      assert.deepEqual(objectAsked(objectKey(name, object)), [name, object]);
      assert.deepEqual(localGroupAsked(localGroupKey(id, number)), [id, number]);
      for (const operator of ['', '0x1']) {
        assert.deepEqual(permissionAsked(permissionKey(operator, name, object, number)), [
          operator,
          name,
          object,
          number,
        ]);
      }
    }),
  );
});

const event = (type: { name: string }, value: Record<string, unknown>) => ({
  type: type.name,
  value: value as AnyMessage,
});

it('an event touches what it names, and everything when it is not known', () => {
  const sealed = event(storage.EventSealObject, { bucket_name: 'b', object_name: 'x/y' });
  const local = event(greenfieldVirtualgroup.EventUpdateLocalVirtualGroup, { bucket_id: 5n, id: 2 });
  assert.deepEqual(touchedBy([sealed, local]), [
    { subject: 'object', key: 'b/x/y' },
    { subject: 'group-of-local', key: '5/2' },
  ]);
  const nameless = event(storage.EventUpdateObjectContent, { bucket_name: '', object_name: '', object_id: 1n });
  assert.deepEqual(touchedBy([nameless]), [{ subject: 'object' }]);
  assert.deepEqual(touchedBy([]), []);
  assert.equal(touchedBy([sealed, event(greenfieldSp.EventCreateStorageProvider, {})]), undefined);
});
