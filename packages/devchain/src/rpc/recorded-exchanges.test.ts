/** Every recorded exchange with a real node's port, asked again: status, headers, keys in order, kinds, fixed values. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cosmosBankV1beta1 as bank, txHash } from '@prairie/chain';
import { coin } from '../coins.ts';
import { type Answer, answerMismatch, ask, askForUpgrade, outlineOf, type RecordedExchange } from '../conformance.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { recordedExchanges } from '../testing/recordings.ts';
import { msg, signed } from '../testing/sender.ts';

/** As many blocks as the lowest recorded heights need. */
const BLOCKS = 12;

let devchain: DevChain;
let translate: (text: string) => string;
const alice = testKey('alice');

before(async () => {
  devchain = await testChain();
  const amount = [coin(1n)];
  const tx = signed(devchain, alice, [
    msg(bank.MsgSend, { from_address: alice.address, to_address: alice.address, amount }),
  ]);
  devchain.chain.submit(tx);
  translate = translation(tx, devchain.produceBlock().height);
  while (devchain.height < BLOCKS) devchain.produceBlock();
});
after(() => devchain.close());

/** Heights, hashes and names of the recorded chain as those of this one. */
function translation(tx: Buffer, height: number): (text: string) => string {
  const blockHash = Buffer.from(devchain.chain.store.block(height)!.block.block_id.hash, 'hex');
  const ours = Buffer.from(txHash(tx), 'hex');
  return (text) =>
    text
      .replaceAll('5348', String(height))
      .replaceAll('xImzrSAPQPeFnwSlwxjCYE2N/GprLbfhRr53eqNmegg=', blockHash.toString('base64'))
      .replaceAll('o2MgoGRbZS5cgO1iEADa/OjxvTe639W7TYc3vofjrfY=', ours.toString('base64'))
      .replaceAll(/(?<=tx\.hash='|hash=0x)(?!0000)[0-9A-F]{64}/g, ours.toString('hex').toUpperCase())
      // a block that was known before its results were: no such moment here
      .replaceAll('"3745"', '"99999999"')
      // of a bucket, which this chain has not: parameters instead
      .replaceAll(/HeadBucket"&data=0x[0-9a-f]+/g, 'Params"&data=0x');
}

for (const [line, recorded] of recordedExchanges().entries()) {
  const { uri, request } = recorded;
  const name = uri ?? (request ? `${request.method} ${JSON.stringify(request.params).slice(0, 60)}` : 'upgrade');
  test(`line ${line + 1}: ${name}`, () => (recorded.transport === 'ws' ? upgrades(recorded) : answersAlike(recorded)));
}

async function upgrades(recorded: RecordedExchange): Promise<void> {
  assert.equal(await askForUpgrade(devchain.rpcUrl, recorded), 101);
}

async function answersAlike(recorded: RecordedExchange): Promise<void> {
  const answer = await ask(devchain.rpcUrl, recorded, translate);
  assert.equal(answer.status, recorded.http_status ?? 200);
  headersAlike(answer, recorded);
  const expected = recorded.response as { error?: { data?: string } };
  if (expected.error?.data?.startsWith('could not find results')) {
    // the text belongs to a moment that this chain does not have
    expected.error.data = (answer.body as typeof expected).error!.data!;
  }
  assert.equal(answerMismatch(answer.body, recorded.response, rule(recorded)), undefined);
}

/** What a transaction of three zero bytes is told. */
const REFUSED = /^result\.(check_tx\.|deliver_tx\.)?(code|log|codespace|hash)$/;

/** The other transactions of the recorded chain are not valid here: what they are told is compared by kind. */
function rule({ request }: RecordedExchange): typeof outlineOf {
  const tx = request?.params.tx;
  if (tx === undefined) return outlineOf;
  const known = tx === 'AAAA' ? REFUSED : /^result\.hash$/;
  return (path) => (known.test(path) ? 'value' : outlineOf(path));
}

function headersAlike({ headers }: Answer, { response_headers }: RecordedExchange): void {
  assert.match(headers.get('x-server-time') ?? '', /^\d{10}$/);
  if (!response_headers) return;
  const recorded = new Headers(response_headers);
  for (const name of ['content-type', 'cache-control']) assert.equal(headers.get(name), recorded.get(name), name);
  assert.ok(headers.has('date') && headers.has('content-length'));
}

test('the recording shows the methods of a node', () => {
  const methods = new Set(recordedExchanges().flatMap(({ request }) => (request ? [request.method] : [])));
  assert.ok(methods.size >= 27, [...methods].join());
});
