import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addressOf, blsPublicKey, blsSign, publicKeyOf, recoverAddress, signDigest } from '@prairie/chain';
import { createLogger } from '@prairie/gfsp';
import fc from 'fast-check';
import { KeyCommand, type KeyCommandOptions } from './key-command.ts';
import { openKeys, type SignerKeySources } from './keys.ts';

const secret = Buffer.alloc(32, 7);
const lines: string[] = [];
const logger = createLogger({ write: (line) => lines.push(line) });
const open: { close(): Promise<void> }[] = [];
after(() => Promise.all(open.map((one) => one.close())));

/** A program that runs `body` for each request `{ id, key, op, digest }`; `say` answers. */
const program = (body: string): string[] => [
  process.execPath,
  '-e',
  `const say = (x) => process.stdout.write(JSON.stringify(x) + '\\n');
   let n = 0;
   require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
     const { id, key, op, digest } = JSON.parse(line); n++;
     ${body}
   });`,
];

function commandOf(body: string, options: KeyCommandOptions = {}): KeyCommand {
  const command = new KeyCommand(program(body), { restart: { baseMs: 5, maxMs: 20 }, ...options }, { logger });
  open.push(command);
  return command;
}

const digestOf = (n: number): Buffer => Buffer.alloc(32, n);
const ask = (command: KeyCommand, n = 1) => command.ask({ key: 'seal', op: 'signDigest', digest: digestOf(n) }, 32);

test('many requests wait at once, and answers come in any order', async () => {
  const echo = commandOf('setTimeout(() => say({ id, result: digest }), 20 - (n % 20));');
  const anyDigests = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(anyDigests, async (numbers) => {
      const answers = await Promise.all(numbers.map((n) => ask(echo, n)));
      assert.deepEqual(answers, numbers.map(digestOf));
    }),
    { numRuns: 10 },
  );
});

test('a program that dies is started again, and asked again', async () => {
  const mortal = commandOf('if (n === 3) process.exit(3); say({ id, result: digest });');
  for (let n = 1; n <= 10; n++) assert.deepEqual(await ask(mortal, n), digestOf(n));
  const together = await Promise.all([1, 2].map((n) => ask(mortal, n)));
  assert.deepEqual(together, [digestOf(1), digestOf(2)]);
  assert.ok(lines.some((line) => line.includes('the signer command ended') && line.includes('exit code 3')));
});

test('a request ends: without an answer, without a program, when too many wait, when closed', async () => {
  const silent = commandOf('', { timeoutMs: 200, maxInFlight: 2 });
  const asked = await Promise.allSettled([ask(silent), ask(silent), ask(silent)]);
  const reasons = asked.map((result) => String((result as PromiseRejectedResult).reason.message));
  assert.match(reasons[0]!, /did not answer signDigest in 200 ms/);
  assert.ok(reasons.some((reason) => /2 requests wait for the signer command/.test(reason)));
  const none = new KeyCommand(['/there/is/no/such/program'], { timeoutMs: 200 }, { logger });
  await assert.rejects(ask(none), /did not answer signDigest in 200 ms: it cannot be started: .*ENOENT/);
  await none.close();
  const closed = commandOf('');
  const waiting = assert.rejects(ask(closed), /the signer command was closed/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await closed.close();
  await waiting;
  assert.throws(() => new KeyCommand([], {}, { logger }), /the signer command is empty/);
});

test('what is no answer is refused, with what was expected', async () => {
  const refusing = commandOf(`say({ id, error: 'the vault is locked' + 'x'.repeat(5000) });`);
  await assert.rejects(ask(refusing), (error: Error) => {
    assert.match(error.message, /refused: the vault is locked/);
    assert.ok(error.message.length < 300);
    return true;
  });
  const short = commandOf(`say({ id, result: 'abcd' });`);
  await assert.rejects(ask(short), /answered signDigest with 4 characters: expected 64 hex digits/);
  const noisy = commandOf(`process.stdout.write('hello\\n{"id":99}\\n'); say({ id, result: digest });`);
  assert.deepEqual(await ask(noisy), digestOf(1));
  const endless = commandOf(`process.stdout.write('x'.repeat(1 << 20));`, { timeoutMs: 500 });
  await assert.rejects(ask(endless), /did not answer/);
});

const wholeProgram = (over: { signature?: string; address?: string } = {}): string[] => {
  const answers = {
    address: over.address ?? addressOf(secret),
    publicKey: publicKeyOf(secret).toString('hex'),
    signDigest: over.signature ?? signDigest(secret, digestOf(1)).toString('hex'),
    blsPublicKey: blsPublicKey(secret).toString('hex'),
    blsSign: blsSign(secret, digestOf(1)).toString('hex'),
  };
  const name = `key === 'bls' && op === 'publicKey' ? 'blsPublicKey' : op`;
  return program(`say({ id, result: ${JSON.stringify(answers)}[${name}] });`);
};

function openCommand(command: readonly string[]) {
  const source = { command };
  const sources: SignerKeySources = { operator: source, seal: source, approval: source, gc: source, bls: source };
  return openKeys(sources, {}, { logger });
}

test('keys elsewhere sign as keys here do', async () => {
  const ring = await openCommand(wholeProgram());
  open.push(ring);
  assert.equal(ring.seal.address, addressOf(secret));
  assert.equal(recoverAddress(digestOf(1), await ring.seal.signDigest(digestOf(1))), addressOf(secret));
  assert.deepEqual(await ring.bls.sign(digestOf(1)), blsSign(secret, digestOf(1)));
  await assert.rejects(ring.gc.signDigest(digestOf(2)), /the program signed with another key/);
});

test('an address that is not the key is refused at the start', async () => {
  const other = addressOf(Buffer.alloc(32, 8));
  await assert.rejects(openCommand(wholeProgram({ address: other })), /the program says its address is/);
});
