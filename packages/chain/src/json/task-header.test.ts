import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fromHeaderJson, toHeaderJson } from '../json.ts';
import { type AnyMessage, define, type MessageType } from '../proto/define.ts';
import { greenfieldStorage as storage } from '../proto/generated/index.ts';
import { readMessage } from './read.ts';
import { readInParts } from './task-header.ts';
import { parseJson } from './text.ts';

/** Fields as in the messages of providers. */
const Sent = define<AnyMessage>('test.SentPiece', {
  create_time: [1, 'int64'],
  object_info: [2, 'greenfield.storage.ObjectInfo'],
  storage_params: [3, 'greenfield.storage.Params'],
  segment_idx: [4, 'uint32'],
  redundancy_idx: [5, 'int32'],
  signature: [8, 'bytes'],
  finished: [10, 'bool'],
}) as MessageType;

const read = (type: MessageType, text: string) =>
  readMessage(type, parseJson(text), { names: 'loose', strict: false, wideText: false });

const sent = fc
  .record({
    object_info: fc.record({
      id: fc.bigInt({ min: 0n, max: 2n ** 70n }),
      object_name: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('},"storage_params":{', '"object_info":{')),
      payload_size: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      checksums: fc.array(fc.uint8Array({ maxLength: 4 }), { maxLength: 3 }),
    }),
    storage_params: fc.record({
      versioned_params: fc.record({ max_segment_size: fc.bigInt({ min: 0n, max: 2n ** 60n }) }),
      max_payload_size: fc.bigInt({ min: 0n, max: 2n ** 60n }),
    }),
    segment_idx: fc.nat(3),
    redundancy_idx: fc.integer({ min: -1, max: 6 }),
    signature: fc.uint8Array({ minLength: 1, maxLength: 65 }),
    finished: fc.boolean(),
  })
  .map(({ object_info, storage_params, ...rest }) =>
    toHeaderJson(Sent, {
      ...rest,
      object_info: storage.ObjectInfo.create(object_info as never),
      storage_params: storage.Params.create(storage_params),
    }),
  );

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return 'refused';
  }
}

describe('a description that comes again', () => {
  const text = (segment: number, name = 'a') =>
    `{"object_info":{"object_name":"${name}","id":"7"},"storage_params":{"versioned_params":{"max_segment_size":8},` +
    `"max_payload_size":9},"segment_idx":${segment},"signature":"AQ=="}`;

  it('is read once', () => {
    const [one, two] = [text(1), text(2)].map((each) => fromHeaderJson(Sent, each) as AnyMessage);
    assert.equal(one!.object_info, two!.object_info);
    assert.equal(one!.storage_params, two!.storage_params);
    assert.deepEqual([one!.segment_idx, two!.segment_idx], [1, 2]);
    assert.notEqual((fromHeaderJson(Sent, text(1, 'b')) as AnyMessage).object_info, one!.object_info);
  });

  it('is changed by nobody', () => {
    const { object_info } = fromHeaderJson(Sent, text(1)) as AnyMessage;
    assert.throws(() => {
      object_info.id = 8n;
    }, TypeError);
  });
});

it('texts of providers are read in parts', () => {
  fc.assert(
    fc.property(sent, (text) => {
      const parts = readInParts(Sent, text, read);
      // braces in a name are left to the reader of wholes
      assert.ok(parts || /[{}]/.test(text.slice(16, text.indexOf(',"storage_params"'))));
      if (parts) assert.deepEqual(parts, read(Sent, text));
    }),
  );
});

it('whatever the text, it gives the same values as one that is read as a whole, or is refused alike', () => {
  const pieces = [
    '"object_info":{',
    ',"storage_params":{"versioned_params":{',
    ',"object_info":null',
    ',"OBJECT_INFO":{}',
    ',"segment_idx":3',
    '{"task":{',
    '},',
    '}',
    '{',
    '"',
    '\\',
    ',',
  ];
  const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), fc.constantFrom('', ...pieces));
  fc.assert(
    fc.property(sent, fc.array(change, { maxLength: 3 }), (text, changes) => {
      let changed = text;
      for (const [where, length, by] of changes) {
        const at = Math.floor(where * changed.length);
        changed = changed.slice(0, at) + by + changed.slice(at + length);
      }
      assert.deepEqual(
        outcome(() => fromHeaderJson(Sent, changed)),
        outcome(() => read(Sent, changed)),
      );
    }),
    { numRuns: 3000 },
  );
});
