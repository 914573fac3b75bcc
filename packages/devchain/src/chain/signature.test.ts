import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosmosAuthV1beta1 as auth, decodeTx, sha256, TX_DOMAINS } from '@prairie/chain';
import { recordedExchanges } from '../testing/recordings.ts';
import { UpgradePlan } from '../upgrades.ts';
import { testContext } from './execution-context.ts';
import { signatureFault } from './signature.ts';
import type { Tx } from './tx.ts';

/** A recorded broadcast: its transaction, and the account that it says it is of. */
function recordedSigning(line: number, accountNumber: bigint) {
  const { request, response } = recordedExchanges()[line - 1]!;
  const bytes = Buffer.from(request!.params.tx as string, 'base64');
  const tx = { ...decodeTx(bytes), hash: sha256(bytes) } as Tx;
  const [info] = tx.authInfo.signer_infos;
  const firstSigner = tx.authInfo.fee!.payer;
  const account = auth.BaseAccount.create({
    address: firstSigner,
    account_number: accountNumber,
    sequence: info!.sequence,
    pub_key: info!.public_key!,
  });
  return { tx, signing: { account, index: 0, firstSigner }, log: (response as { result: { log: string } }).result.log };
}

test('a recorded refusal has the same words, with the key that the signature is of', () => {
  const { tx, signing, log } = recordedSigning(18, 60n);
  const fault = signatureFault(testContext(), tx, signing);
  assert.match(fault!, /EthPubKeySecp256k1\{03BC6E30/);
  assert.match(log, new RegExp(`err: ${fault!.replaceAll(/[{}]/g, '\\$&')}: unauthorized$`));
});

test('a recorded signature over the second domain needs the upgrade that brought it', () => {
  const { tx, signing } = recordedSigning(16, 60n);
  assert.equal(TX_DOMAINS.length, 2);
  assert.equal(signatureFault(testContext(), tx, signing), undefined);
  const before = testContext({ upgrades: new UpgradePlan({ Altai: 30 }), height: 29n });
  assert.match(signatureFault(before, tx, signing)!, /is different from signature's pubkey/);
});

test('what is no signature has its own words', () => {
  const { tx, signing } = recordedSigning(16, 60n);
  const broken = { ...tx, signatures: [new Uint8Array(64)], hash: sha256(Buffer.of(0)) } as Tx;
  assert.doesNotMatch(signatureFault(testContext(), broken, signing)!, /different/);
});

test('a signature is good for one account, one sequence and one position', () => {
  const { tx, signing } = recordedSigning(16, 60n);
  const { account } = signing;
  const faultOf = (changed: Partial<typeof signing>) => signatureFault(testContext(), tx, { ...signing, ...changed });
  assert.equal(faultOf({}), undefined);
  assert.equal(faultOf({}), undefined);
  assert.ok(faultOf({ account: { ...account, sequence: account.sequence + 1n } }));
  assert.ok(faultOf({ account: { ...account, account_number: 61n } }));
  assert.ok(faultOf({ account: { ...account, address: `0x${'1'.repeat(40)}` } }));
  assert.ok(signatureFault(testContext({ chainId: 'greenfield_9001-121' }), tx, signing));
});
