/** Who signed a recorded transaction, without running it. */
import {
  decodeTx,
  publicKeyInTx,
  recoverAddress,
  signDocOf,
  TX_DOMAINS,
  toChecksumAddress,
  typedDataDigests,
} from '@prairie/chain';
import type { AppKeepers } from '@prairie/devchain';

/**
 * Recovers the signer from the signature and the typed data, and compares it with the account whose sequence the
 * transaction uses. All recorded transactions have one signer.
 * @returns what is wrong, or undefined
 */
export function signerMismatch(
  bytes: Uint8Array,
  chainId: string,
  signer: string,
  keepers: AppKeepers,
): string | undefined {
  const tx = decodeTx(bytes);
  const account = keepers.accounts.account(signer);
  if (!account) return `${signer} is no account`;
  const sequence = tx.authInfo.signer_infos[0]!.sequence;
  const doc = signDocOf(tx, { chainId, accountNumber: account.account_number, sequence, signer });
  const recovered = typedDataDigests(doc, TX_DOMAINS).map((digest) =>
    recoverAddress(digest, tx.signatures[0]!, { legacyV: true }),
  );
  if (recovered.includes(toChecksumAddress(signer))) return undefined;
  return `expected ${signer}, got ${recovered.join(' or ')} (public key ${publicKeyInTx(tx)?.length ?? 0} bytes)`;
}
