import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosmosAuthV1beta1 as auth, decodeTx, TX_DOMAINS } from '@prairie/chain';
import { recordedExchanges } from '../testing/recordings.ts';
import { UpgradePlan } from '../upgrades.ts';
import { testContext } from './execution-context.ts';
import { signatureFault } from './signature.ts';
import type { Tx } from './tx.ts';

/** A recorded broadcast: its transaction, and the account that it says it is of. */
function recordedSigning(line: number, accountNumber: bigint) {
  const { request, response } = recordedExchanges()[line - 1]!;
  const tx = decodeTx(Buffer.from(request!.params.tx as string, 'base64')) as Tx;
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
  const broken = { ...tx, signatures: [new Uint8Array(64)] } as Tx;
  assert.doesNotMatch(signatureFault(testContext(), broken, signing)!, /different/);
});
