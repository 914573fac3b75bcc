/** Whether a signature of a transaction is its signer's (`reference/chain-rpc.md` §13). */
import {
  type cosmosAuthV1beta1 as auth,
  BoundedCache,
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

/** Signatures found to be good: a transaction is checked when it comes, in its block, and after blocks that it waits. */
const good = new BoundedCache<string, true>(10_000);

/** All that the answer depends on; the hash stands for the transaction with its signatures. */
function questionOf({ chainId }: ExecutionContext, { hash }: Tx, { account, index, firstSigner }: Signing): string {
  const { address, account_number, sequence } = account;
  return [hash.toString('base64'), index, chainId, address, account_number, sequence, firstSigner].join('/');
}

/** Why a signature is not the account's, in the words of the node; undefined when it is. */
export function signatureFault(ctx: ExecutionContext, tx: Tx, signing: Signing): string | undefined {
  const { account, index, firstSigner } = signing;
  const signature = tx.signatures[index]!;
  // the domain of the browser's wallets came later
  const domains = ctx.has('Altai') ? TX_DOMAINS : TX_DOMAINS.slice(0, 1);
  const question = `${questionOf(ctx, tx, signing)}/${domains.length}`;
  if (good.get(question)) return undefined;
  try {
    const { account_number, sequence } = account;
    const doc = signDocOf(tx, {
      chainId: ctx.chainId,
      accountNumber: account_number,
      sequence,
      signer: firstSigner,
    });
    if (verifyTxSignature(doc, signature, account.address, domains) !== undefined) {
      good.set(question, true);
      return undefined;
    }
    const signer = recoverPublicKey(typedDataDigests(doc, domains).at(-1)!, signature, { legacyV: true });
    const { key } = decode(ethsecp256k1.PubKey, account.pub_key!.value);
    const difference = `feePayer's pubkey ${keyText(key)} is different from signature's pubkey ${keyText(signer)}`;
    return `${difference}: tx intended signer does not match the given signer`;
  } catch (error) {
    return (error as Error).message;
  }
}

const keyText = (key: Uint8Array): string => `EthPubKeySecp256k1{${upperHex(key)}}`;
