import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cosmosAuthzV1beta1 as authz,
  cosmosFeegrantV1beta1 as feegrant,
  type MessageType,
  packAny,
  greenfieldStorage as storage,
} from '@prairie/chain';
import { checkWellFormed } from './well-formed.ts';

const problemOf = <T>(type: MessageType<T>, value: Parameters<typeof type.create>[0]): string | undefined => {
  try {
    checkWellFormed(type as unknown as MessageType, type.create(value) as object);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const policyUntil = (seconds: bigint, nanos = 0) =>
  problemOf(storage.MsgPutPolicy, { statements: [{ expiration_time: { seconds, nanos } }] });

test('times are of the years 1 to 9999', () => {
  assert.equal(policyUntil(-62_135_596_800n), undefined);
  assert.equal(policyUntil(253_402_300_799n, 999_999_999), undefined);
  assert.match(policyUntil(-62_135_596_801n)!, /expiration_time: timestamp of/);
  assert.match(policyUntil(253_402_300_800n)!, /timestamp/);
  assert.match(policyUntil(0n, -1)!, /timestamp/);
  assert.match(policyUntil(0n, 1_000_000_000)!, /timestamp/);
});

test('durations are what 64 bits of nanoseconds hold', () => {
  const periodic = (seconds: bigint, nanos = 0) =>
    problemOf(feegrant.PeriodicAllowance, { period: { seconds, nanos } });
  assert.equal(periodic(-1n, -1), undefined);
  assert.equal(periodic(9_223_372_036n), undefined);
  assert.match(periodic(9_223_372_037n)!, /period: duration/);
  assert.match(periodic(1n, -1)!, /duration/);
});

test('embedded messages decode, however deep; unknown ones are left alone', () => {
  const grant = (type_url: string, value: Uint8Array) =>
    problemOf(feegrant.MsgGrantAllowance, { allowance: { type_url, value } });
  assert.equal(grant('/no.such.Type', Buffer.of(255)), undefined);
  assert.match(grant(feegrant.BasicAllowance.typeUrl, Buffer.of(0x0a, 5))!, /message ends/);
  const outer = packAny(feegrant.AllowedMsgAllowance, {
    allowance: { type_url: feegrant.BasicAllowance.typeUrl, value: Buffer.of(255) },
  });
  assert.match(grant(outer.type_url, outer.value)!, /message ends/);
});

test('messages in messages have an end', () => {
  let any = packAny(authz.MsgExec, {});
  for (let level = 0; level < 30; level++) any = packAny(authz.MsgExec, { msgs: [any] });
  assert.equal(problemOf(authz.MsgExec, { msgs: [any] }), undefined);
  for (let level = 0; level < 10; level++) any = packAny(authz.MsgExec, { msgs: [any] });
  assert.match(problemOf(authz.MsgExec, { msgs: [any] })!, /nested deeper/);
});
