import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decode,
  encode,
  cosmosFeegrantV1beta1 as feegrant,
  type googleProtobuf,
  type Init,
  type MessageType,
} from '@prairie/chain';
import fc from 'fast-check';
import { coin } from '../../coins.ts';
import { checkAllowance, expirationOf, spend } from './allowances.ts';

const any = <T>(type: MessageType<T>, value: Init<T>): googleProtobuf.Any => ({
  type_url: type.typeUrl,
  value: encode(type, value),
});
const at = (seconds: bigint) => ({ seconds, nanos: 0 });
const fee = (amount: bigint, now = 100n, messageUrls = ['/a']) => ({ amount, now: at(now), messageUrls });

test('a basic allowance pays its limit exactly, in any split', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(1n, 50n), { minLength: 1 }), (parts) => {
      const total = parts.reduce((a, b) => a + b, 0n);
      let left: googleProtobuf.Any | undefined = any(feegrant.BasicAllowance, { spend_limit: [coin(total)] });
      for (const part of parts) left = spend(left!, fee(part));
      assert.equal(left, undefined);
    }),
  );
});

test('what is not covered, or too late, is refused with its code', () => {
  const limited = any(feegrant.BasicAllowance, { spend_limit: [coin(5n)], expiration: at(100n) });
  assert.throws(() => spend(limited, fee(6n)), { codespace: 'feegrant', code: 2 });
  assert.throws(() => spend(limited, fee(1n, 101n)), { codespace: 'feegrant', code: 3 });
  assert.ok(spend(limited, fee(1n, 100n)), 'the last second still counts');
  assert.deepEqual(expirationOf(limited), at(100n));
});

test('a period has its own limit, which comes back when the period ends', () => {
  let grant: googleProtobuf.Any = any(feegrant.PeriodicAllowance, {
    basic: { spend_limit: [coin(25n)] },
    period: { seconds: 60n, nanos: 0 },
    period_spend_limit: [coin(10n)],
    period_can_spend: [coin(10n)],
    period_reset: at(160n),
  });
  grant = spend(grant, fee(10n, 100n))!;
  assert.throws(() => spend(grant, fee(1n, 159n)), { code: 2 });
  grant = spend(grant, fee(10n, 160n))!;
  assert.deepEqual(decode(feegrant.PeriodicAllowance, grant.value).period_reset, at(220n));
  const afterPause = spend(grant, fee(4n, 1000n))!;
  assert.deepEqual(decode(feegrant.PeriodicAllowance, afterPause.value).period_reset, at(1060n));
  assert.throws(() => spend(grant, fee(6n, 1000n)), { code: 2 }, 'the whole grant has 5 left');
  assert.equal(spend(grant, fee(5n, 1000n)), undefined);
});

test('allowed messages are all or none', () => {
  const grant = any(feegrant.AllowedMsgAllowance, {
    allowance: any(feegrant.BasicAllowance, {}),
    allowed_messages: ['/a', '/b'],
  });
  assert.ok(spend(grant, fee(1n, 1n, ['/a', '/b'])));
  assert.throws(() => spend(grant, fee(1n, 1n, ['/a', '/c'])), { codespace: 'feegrant', code: 7 });
  assert.throws(() => checkAllowance(any(feegrant.AllowedMsgAllowance, { allowed_messages: [] })), { code: 6 });
  assert.throws(() => checkAllowance({ type_url: '/other', value: Buffer.of() }), { codespace: 'sdk', code: 29 });
});
