/** Signs and sends transactions of test accounts to a chain in this process. */
import { feeOf, type Init, type MessageType, signTx, type TxFee, txMessage } from '@prairie/chain';
import type { DevChain } from '../devchain.ts';
import type { TestKey } from './network.ts';

export interface SendOptions {
  fee?: TxFee;
  sequence?: bigint;
  memo?: string;
  timeoutHeight?: bigint;
  domain?: string;
  chainId?: string;
}

export type AnyTxMessage = ReturnType<typeof txMessage>;

export const msg = <T>(type: MessageType<T>, value: Init<T>): AnyTxMessage => txMessage(type, value);

/** What signing asks of a chain in this process. */
export type SigningChain = Pick<DevChain, 'chain' | 'keepers' | 'chainId'>;

/** Bytes of a transaction signed by `key` with the sequence that the chain expects next. */
export function signed(
  devchain: SigningChain,
  key: TestKey,
  messages: AnyTxMessage[],
  options: SendOptions = {},
): Buffer {
  const account = devchain.chain.inCheckState(() => devchain.keepers.accounts.account(key.address));
  return signTx({
    messages,
    privateKey: key.privateKey,
    chainId: options.chainId ?? devchain.chainId,
    accountNumber: account?.account_number ?? 0n,
    sequence: options.sequence ?? account?.sequence ?? 0n,
    fee: options.fee ?? feeOf(3_000_000n),
    memo: options.memo ?? '',
    timeoutHeight: options.timeoutHeight ?? 0n,
    ...(options.domain === undefined ? {} : { domain: options.domain }),
  }).bytes;
}

/** Sends, makes a block, and returns the result in it. @throws Error when the check fails */
export function deliver(devchain: DevChain, key: TestKey, messages: AnyTxMessage[], options: SendOptions = {}) {
  const outcome = devchain.chain.submit(signed(devchain, key, messages, options));
  if (outcome.code !== 0) throw new Error(`check failed with ${outcome.codespace}/${outcome.code}: ${outcome.log}`);
  const { results } = devchain.produceBlock();
  return results.txs_results![0]!;
}
