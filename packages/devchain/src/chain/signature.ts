/** Whether a signature of a transaction is its signer's (`reference/chain-rpc.md` §13). */
import {
  type cosmosAuthV1beta1 as auth,
  decode,
  cosmosCryptoEthEthsecp256k1 as ethsecp256k1,
  recoverPublicKey,
  signDocOf,
  TX_DOMAINS,
  typedDataDigests,
  verifyTxSignature,
} from '@prairie/chain';
import type { ExecutionContext } from './execution-context.ts';
import { upperHex } from './hashes.ts';
import type { Tx } from './tx.ts';

export interface Signing {
  account: auth.BaseAccount;
  /** Of the signature. */
  index: number;
  firstSigner: string;
}

/** Why a signature is not the account's, in the words of the node; undefined when it is. */
export function signatureFault(ctx: ExecutionContext, tx: Tx, signing: Signing): string | undefined {
  const { account, index, firstSigner } = signing;
  const signature = tx.signatures[index]!;
  // the domain of the browser's wallets came later
  const domains = ctx.has('Altai') ? TX_DOMAINS : TX_DOMAINS.slice(0, 1);
  try {
    const { account_number, sequence } = account;
    const doc = signDocOf(tx, {
      chainId: ctx.chainId,
      accountNumber: account_number,
      sequence,
      signer: firstSigner,
    });
    if (verifyTxSignature(doc, signature, account.address, domains) !== undefined) return undefined;
    const signer = recoverPublicKey(typedDataDigests(doc, domains).at(-1)!, signature, { legacyV: true });
    const { key } = decode(ethsecp256k1.PubKey, account.pub_key!.value);
    const difference = `feePayer's pubkey ${keyText(key)} is different from signature's pubkey ${keyText(signer)}`;
    return `${difference}: tx intended signer does not match the given signer`;
  } catch (error) {
    return (error as Error).message;
  }
}

const keyText = (key: Uint8Array): string => `EthPubKeySecp256k1{${upperHex(key)}}`;
