import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cosmosBankV1beta1 as bank,
  cosmosGovV1 as gov,
  greenfieldPayment as payment,
  greenfieldStorage as storage,
  cosmosTxV1beta1 as tx,
} from '@prairie/chain';
import { requestOf } from './query-string.ts';

const of = (type: unknown, text: string) => requestOf(type as never, new URLSearchParams(text));

test('texts become what the field holds', () => {
  const request = of(
    bank.QueryAllBalancesRequest,
    'address=0xAb&pagination.limit=7&pagination.key=-_8%3D&pagination.reverse=1',
  );
  assert.equal(request.address, '0xAb');
  const pagination = { key: new Uint8Array([0xfb, 0xff]), offset: 0n, limit: 7n, count_total: false, reverse: true };
  assert.deepEqual(request.pagination, pagination);
  assert.deepEqual(of(tx.GetTxsEventRequest, 'events=a%3D1&events=b%3D2&order_by=ORDER_BY_DESC&page=3').events, [
    'a=1',
    'b=2',
  ]);
  assert.equal(of(tx.GetTxsEventRequest, 'orderBy=2').order_by, 2);
  assert.equal(of(gov.QueryProposalsRequest, 'proposal_status=PROPOSAL_STATUS_PASSED').proposal_status, 3);
  assert.equal(of(payment.QueryParamsByTimestampRequest, 'timestamp=5').timestamp, 5n);
  assert.equal(of(storage.QueryVerifyPermissionRequest, 'action_type=ACTION_GET_OBJECT').action_type, 6);
});

test('unknown names are ignored', () => {
  for (const text of [
    'x=1',
    'pagination.x=1',
    'address.x=1',
    'pagination.limit.x=1',
    '__proto__.x=1',
    'constructor=1',
    '=1',
    '.=1',
    'a.b.c.d.e.f.g=1',
  ]) {
    assert.deepEqual(of(bank.QueryAllBalancesRequest, text), of(bank.QueryAllBalancesRequest, ''), text);
  }
});

test('what does not fit is an invalid argument', () => {
  for (const text of [
    'pagination.limit=x',
    'pagination.limit=-1',
    'pagination.reverse=maybe',
    'pagination.key=!',
    'address=a&address=b',
    'pagination=1',
    'pagination=1&pagination.limit=1',
    'pagination.limit=1&pagination=1',
  ]) {
    assert.throws(() => of(bank.QueryAllBalancesRequest, text), { name: 'RestError', code: 3 }, text);
  }
  assert.throws(() => of(tx.GetTxsEventRequest, 'order_by=UP'), { name: 'RestError', code: 3 });
});
