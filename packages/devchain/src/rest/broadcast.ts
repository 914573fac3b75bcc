/** `POST /cosmos/tx/v1beta1/txs`: the one method of the REST port that changes something. */
import { cosmosTxV1beta1 as tx, txHash } from '@prairie/chain';
import type { Chain } from '../chain/chain.ts';
import { upperHex } from '../chain/hashes.ts';
import { MempoolError } from '../chain/mempool.ts';
import { GRPC, RestError } from './status.ts';

const { BROADCAST_MODE_SYNC, BROADCAST_MODE_ASYNC } = tx.BroadcastMode;

/** What the mempool refuses unseen, as codes of codespace `sdk` (`reference/chain-rpc.md` §2). */
const REFUSALS: readonly (readonly [RegExp, number])[] = [
  [/tx already exists in cache/, 19],
  [/mempool is full/, 20],
  [/tx too large/i, 21],
];

/** @throws RestError for an empty transaction, and for a mode that waits for a block */
export function broadcastTx(chain: Chain, { tx_bytes, mode }: tx.BroadcastTxRequest): tx.BroadcastTxResponse {
  if (tx_bytes.length === 0) throw new RestError(GRPC.invalidArgument, 'invalid empty tx');
  if (mode !== BROADCAST_MODE_SYNC && mode !== BROADCAST_MODE_ASYNC) {
    throw new RestError(GRPC.invalidArgument, `unsupported return type ${mode}; supported types: sync, async`);
  }
  const { code, codespace, log, data } = checked(chain, tx_bytes);
  const outcome = mode === BROADCAST_MODE_SYNC ? { code, codespace, raw_log: log, data: upperHex(data) } : {};
  return tx.BroadcastTxResponse.create({ tx_response: { txhash: txHash(tx_bytes), ...outcome } });
}

function checked(chain: Chain, bytes: Uint8Array) {
  try {
    return chain.submit(bytes);
  } catch (error) {
    if (!(error instanceof MempoolError)) throw error;
    const code = REFUSALS.find(([text]) => text.test(error.message))?.[1] ?? 1;
    return { code, codespace: 'sdk', log: '', data: new Uint8Array(0) };
  }
}
