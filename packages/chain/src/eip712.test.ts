import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evmChainId, TX_DOMAINS, type TxSignDoc, typedData, typedDataDigest, typedDataDigests } from './eip712.ts';
import type { Init, MessageType } from './proto/define.ts';
import { AllowedMsgAllowance, BasicAllowance, MsgGrantAllowance } from './proto/generated/cosmos.feegrant.v1beta1.ts';
import {
  MsgCreateBucket,
  MsgDiscontinueObject,
  MsgPutPolicy,
  MsgSetTag,
  MsgUpdateBucketInfo,
} from './proto/generated/greenfield.storage.ts';
import { packAny } from './tx.ts';

function docOf<T>(type: MessageType<T>, value: Init<T>): TxSignDoc {
  return {
    chainId: 'greenfield_9000-121',
    accountNumber: 1n,
    sequence: 2n,
    fee: { amount: [{ denom: 'BNB', amount: 5n }], gas_limit: 1200n, payer: '0xp', granter: '' },
    messages: [packAny(type, value)],
    memo: '',
    timeoutHeight: 0n,
  };
}

const typesOf = <T>(type: MessageType<T>, value: Init<T>) =>
  Object.fromEntries(
    Object.entries(typedData(docOf(type, value)).types).map(([name, members]) => [
      name,
      members.map((m) => `${m.name} ${m.type}`).join(','),
    ]),
  );

test('the number of a chain is the middle of its id', () => {
  assert.equal(evmChainId('greenfield_1017-1'), 1017);
  for (const id of ['greenfield', 'greenfield_0-1', '9000', 'greenfield_9000-121 '])
    assert.throws(() => evmChainId(id));
});

test('empty bytes and unset messages are no members', () => {
  const value = { primary_sp_approval: { expired_height: 1n } };
  assert.equal(
    typesOf(MsgCreateBucket, value).TypeMsg1PrimarySpApproval,
    'expired_height uint64,global_virtual_group_family_id uint32',
  );
  const signed = { primary_sp_approval: { sig: Buffer.of(1) } };
  assert.match(typesOf(MsgCreateBucket, signed).TypeMsg1PrimarySpApproval!, /sig bytes$/);
  assert.doesNotMatch(typesOf(MsgUpdateBucketInfo, {}).Msg1!, /charged_read_quota/);
  const quota = typesOf(MsgUpdateBucketInfo, { charged_read_quota: { value: 5n } });
  assert.match(quota.Msg1!, /charged_read_quota TypeMsg1ChargedReadQuota/);
  assert.equal(quota.TypeMsg1ChargedReadQuota, 'value uint64');
});

test('lists declared non-nullable are string[] when empty', () => {
  assert.equal(typesOf(MsgSetTag, { tags: {} }).TypeMsg1Tags, 'tags string[]');
  const tags = typesOf(MsgSetTag, { tags: { tags: [{ key: 'k', value: 'v' }] } });
  assert.equal(tags.TypeMsg1Tags, 'tags TypeMsg1TagsTags[]');
  assert.equal(tags.TypeMsg1TagsTags, 'key string,value string');
  assert.match(typesOf(MsgDiscontinueObject, {}).Msg1!, /object_ids string\[\]/);
});

test('the first element of a list gives its type', () => {
  const allow = { effect: 1, actions: [6] };
  const types = typesOf(MsgPutPolicy, {
    statements: [
      { ...allow, limit_size: { value: 1n } },
      { ...allow, limit_size: { value: 2n } },
    ],
  });
  assert.equal(
    types.TypeMsg1Statements,
    'actions string[],effect string,expiration_time string,limit_size TypeMsg1StatementsLimitSize',
  );
  const digest = (value: Init<MsgPutPolicy>) => typedDataDigest(docOf(MsgPutPolicy, value)).toString('hex');
  // what only a later element has is not covered
  assert.equal(
    digest({ statements: [allow, { ...allow, resources: ['grn'] }] }),
    digest({ statements: [allow, allow] }),
  );
  assert.notEqual(
    digest({ statements: [{ ...allow, resources: ['grn'] }, allow] }),
    digest({ statements: [allow, allow] }),
  );
  assert.throws(
    () => digest({ statements: [{ ...allow, limit_size: { value: 1n } }, allow] }),
    /cannot sign: limit_size is unset here but set in the first element/,
  );
});

test('an Any is its JSON in base64', () => {
  const inner = packAny(BasicAllowance, {});
  const allowance = packAny(AllowedMsgAllowance, { allowance: inner, allowed_messages: ['/a<b'] });
  const data = typedData(docOf(MsgGrantAllowance, { granter: 'a', grantee: 'b', allowance }));
  assert.deepEqual(data.types.TypeAny, [
    { name: 'type', type: 'string' },
    { name: 'value', type: 'bytes' },
  ]);
  const value = (data.message.msg1 as { allowance: { value: string } }).allowance.value;
  const json = Buffer.from(Buffer.from(value.slice(2), 'hex').toString(), 'base64').toString();
  assert.equal(
    json,
    '{"@type":"/cosmos.feegrant.v1beta1.AllowedMsgAllowance","allowance":{"@type":"/cosmos.feegrant.v1beta1.BasicAllowance","expiration":null,"spend_limit":[]},"allowed_messages":["/a\\u003cb"]}',
  );
});

test('every part of the document counts, and so does the domain', () => {
  const base = docOf(MsgSetTag, { resource: 'grn', tags: {} });
  const variants: TxSignDoc[] = [
    base,
    { ...base, chainId: 'greenfield_9001-121' },
    { ...base, accountNumber: 3n },
    { ...base, sequence: 3n },
    { ...base, memo: 'm' },
    { ...base, timeoutHeight: 9n },
    { ...base, fee: { ...base.fee, granter: '0xg' } },
    { ...base, fee: { ...base.fee, gas_limit: 1n } },
    { ...base, messages: [...base.messages, ...base.messages] },
    { ...base, tip: { amount: [], tipper: 't' } },
  ];
  const digests = variants.flatMap((doc) => typedDataDigests(doc).map((d) => d.toString('hex')));
  assert.equal(new Set(digests).size, variants.length * TX_DOMAINS.length);
});

test('unknown messages cannot be signed', () => {
  const doc = { ...docOf(MsgSetTag, {}), messages: [{ type_url: '/x.Y', value: new Uint8Array(0) }] };
  assert.throws(() => typedDataDigest(doc), /unknown type "\/x\.Y"/);
});
