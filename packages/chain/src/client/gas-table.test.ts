import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Init } from '../proto/define.ts';
import { MsgGrant } from '../proto/generated/cosmos.authz.v1beta1.ts';
import { MsgMultiSend, MsgSend } from '../proto/generated/cosmos.bank.v1beta1.ts';
import { AllowedMsgAllowance, MsgGrantAllowance } from '../proto/generated/cosmos.feegrant.v1beta1.ts';
import { MsgGasParams } from '../proto/generated/cosmos.gashub.v1beta1.ts';
import { StakeAuthorization } from '../proto/generated/cosmos.staking.v1beta1.ts';
import { MsgSealObject } from '../proto/generated/greenfield.storage.ts';
import { MIN_GAS_PRICE, packAny, type TxMessage, txMessage } from '../tx.ts';
import { TxError } from './errors.ts';
import type { Lists, Queries } from './facade.ts';
import { GasTable } from './gas-table.ts';

const perItem = { fixed_gas: 800n, gas_per_item: 800n };
const prices: Init<MsgGasParams>[] = [
  { msg_type_url: MsgSend.typeUrl, fixed_type: { fixed_gas: 1200n } },
  { msg_type_url: MsgSealObject.typeUrl, fixed_type: { fixed_gas: 120n } },
  { msg_type_url: MsgGrant.typeUrl, grant_type: perItem },
  { msg_type_url: MsgMultiSend.typeUrl, multi_send_type: perItem },
  { msg_type_url: MsgGrantAllowance.typeUrl, grant_allowance_type: perItem },
];

function tableOf() {
  const asked = { count: 0 };
  const queries = {
    q: { gashub: { Params: async () => ({ params: { max_tx_size: 65536n, min_gas_per_byte: 5n } }) } },
    list: {
      gashub: {
        async *MsgGasParams() {
          asked.count++;
          for (const price of prices) yield MsgGasParams.create(price);
        },
      },
    },
  };
  const table = new GasTable(queries as unknown as { q: Queries; list: Lists });
  const feeOf = (...messages: TxMessage[]) =>
    table.feeOf({ messages, sequence: 1n, publicKey: new Uint8Array(33), fee: { granter: `0x${'00'.repeat(20)}` } });
  const gasOf = async (...messages: TxMessage[]) => (await feeOf(...messages)).gasLimit;
  return { table, asked, feeOf, gasOf };
}

const send = txMessage(MsgSend, {});

test('prices are fixed, or by item, and add up', async () => {
  const { gasOf, feeOf, asked } = tableOf();
  assert.equal(await gasOf(send), 1200n);
  assert.equal(await gasOf(send, txMessage(MsgSealObject, {})), 1320n);
  assert.equal(await gasOf(txMessage(MsgMultiSend, { inputs: [{}], outputs: [{}, {}, {}] })), 800n + 3n * 800n);
  const allowance = packAny(AllowedMsgAllowance, { allowed_messages: ['/a', '/b'] });
  assert.equal(await gasOf(txMessage(MsgGrantAllowance, { allowance })), 800n + 2n * 800n);
  const authorization = packAny(StakeAuthorization, {
    allow_list: { address: ['0x'] },
    deny_list: { address: ['0x'] },
  });
  assert.equal(await gasOf(txMessage(MsgGrant, { grant: { authorization } })), 800n + 2n * 800n);
  const fee = await feeOf(send);
  assert.equal(fee.amount, 1200n * MIN_GAS_PRICE);
  assert.equal(fee.granter, `0x${'00'.repeat(20)}`);
  assert.equal(asked.count, 1, 'the table is fetched once');
});

test('a long transaction pays for its bytes', async () => {
  const { gasOf } = tableOf();
  const gas = await gasOf(txMessage(MsgSend, { to_address: 'x'.repeat(40_000) }));
  assert.ok(gas >= 5n * 40_000n && gas < 5n * 41_000n, String(gas));
});

test('a message without a price is refused here', async () => {
  await assert.rejects(tableOf().gasOf(txMessage(StakeAuthorization, {})), /no gas price for .*StakeAuthorization/);
});

test('what a chain says of gas and price is taken in', async () => {
  const { table, asked, feeOf, gasOf } = tableOf();
  const refused = (codespace: string, code: number, log = '') => new TxError('checked', '', { codespace, code, log });
  await gasOf(send);
  for (const error of [refused('sdk', 11), refused('gashub', 2)]) assert.ok(table.corrects(error));
  await gasOf(send);
  assert.equal(asked.count, 2);
  const offered = (await feeOf(send)).amount;
  assert.ok(table.corrects(refused('sdk', 13, `insufficient fees; got: ${offered}BNB required: ${offered * 3n}BNB`)));
  assert.equal((await feeOf(send)).amount, offered * 3n);
  assert.ok(!table.corrects(refused('sdk', 5)));
  assert.ok(!table.corrects(new Error('no')));
});
