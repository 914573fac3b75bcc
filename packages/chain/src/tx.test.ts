import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressFromPublicKey } from './address.ts';
import { headerHash, merkleRoot } from './block.ts';
import { addressOf } from './ecdsa.ts';
import { TX_DOMAINS } from './eip712.ts';
import { MsgSend } from './proto/generated/cosmos.bank.v1beta1.ts';
import { MsgSealObject } from './proto/generated/greenfield.storage.ts';
import { RECORDED_CHAIN, recorded } from './testing/recordings.ts';
import {
  decodeTx,
  FIXED_FEES,
  feeOf,
  publicKeyInTx,
  signDocOf,
  signTx,
  txHash,
  txMessage,
  unpackAny,
  verifyTxSignature,
} from './tx.ts';

test('recorded transactions verify under the domain of their client', () => {
  for (const { account, account_number, domain, tx } of recorded('transaction')) {
    const decoded = decodeTx(Buffer.from(tx, 'base64'));
    const names = decoded.body.messages.map((m) => m.type_url).join(' ');
    assert.equal(addressFromPublicKey(publicKeyInTx(decoded)!), account, names);
    const { sequence } = decoded.authInfo.signer_infos[0]!;
    const context = { chainId: RECORDED_CHAIN, accountNumber: BigInt(account_number), sequence, signer: account };
    const doc = signDocOf(decoded, context);
    assert.equal(verifyTxSignature(doc, decoded.signatures[0]!, account), domain, names);
    assert.equal(verifyTxSignature({ ...doc, sequence: sequence + 1n }, decoded.signatures[0]!, account), undefined);
  }
});

test('what is signed verifies and reads back', () => {
  const key = { min: 1n, max: 2n ** 250n };
  fc.assert(
    fc.property(
      fc.bigInt(key),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.string(),
      fc.constantFrom(...TX_DOMAINS),
      (secret, n, memo, domain) => {
        const privateKey = Buffer.from(secret.toString(16).padStart(64, '0'), 'hex');
        const account = addressOf(privateKey);
        const messages = [
          txMessage(MsgSealObject, { operator: account, object_name: memo }),
          txMessage(MsgSend, { from_address: account, amount: [{ denom: 'BNB', amount: n }] }),
        ];
        const options = { privateKey, messages, memo, domain, chainId: RECORDED_CHAIN, accountNumber: n, sequence: n };
        const tx = signTx({ ...options, fee: feeOf(2400n) });
        assert.equal(tx.hash, txHash(tx.bytes));
        const decoded = decodeTx(tx.bytes);
        assert.deepEqual(
          decoded.body.messages.map((m) => unpackAny(m).value),
          messages.map((m) => m.value),
        );
        assert.equal(decoded.authInfo.fee!.payer, account);
        const doc = signDocOf(decoded, { chainId: RECORDED_CHAIN, accountNumber: n, sequence: n, signer: account });
        assert.equal(verifyTxSignature(doc, decoded.signatures[0]!, account), domain);
        assert.equal(verifyTxSignature(doc, decoded.signatures[0]!, addressOf(Buffer.alloc(32, 9))), undefined);
      },
    ),
    { numRuns: 25 },
  );
});

test('fixed fees are those of the reference provider', () => {
  assert.deepEqual(FIXED_FEES.seal, { gasLimit: 1200n, amount: 6n * 10n ** 12n });
  assert.deepEqual(FIXED_FEES.rejectSeal, { gasLimit: 12000n, amount: 6n * 10n ** 13n });
});

test('bytes that are no transaction are refused', () => {
  for (const bytes of [Buffer.of(0, 0, 0), Buffer.of(0x0a, 0x05, 1), Buffer.from('hello world')]) {
    assert.throws(() => decodeTx(bytes));
  }
});

test('block hashes are computed from headers', () => {
  for (const { hash, header } of recorded('header')) assert.equal(headerHash(header), hash);
  assert.equal(merkleRoot([]).toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
