import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  fromAminoJson,
  fromHeaderJson,
  fromProtoJson,
  parseJson,
  toAminoJson,
  toHeaderJson,
  toProtoJson,
  writeJson,
} from './json.ts';
import { decode } from './proto/decode.ts';
import { messageType } from './proto/define.ts';
import { encode } from './proto/encode.ts';
import { BasicAllowance, MsgGrantAllowance } from './proto/generated/cosmos.feegrant.v1beta1.ts';
import { MsgUpdateSpStoragePrice, StorageProvider } from './proto/generated/greenfield.sp.ts';
import {
  MsgMigrateBucket,
  MsgPutPolicy,
  ObjectInfo,
  Params,
  QueryGroupsExistResponse,
} from './proto/generated/greenfield.storage.ts';
import { recorded } from './testing/recordings.ts';
import { packAny } from './tx.ts';

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const object = fc.record({
  owner: fc.string(),
  bucket_name: fc.string({ unit: 'binary' }).map((s) => s.toWellFormed()),
  object_name: fc.string({ unit: 'grapheme' }),
  id: u64,
  local_virtual_group_id: fc.nat(2 ** 31),
  payload_size: u64,
  visibility: fc.constantFrom(0, 1, 2, 3),
  create_at: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  checksums: fc.array(fc.uint8Array({ minLength: 1 }), { maxLength: 3 }),
  tags: fc.option(fc.record({ tags: fc.array(fc.record({ key: fc.string(), value: fc.string() })) }), {
    nil: undefined,
  }),
  is_updating: fc.boolean(),
});

test('every dialect gives back the value it was made from', () => {
  fc.assert(
    fc.property(object, (init) => {
      const value = ObjectInfo.create(init);
      assert.deepEqual(fromHeaderJson(ObjectInfo, toHeaderJson(ObjectInfo, value)), value);
      assert.deepEqual(fromAminoJson(ObjectInfo, toAminoJson(ObjectInfo, value)), value);
      assert.deepEqual(fromProtoJson(ObjectInfo, parseJson(writeJson(toProtoJson(ObjectInfo, value)))), value);
    }),
  );
});

test('recorded answers of the chain survive wire and proto JSON', () => {
  for (const { type: name, value } of recorded('response')) {
    const type = messageType(name);
    const bytes = Buffer.from(value, 'base64');
    const message = decode(type, bytes);
    assert.equal(encode(type, message).toString('base64'), value, name);
    const again = fromProtoJson(type, parseJson(writeJson(toProtoJson(type, message))));
    // a map's entries have no order in JSON
    if (!name.includes('Exist')) assert.equal(encode(type, again).toString('base64'), value, name);
  }
});

test('header JSON leaves out what is zero, except what is never absent', () => {
  assert.equal(toHeaderJson(ObjectInfo, {}), '{"id":"0"}');
  assert.equal(toHeaderJson(ObjectInfo, { tags: {} }), '{"id":"0","tags":{"tags":null}}');
  assert.equal(toHeaderJson(Params, {}), '{"versioned_params":{}}');
  assert.equal(toHeaderJson(StorageProvider, {}), '{"total_deposit":"0","description":{}}');
  const text = toHeaderJson(ObjectInfo, { payload_size: 2n ** 64n - 1n, visibility: 3, object_name: 'a<b' });
  assert.equal(text, '{"object_name":"a\\u003cb","id":"0","payload_size":18446744073709551615,"visibility":3}');
  assert.deepEqual(toAminoJson(ObjectInfo, { payload_size: 5n, visibility: 3 }), {
    id: '0',
    payload_size: '5',
    visibility: 3,
  });
});

test('header JSON is read as Go reads it', () => {
  const value = fromHeaderJson(ObjectInfo, '{"OBJECT_NAME":"o","unknown":[1],"payload_size":7,"tags":null}');
  assert.equal(value.object_name, 'o');
  assert.equal(value.payload_size, 7n);
  assert.equal(value.tags, undefined);
  for (const [text, message] of [
    ['{"payload_size":"7"}', /payload_size: expected an integer as a number, got "7"/],
    ['{"payload_size":1.5}', /payload_size/],
    ['{"payload_size":-1}', /from 0 to 18446744073709551615/],
    ['{"visibility":"VISIBILITY_TYPE_PRIVATE5"}', /visibility: expected a value of/],
    ['{"checksums":["%"]}', /checksums\[0\]: not base64/],
    ['{"tags":{"tags":[{"key":1}]}}', /tags\.tags\[0\]\.key: expected a text/],
    ['[]', /object/],
    ['nonsense', /JSON/],
  ] as const) {
    assert.throws(() => fromHeaderJson(ObjectInfo, text), message);
  }
});

test('proto JSON tells absent bytes from empty ones', () => {
  const absent = toProtoJson(MsgMigrateBucket, { dst_primary_sp_approval: { expired_height: 5n } });
  assert.deepEqual(absent.dst_primary_sp_approval, {
    expired_height: '5',
    global_virtual_group_family_id: 0,
    sig: null,
  });
  const empty = toProtoJson(MsgMigrateBucket, { dst_primary_sp_approval: { sig: new Uint8Array(0) } });
  assert.equal((empty.dst_primary_sp_approval as { sig: string }).sig, '');
  const decoded = toProtoJson(MsgMigrateBucket, MsgMigrateBucket.create({ dst_primary_sp_approval: {} }), {
    emptyBytes: 'null',
  });
  assert.equal((decoded.dst_primary_sp_approval as { sig: null }).sig, null);
});

test('proto JSON reads both name forms, names and numbers; unknown keys are refused', () => {
  const value = fromProtoJson(MsgPutPolicy, {
    operator: 'me',
    statements: [{ effect: 'EFFECT_ALLOW', actions: [6, 'ACTION_GET_OBJECT'], limitSize: { value: 5 } }],
    expirationTime: '2024-01-02T03:04:05Z',
  });
  assert.equal(value.statements[0]!.effect, 1);
  assert.equal(value.statements[0]!.limit_size!.value, 5n);
  assert.deepEqual(value.expiration_time, { seconds: 1704164645n, nanos: 0 });
  assert.throws(() => fromProtoJson(MsgPutPolicy, { nope: 1 }), /unknown field "nope"/);
  assert.equal(fromProtoJson(MsgPutPolicy, { nope: 1, operator: 'x' }, { strict: false }).operator, 'x');
});

test('Any, Timestamp, decimals and maps have their own forms', () => {
  const allowance = packAny(BasicAllowance, { expiration: { seconds: 0n, nanos: 0 } });
  const grant = MsgGrantAllowance.create({ granter: 'a', grantee: 'b', allowance });
  const json = toProtoJson(MsgGrantAllowance, grant);
  assert.deepEqual(json.allowance, {
    '@type': '/cosmos.feegrant.v1beta1.BasicAllowance',
    spend_limit: [],
    expiration: '1970-01-01T00:00:00Z',
  });
  assert.deepEqual(encode(MsgGrantAllowance, fromProtoJson(MsgGrantAllowance, json)), encode(MsgGrantAllowance, grant));
  assert.equal(toProtoJson(MsgUpdateSpStoragePrice, { read_price: 5n }).read_price, '0.000000000000000005');
  const map = QueryGroupsExistResponse.create({ exists: [{ key: 'g', value: false }] });
  assert.deepEqual(toProtoJson(QueryGroupsExistResponse, map), { exists: { g: false } });
});
