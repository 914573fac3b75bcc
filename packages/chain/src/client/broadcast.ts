/**
 * Handing a transaction to the nodes. Only the same bytes are ever repeated, at the same node or another: the chain
 * takes them once, since they use up their sequence.
 */

import { type CallOptions, type RpcBroadcast, type RpcClient, RpcError, RpcTransportError } from '../rpc.ts';
import { txHash } from '../tx.ts';
import { isSdk, TxError, TxUnknownError } from './errors.ts';

export interface BroadcastOptions extends CallOptions {
  /** Attempts while no node answers, or while mempools are full. Default 6: a few seconds. */
  attempts?: number;
}

/** What some nodes say as an error of the call instead of a refusal (`reference/chain-rpc.md` §2), as sdk codes. */
const REFUSALS: readonly (readonly [RegExp, number])[] = [
  [/tx already exists in cache/, 19],
  [/mempool is full/, 20],
  [/tx too large/i, 21],
];

const ALREADY_THERE = 19;
const MEMPOOL_FULL = 20;

/**
 * Resolves once a node has checked the transaction, or has it already.
 * @throws TxError when it is refused; TxUnknownError when it is unknown whether a node has it: an attempt had no
 * answer, whatever later ones say
 */
export async function broadcast(rpc: RpcClient, bytes: Uint8Array, options: BroadcastOptions = {}): Promise<void> {
  const { attempts = 6, ...call } = options;
  const hash = txHash(bytes);
  options.signal?.throwIfAborted();
  let unanswered = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await checked(rpc, bytes, call);
      if (answer.code === 0 || isSdk(answer, ALREADY_THERE)) return;
      throw new TxError('checked', hash, answer);
    } catch (error) {
      const full = error instanceof TxError && isSdk(error, MEMPOOL_FULL);
      const silent = error instanceof RpcTransportError;
      const aborted = options.signal?.aborted;
      unanswered ||= aborted || (silent && !error.undelivered);
      if ((!full && !silent) || attempt >= attempts || aborted) {
        throw unanswered ? new TxUnknownError(hash, error) : error;
      }
    }
    await rpc.pause(attempt, options.signal).catch((reason) => {
      throw unanswered ? new TxUnknownError(hash, reason) : reason;
    });
  }
}

async function checked(rpc: RpcClient, bytes: Uint8Array, call: CallOptions): Promise<RpcBroadcast> {
  try {
    return await rpc.broadcastTxSync(bytes, call);
  } catch (error) {
    const refusal = error instanceof RpcError && REFUSALS.find(([text]) => text.test(error.data));
    if (!refusal) throw error;
    return { code: refusal[1], codespace: 'sdk', log: (error as RpcError).data, data: '', hash: txHash(bytes) };
  }
}
