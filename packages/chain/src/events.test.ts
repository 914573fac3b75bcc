import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTypedEvent, typedEventAttributes } from './events.ts';
import { messageType } from './proto/define.ts';
import { EventPutPolicy } from './proto/generated/greenfield.permission.ts';
import { EventCreateBucket } from './proto/generated/greenfield.storage.ts';
import { recorded } from './testing/recordings.ts';

for (const event of recorded('event')) {
  test(`recorded ${event.type} is read and written again to the letter`, () => {
    const parsed = parseTypedEvent(event)!;
    assert.equal(parsed.type, event.type);
    assert.deepEqual(typedEventAttributes(messageType(parsed.type), parsed.value), event.attributes);
  });
}

test('attributes are sorted and hold the JSON of their field', () => {
  const attributes = typedEventAttributes(EventCreateBucket, { bucket_name: 'a&b', bucket_id: 7n });
  assert.deepEqual(
    attributes.map((a) => a.key),
    attributes.map((a) => a.key).toSorted(),
  );
  const value = (key: string) => attributes.find((a) => a.key === key)?.value;
  assert.equal(value('bucket_name'), '"a\\u0026b"');
  assert.equal(value('bucket_id'), '"7"');
  assert.equal(value('primary_sp_id'), '0');
  assert.equal(value('status'), '"BUCKET_STATUS_CREATED"');
});

test('unset messages and times are null', () => {
  const attributes = typedEventAttributes(EventPutPolicy, {});
  assert.equal(attributes.find((a) => a.key === 'expiration_time')?.value, 'null');
  assert.equal(attributes.find((a) => a.key === 'principal')?.value, 'null');
  assert.equal(attributes.find((a) => a.key === 'statements')?.value, '[]');
});

test('bare events are not typed; unknown attributes are skipped; broken ones are refused', () => {
  assert.equal(parseTypedEvent({ type: 'transfer', attributes: [{ key: 'amount', value: '1BNB' }] }), undefined);
  const type = 'greenfield.storage.EventDeleteGroup';
  const parsed = parseTypedEvent({
    type,
    attributes: [
      { key: 'new_field', value: '{' },
      { key: 'group_id', value: '"3"' },
    ],
  });
  assert.equal(parsed?.value.group_id, 3n);
  assert.throws(
    () => parseTypedEvent({ type, attributes: [{ key: 'group_name', value: 'bare' }] }),
    /EventDeleteGroup\.group_name: expected JSON, got "bare"/,
  );
});
