/** Every answer has the keys and kinds of what a real node answered. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cosmosBankV1beta1 as bank, txHash } from '@prairie/chain';
import { coin } from '../coins.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { type RecordedExchange, recordedExchanges } from '../testing/recordings.ts';
import { msg, signed } from '../testing/sender.ts';
import { assertSameShape } from '../testing/shape.ts';

let devchain: DevChain;
let tx: Buffer;
let txHeight: number;
const alice = testKey('alice');

before(async () => {
  devchain = await testChain();
  const amount = [coin(1n)];
  tx = signed(devchain, alice, [msg(bank.MsgSend, { from_address: alice.address, to_address: alice.address, amount })]);
  devchain.chain.submit(tx);
  txHeight = devchain.produceBlock().height;
  for (let i = 0; i < 6; i++) devchain.produceBlock();
});
after(() => devchain.close());

/** Heights and hashes of the recording as those of this chain. */
function translated(text: string): string {
  const record = devchain.chain.store.block(txHeight)!;
  const blockHash = Buffer.from(record.block.block_id.hash, 'hex');
  const ours = Buffer.from(txHash(tx), 'hex');
  return text
    .replaceAll('5348', String(txHeight))
    .replaceAll('xImzrSAPQPeFnwSlwxjCYE2N/GprLbfhRr53eqNmegg=', blockHash.toString('base64'))
    .replaceAll('o2MgoGRbZS5cgO1iEADa/OjxvTe639W7TYc3vofjrfY=', ours.toString('base64'))
    .replaceAll(/A36320A0645B652E5C80ED621000DAFCE8F1BD37BADFD5BB4D8737BE87E3ADF6/gi, ours.toString('hex'));
}

const post = (body: string) => fetch(devchain.rpcUrl, { method: 'POST', body });

/** What the chain itself decides: its numbers and its decoder's words. */
const neutral = (text: string) => text.replaceAll(/\d+/g, 'N');

async function compare(recorded: RecordedExchange): Promise<void> {
  const path = recorded.uri && translated(recorded.uri);
  const response = path
    ? await fetch(devchain.rpcUrl + path)
    : await post(translated(JSON.stringify(recorded.request)));
  assert.equal(response.status, recorded.http_status ?? 200);
  const text = await response.text();
  if (typeof recorded.response === 'string') {
    assert.equal(text, recorded.response);
    return;
  }
  const answer = JSON.parse(text);
  assertSameShape(answer, recorded.response);
  const { error } = recorded.response;
  if (error) {
    assert.deepEqual({ ...answer.error, data: '' }, { ...error, data: '' });
    assert.equal(neutral(String(answer.error.data)), neutral(String(error.data)));
  }
}

const exchanges = recordedExchanges().filter(
  ({ client, request, uri }) =>
    client === 'direct' &&
    // the values of the network's own state are compared where that state is made
    !uri?.startsWith('/abci_query') &&
    (request?.method !== 'abci_query' || !String(request.params.data).startsWith('0a06')),
);

for (const recorded of exchanges) {
  const name = recorded.uri ?? `${recorded.request!.method} ${JSON.stringify(recorded.request!.params).slice(0, 60)}`;
  test(`${recorded.http} ${name}`, () => compare(recorded));
}

test('the recordings cover the interface', () => assert.ok(exchanges.length > 40, `${exchanges.length} exchanges`));
