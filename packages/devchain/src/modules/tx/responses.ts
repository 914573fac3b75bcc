/** Transactions of blocks as the transaction service answers them (`reference/chain-rpc.md` §10.2). */
import { type cosmosBaseAbciV1beta1 as abci, decode, cosmosTxV1beta1 as tx, txHash } from '@prairie/chain';
import type { Chain } from '../../chain/chain.ts';
import type { TxPosition } from '../../chain/chain-store.ts';
import type { Event } from '../../context.ts';

/** A transaction and its result. */
export function deliveredTx(chain: Chain, { height, position }: TxPosition) {
  const { block, results } = chain.store.block(height)!;
  const result = results.txs_results![position]!;
  const bytes = Buffer.from(block.block.data.txs[position]!, 'base64');
  const tx_response = {
    height: BigInt(height),
    txhash: txHash(bytes),
    codespace: result.codespace,
    code: result.code,
    data: Buffer.from(result.data ?? '', 'base64')
      .toString('hex')
      .toUpperCase(),
    raw_log: result.log,
    logs: result.code === 0 ? (JSON.parse(result.log) as abci.ABCIMessageLog[]) : [],
    info: '',
    gas_wanted: BigInt(result.gas_wanted),
    gas_used: BigInt(result.gas_used),
    tx: { type_url: tx.Tx.typeUrl, value: bytes },
    timestamp: `${block.block.header.time.slice(0, 19)}Z`,
    events: eventMessages(result.events),
  };
  return { tx: decode(tx.Tx, bytes), tx_response };
}

export const eventMessages = (events: readonly Event[]) => events.map(({ type, attributes }) => ({ type, attributes }));
