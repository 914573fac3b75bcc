import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ChainClient, TxError } from '../client.ts';
import { addressOf } from '../ecdsa.ts';
import { messageType } from '../proto/define.ts';
import { encode } from '../proto/encode.ts';
import { BaseAccount } from '../proto/generated/cosmos.auth.v1beta1.ts';
import { MsgSend } from '../proto/generated/cosmos.bank.v1beta1.ts';
import { FakeNode, FakeRpcError } from '../testing/fake-node.ts';
import { decodeTx, feeOf, packAny, signDocOf, txMessage, verifyTxSignature } from '../tx.ts';
import { TxSender } from './tx-sender.ts';

const privateKey = Buffer.alloc(32, 5);
const address = addressOf(privateKey);
const message = txMessage(MsgSend, { from_address: address, amount: [{ denom: 'BNB', amount: 1n }] });
const fee = feeOf(1200n);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A chain with one account that checks sequences and signatures as the real one does. */
class Chain {
  readonly node = new FakeNode();
  sequence = 40n;
  accepted: Buffer[] = [];
  /** Called before a broadcast is judged; may throw. */
  before: (attempt: number) => void = () => {};
  private attempts = 0;

  async start(): Promise<TxSender> {
    const client = new ChainClient({ rpcUrl: await this.node.start(), chainId: this.node.chainId });
    cleanups.push(
      () => this.node.stop(),
      () => client.close(),
    );
    this.node.handlers.set('abci_query', ({ path }) => this.query(path!));
    this.node.handlers.set('broadcast_tx_sync', ({ tx }) => this.broadcast(Buffer.from(tx!, 'base64')));
    return new TxSender({ privateKey }, { client });
  }

  broadcast(bytes: Buffer): object {
    this.before(++this.attempts);
    if (this.accepted.some((tx) => tx.equals(bytes))) throw new FakeRpcError('tx already exists in cache');
    const tx = decodeTx(bytes);
    const got = tx.authInfo.signer_infos[0]!.sequence;
    const answer = (code: number, log: string) => ({ code, log, codespace: code ? 'sdk' : '', data: '', hash: '' });
    if (got !== this.sequence) {
      return answer(32, `account sequence mismatch, expected ${this.sequence}, got ${got}: incorrect account sequence`);
    }
    const doc = signDocOf(tx, { chainId: this.node.chainId, accountNumber: 9n, sequence: got, signer: address });
    if (!verifyTxSignature(doc, tx.signatures[0]!, address)) return answer(4, 'signature verification failed');
    this.accepted.push(bytes);
    this.sequence++;
    return answer(0, '');
  }

  private query(path: string): object {
    const simulate = path.endsWith('Simulate');
    const type = messageType(
      simulate ? 'cosmos.tx.v1beta1.SimulateResponse' : 'cosmos.auth.v1beta1.QueryAccountResponse',
    );
    const account = packAny(BaseAccount, { address, account_number: 9n, sequence: this.sequence });
    const value = simulate ? { gas_info: { gas_used: 2400n, min_gas_price: '5000000000BNB' } } : { account };
    return {
      response: { code: 0, log: '', codespace: '', height: '1', value: encode(type, value).toString('base64') },
    };
  }
}

const sequences = (chain: Chain) => chain.accepted.map((tx) => decodeTx(tx).authInfo.signer_infos[0]!.sequence);

test('many transactions are placed at once, with one look at the account', async () => {
  const chain = new Chain();
  const sender = await chain.start();
  const hashes = await Promise.all(Array.from({ length: 10 }, () => sender.send([message], { fee })));
  assert.equal(new Set(hashes).size, 10);
  assert.deepEqual(
    sequences(chain),
    Array.from({ length: 10 }, (_, i) => 40n + BigInt(i)),
  );
  assert.equal(chain.node.count('abci_query'), 1);
});

test('several messages go in one transaction, with a simulated fee', async () => {
  const chain = new Chain();
  const sender = await chain.start();
  await sender.send([message, message], { memo: 'two' });
  const tx = decodeTx(chain.accepted[0]!);
  assert.equal(tx.body.messages.length, 2);
  assert.equal(tx.body.memo, 'two');
  assert.equal(tx.authInfo.fee!.gas_limit, 2400n);
  assert.equal(tx.authInfo.fee!.amount[0]!.amount, 2400n * 5_000_000_000n);
});

test('a sequence used elsewhere is noticed and read again', async () => {
  const chain = new Chain();
  const sender = await chain.start();
  await sender.send([message], { fee });
  chain.sequence += 3n;
  await sender.send([message], { fee });
  await sender.send([message], { fee });
  assert.deepEqual(sequences(chain), [40n, 44n, 45n]);
});

test('a broadcast of unknown outcome is repeated with the same bytes', async () => {
  const chain = new Chain();
  const sender = await chain.start();
  const judge = chain.broadcast.bind(chain);
  let lost = false;
  chain.broadcast = (bytes) => {
    const answer = judge(bytes);
    if (lost) return answer;
    lost = true;
    // the node took it, and the answer is lost
    throw new Error('connection lost');
  };
  const hash = await sender.send([message], { fee });
  assert.equal(chain.accepted.length, 1);
  assert.equal(hash.length, 64);
  await sender.send([message], { fee });
  assert.deepEqual(sequences(chain), [40n, 41n]);
});

test('a refusal is reported, and does not hold up what follows', async () => {
  const chain = new Chain();
  const sender = await chain.start();
  chain.before = (attempt) => {
    if (attempt === 1) throw new FakeRpcError('mempool is full');
  };
  const results = await Promise.allSettled([sender.send([message], { fee }), sender.send([message], { fee })]);
  assert.equal(results[0].status, 'rejected');
  assert.equal(results[1].status, 'fulfilled');
  assert.deepEqual(sequences(chain), [40n]);
});

test('attempts at a moving sequence end', async () => {
  const chain = new Chain();
  const sender = await chain.start();
  chain.before = () => {
    chain.sequence++;
  };
  await assert.rejects(
    sender.send([message], { fee }),
    (error: unknown) => error instanceof TxError && error.code === 32,
  );
});

test('a transaction whose messages fail is an error of its execution', async () => {
  const chain = new Chain();
  const sender = await chain.start();
  chain.node.addBlock();
  const sent = sender.sendAndWait([message], { fee });
  await chain.node.subscribed();
  while (chain.accepted.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  chain.node.addBlock(chain.accepted, { code: 1100 });
  await assert.rejects(sent, (error: unknown) => {
    assert.ok(error instanceof TxError);
    assert.equal(error.stage, 'executed');
    assert.equal(error.code, 1100);
    return true;
  });
});
