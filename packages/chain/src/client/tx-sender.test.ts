import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ChainClient, TxError, TxReplacedError, TxTimeoutError, TxUnknownError } from '../client.ts';
import { addressOf, type KeyHolder, keyHolder } from '../ecdsa.ts';
import { FakeAccountChain, IMPATIENT, labelled, whileBlocks } from '../testing/fake-account-chain.ts';
import { FakeRpcError } from '../testing/fake-node.ts';
import { decodeTx, feeOf, signTx, txHash } from '../tx.ts';
import { TxSender, type TxSenderOptions } from './tx-sender.ts';

const privateKey = Buffer.alloc(32, 5);
const address = addressOf(privateKey);
const message = labelled(address, 'one');
const fee = feeOf(1200n);
const lost = () => new Error('connection lost');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: Partial<TxSenderOptions> = {}) {
  const chain = new FakeAccountChain(address);
  const client = new ChainClient({ ...IMPATIENT, rpcUrl: await chain.node.start(), chainId: chain.node.chainId });
  cleanups.push(
    () => chain.node.stop(),
    () => client.close(),
  );
  return { chain, client, sender: new TxSender({ privateKey, ...options }, { client }) };
}

const sequenceOf = (tx: Buffer) => decodeTx(tx).authInfo.signer_infos[0]!.sequence;
const sequences = (chain: FakeAccountChain) => chain.accepted.map(sequenceOf);
const oneAfterAnother = (from: bigint, count: number) => Array.from({ length: count }, (_, i) => from + BigInt(i));

test('many transactions are placed at once, with one look at the account', async () => {
  const { chain, sender } = await start();
  const hashes = await Promise.all(Array.from({ length: 10 }, () => sender.send([message], { fee })));
  assert.equal(new Set(hashes).size, 10);
  assert.deepEqual(sequences(chain), oneAfterAnother(40n, 10));
  assert.equal(chain.node.count('abci_query'), 1);
});

test('several messages go in one transaction, with a simulated fee', async () => {
  const { chain, sender } = await start();
  await sender.send([message, message], { memo: 'two', timeoutHeight: 99n, granter: address.toLowerCase() });
  const tx = decodeTx(chain.accepted[0]!);
  assert.equal(tx.body.messages.length, 2);
  assert.equal(tx.body.memo, 'two');
  assert.equal(tx.body.timeout_height, 99n);
  assert.equal(tx.authInfo.fee!.granter, address);
  assert.equal(tx.authInfo.fee!.gas_limit, 2400n);
  assert.equal(tx.authInfo.fee!.amount[0]!.amount, 2400n * 5_000_000_000n);
});

test('gas can be given', async () => {
  const { chain, sender } = await start({ gas: 7n });
  await sender.send([message]);
  await sender.send([message], { gas: 8n });
  assert.deepEqual(
    chain.accepted.map((tx) => decodeTx(tx).authInfo.fee!.gas_limit),
    [7n, 8n],
  );
});

test('a sequence used elsewhere is noticed and read again', async () => {
  const { chain, sender } = await start();
  await sender.send([message], { fee });
  chain.block();
  for (let i = 0; i < 3; i++) chain.useSequence();
  await sender.send([message]);
  await sender.send([message], { fee });
  assert.deepEqual(sequences(chain), [40n, 44n, 45n]);
});

test('a broadcast whose answer is lost is repeated with the same bytes', async () => {
  const { chain, sender } = await start();
  chain.after = (_answer, attempt) => {
    if (attempt === 1) throw lost();
  };
  await sender.send([message], { fee });
  assert.equal(chain.accepted.length, 1);
  await sender.send([message], { fee });
  assert.deepEqual(sequences(chain), [40n, 41n]);
});

test('what arrived without an answer and is in a block counts as sent, not as a sequence used elsewhere', async () => {
  const { chain, sender } = await start();
  chain.after = (_answer, attempt) => {
    if (attempt !== 1) return;
    chain.block();
    // the node forgets whatever would tell it that it had the transaction
    chain.restart();
    throw lost();
  };
  const sent = await whileBlocks(chain, sender.sendAndWait([message], { fee }));
  assert.equal(sent.code, 0);
  assert.deepEqual(chain.landed, ['one']);
});

test('what did not arrive, and lost its sequence to another, is signed anew', async () => {
  const { chain, sender } = await start();
  chain.before = (attempt) => {
    if (attempt !== 1) return;
    chain.useSequence();
    throw lost();
  };
  await whileBlocks(chain, sender.sendAndWait([message], { fee }));
  assert.deepEqual(chain.landed, ['one']);
  assert.deepEqual(sequences(chain), [41n]);
});

test('while nobody knows what became of a transaction, nothing is signed in its place', async () => {
  const { chain, sender } = await start();
  chain.after = () => {
    throw lost();
  };
  chain.before = () => {
    if (chain.accepted.length > 0) throw lost();
  };
  const whole = chain.node.handlers.get('abci_query')!;
  await assert.rejects(sender.send([message], { fee }), TxUnknownError);
  chain.node.handlers.set('abci_query', () => {
    throw lost();
  });
  await assert.rejects(sender.send([labelled(address, 'two')], { fee }), TxUnknownError);
  chain.node.handlers.set('abci_query', whole);
  chain.before = chain.after = () => {};
  await sender.send([labelled(address, 'three')], { fee });
  chain.block();
  assert.deepEqual(chain.landed, ['one', 'three']);
});

test('a node that nobody listens at was not reached: that is no doubt', async () => {
  const { chain, client, sender } = await start();
  const port = Number(new URL(client.rpc.url).port);
  await sender.send([message], { fee });
  await chain.node.stop();
  // over a connection that was open it would be one
  await assert.rejects(client.rpc.status());
  await assert.rejects(sender.send([message], { fee }), (error: unknown) => !(error instanceof TxUnknownError));
  await chain.node.start(port);
  await sender.send([message], { fee });
  assert.deepEqual(sequences(chain), [40n, 41n]);
});

test('a node that was started anew gets again what it lost, in order', async () => {
  const { chain, sender } = await start();
  for (const label of ['a', 'b', 'c']) await sender.send([labelled(address, label)], { fee });
  chain.restart();
  await sender.send([labelled(address, 'd')], { fee });
  chain.block();
  assert.deepEqual(chain.landed, ['a', 'b', 'c', 'd']);
  assert.deepEqual(sequences(chain), [40n, 41n, 42n, 40n, 41n, 42n, 43n]);
});

test('a full mempool is waited for', async () => {
  const { chain, sender } = await start();
  chain.before = (attempt) => {
    if (attempt <= 3) throw new FakeRpcError('mempool is full: number of txs 5000 (max: 5000)');
  };
  await Promise.all([sender.send([message], { fee }), sender.send([message], { fee })]);
  assert.deepEqual(sequences(chain), [40n, 41n]);
  chain.before = () => {
    throw new FakeRpcError('mempool is full: number of txs 5000 (max: 5000)');
  };
  await assert.rejects(sender.send([message], { fee }), (e: unknown) => e instanceof TxError && e.code === 20);
});

test('a refusal is reported, and does not hold up what follows', async () => {
  const { chain, sender } = await start();
  const [bad, good] = await Promise.allSettled([
    sender.send([labelled(address, 'bad')]),
    sender.send([labelled(address, 'good')]),
  ]);
  assert.match(String((bad as PromiseRejectedResult).reason), /message index: 0: it is bad/);
  assert.equal(good.status, 'fulfilled');
  assert.deepEqual(sequences(chain), [40n]);
});

test('attempts at a moving sequence end', async () => {
  const { chain, sender } = await start();
  chain.before = () => {
    chain.sequence++;
  };
  await assert.rejects(
    sender.send([message], { fee }),
    (error: unknown) => error instanceof TxError && error.code === 32,
  );
});

test('a transaction whose messages fail is an error of its execution', async () => {
  const { chain, sender } = await start();
  const sent = whileBlocks(chain, sender.sendAndWait([labelled(address, 'bad')], { fee }));
  await assert.rejects(sent, (error: unknown) => {
    assert.ok(error instanceof TxError);
    assert.equal(error.stage, 'executed');
    assert.equal(error.code, 1100);
    return true;
  });
});

test('who loses a sequence to another sender is told', async () => {
  const { chain, sender } = await start();
  const sent = sender.sendAndWait([message], { fee }, { timeoutMs: 2000 });
  while (chain.accepted.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  chain.mempool = [];
  chain.committed++;
  await assert.rejects(whileBlocks(chain, sent), TxReplacedError);
});

test('messages whose sequence another took are sent anew, when that is wanted', async () => {
  const { chain, sender } = await start({ nudgeMs: 20 });
  const sent = sender.sendAndWait([message], { fee, renew: 2 });
  while (chain.accepted.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  chain.mempool = [];
  chain.committed++;
  const { hash } = await whileBlocks(chain, sent);
  assert.equal(hash, txHash(chain.accepted.at(-1)!));
  assert.deepEqual(sequences(chain), [40n, 41n]);
  assert.deepEqual(chain.landed, ['one']);
});

test('what a node keeps forgetting is signed anew with its sequence, and lands once', async () => {
  const { chain, sender } = await start({ nudgeMs: 20 });
  chain.after = () => {
    if (chain.accepted.length === 1) chain.forget();
  };
  const { hash } = await whileBlocks(chain, sender.sendAndWait([message], { fee }));
  assert.deepEqual(sequences(chain), [40n, 40n]);
  assert.equal(hash, txHash(chain.accepted[1]!));
  assert.equal(decodeTx(chain.accepted[1]!).authInfo.fee!.gas_limit, fee.gasLimit + 1n);
  assert.deepEqual(chain.landed, ['one']);
});

test('what no node keeps ends with an error, after a bounded number of versions', async () => {
  const { chain, sender } = await start({ nudgeMs: 10 });
  chain.after = () => chain.forget();
  // long enough for all versions on a busy machine
  const sent = sender.sendAndWait([message], { fee }, { timeoutMs: 2000 });
  await assert.rejects(whileBlocks(chain, sent), TxTimeoutError);
  assert.deepEqual(sequences(chain), [40n, 40n, 40n]);
  assert.deepEqual(chain.landed, []);
});

test('a key that is elsewhere signs', async () => {
  const asked: Uint8Array[] = [];
  const holder = keyHolder(privateKey);
  const elsewhere: KeyHolder = {
    address: holder.address,
    publicKey: holder.publicKey,
    async signDigest(digest) {
      asked.push(digest);
      await new Promise((resolve) => setImmediate(resolve));
      return holder.signDigest(digest);
    },
  };
  const { chain, sender } = await start({ privateKey: elsewhere });
  const [first] = await Promise.all([sender.send([message], { fee }), sender.send([message], { fee })]);
  assert.equal(asked.length, 2);
  const body = { messages: [message], fee, accountNumber: 9n, sequence: 40n, chainId: chain.node.chainId };
  assert.equal(first, signTx({ ...body, privateKey }).hash, 'the same bytes as by the key itself');
});

test('transactions in no block yet are bounded: more wait for one', async () => {
  const { chain, sender } = await start({ maxPending: 3 });
  const sends = Array.from({ length: 12 }, (_, i) => sender.send([labelled(address, String(i))], { fee }));
  await sends[2];
  assert.equal(chain.accepted.length, 3);
  await whileBlocks(chain, Promise.all(sends));
  chain.block();
  assert.deepEqual(
    chain.landed,
    Array.from({ length: 12 }, (_, i) => String(i)),
  );
});

test('sends that wait for their turn are bounded', async () => {
  const { sender } = await start({ maxQueued: 2 });
  const results = await Promise.allSettled([1, 2, 3].map(() => sender.send([message], { fee })));
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  );
});

test('an abort ends a send that waits', async () => {
  const { chain, sender } = await start();
  const reason = new Error('enough');
  chain.before = () => {
    throw new FakeRpcError('mempool is full');
  };
  const stop = new AbortController();
  const sent = sender.send([message], { fee, signal: stop.signal });
  setTimeout(() => stop.abort(reason), 10);
  await assert.rejects(sent, reason);
});
