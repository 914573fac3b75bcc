/** Every message that a transaction can carry: built, signed, read back, verified. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addressFromPublicKey } from './address.ts';
import { addressOf } from './ecdsa.ts';
import { TX_DOMAINS, typedData } from './eip712.ts';
import { anyValue, txMessageTypes } from './testing/arbitrary.ts';
import {
  decodeTx,
  feeOf,
  publicKeyInTx,
  signDocOf,
  signTx,
  type TxMessage,
  unpackAny,
  verifyTxSignature,
} from './tx.ts';

const CHAIN = 'greenfield_9000-121';
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const anySigner = fc.record({
  privateKey: fc.bigInt({ min: 1n, max: 2n ** 250n }).map((n) => Buffer.from(n.toString(16).padStart(64, '0'), 'hex')),
  accountNumber: u64,
  sequence: u64,
});
const anyMessageOf = (type: (typeof txMessageTypes)[number]): fc.Arbitrary<TxMessage> =>
  anyValue(type, { depth: 3, signable: true }).map((value) => ({ type, value }));
const anyTx = (messages: fc.Arbitrary<TxMessage[]>) =>
  fc.record({
    messages,
    signers: fc.uniqueArray(anySigner, { minLength: 1, maxLength: 3, selector: (s) => addressOf(s.privateKey) }),
    memo: fc.string(),
    timeoutHeight: u64,
    domain: fc.constantFrom(...TX_DOMAINS),
    payer: fc.nat({ max: 2 }),
    granter: fc.option(anySigner, { nil: undefined }),
  });

type AnyTx = typeof anyTx extends (...args: never[]) => fc.Arbitrary<infer T> ? T : never;

function check({ messages, signers, memo, timeoutHeight, domain, payer, granter }: AnyTx): void {
  const accounts = signers.map(({ privateKey }) => addressOf(privateKey));
  const pays = accounts[payer % accounts.length]!;
  // addresses in a fee are hashed checksummed, however they were given
  const grant = granter ? { granter: addressOf(granter.privateKey).toLowerCase() } : {};
  const fee = { ...feeOf(1200n), payer: pays.toLowerCase(), ...grant };
  const [first, ...cosigners] = signers;
  const tx = signTx({ ...first!, cosigners, messages, memo, timeoutHeight, domain, fee, chainId: CHAIN });

  const read = decodeTx(tx.bytes);
  assert.deepEqual(
    read.body.messages.map((any) => unpackAny(any)),
    messages,
  );
  assert.equal(read.body.memo, memo);
  assert.equal(read.body.timeout_height, timeoutHeight);
  assert.equal(read.authInfo.tip, undefined);
  assert.equal(read.authInfo.fee!.payer, pays);
  for (const [i, { accountNumber, sequence }] of signers.entries()) {
    assert.equal(addressFromPublicKey(publicKeyInTx(read, i)!), accounts[i]);
    assert.equal(read.authInfo.signer_infos[i]!.sequence, sequence);
    const doc = signDocOf(read, { chainId: CHAIN, accountNumber, sequence, signer: accounts[0]! });
    assert.equal(verifyTxSignature(doc, read.signatures[i]!, accounts[i]!), domain);
    // the document that wallets show has a value for each of its members
    const { types, message } = typedData(doc);
    assert.deepEqual(Object.keys(message).sort(), types.Tx!.map(({ name }) => name).sort());
    if (signers.length > 1) {
      assert.equal(verifyTxSignature(doc, read.signatures[(i + 1) % signers.length]!, accounts[i]!), undefined);
    }
  }
}

describe('transactions', () => {
  it('there is a table of each message', () => {
    assert.ok(txMessageTypes.length >= 90, String(txMessageTypes.length));
  });

  for (const type of txMessageTypes) {
    it(`${type.name} is signed and verified`, () => {
      const messages = anyMessageOf(type).map((message) => [message]);
      fc.assert(fc.property(anyTx(messages), check), { numRuns: 6 });
    });
  }

  it('messages of several types and signers go together', () => {
    const any = fc.constantFrom(...txMessageTypes).chain(anyMessageOf);
    fc.assert(fc.property(anyTx(fc.array(any, { minLength: 2, maxLength: 4 })), check), { numRuns: 60 });
  });
});
