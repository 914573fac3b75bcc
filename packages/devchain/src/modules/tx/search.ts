/** Lists of the transaction service: by events, and by block. */
import { decode, cosmosTxV1beta1 as tx } from '@prairie/chain';
import type { Chain } from '../../chain/chain.ts';
import type { TxPosition } from '../../chain/chain-store.ts';
import { type Condition, parseQuery } from '../../chain/event-query.ts';
import { ordered } from '../../chain/pages.ts';
import { StatusError } from '../../context.ts';
import { MAX_PAGE } from '../../pagination.ts';
import { blockMessages } from '../tendermint/index.ts';
import { deliveredTx } from './responses.ts';

const DESCENDING = tx.OrderBy.ORDER_BY_DESC;

/** Conditions of `events` must all hold. Pages are 1-based; the deprecated `pagination.offset` and `.limit` serve too. */
export function txsByEvents(chain: Chain, request: tx.GetTxsEventRequest) {
  const { events, order_by, pagination } = request;
  if (events.length === 0) throw new StatusError('InvalidArgument', 'must declare at least one event to search');
  const found = ordered(matching(chain, conditionsOf(events)), order_by === DESCENDING ? 'desc' : 'asc');
  const size = sizeOf(request.limit || (pagination?.limit ?? 0n));
  const offset = request.page > 0n ? (request.page - 1n) * BigInt(size) : (pagination?.offset ?? 0n);
  const shown = found.slice(boundedIndex(offset), boundedIndex(offset) + size).map((at) => deliveredTx(chain, at));
  return {
    txs: shown.map((delivered) => delivered.tx),
    tx_responses: shown.map((delivered) => delivered.tx_response),
    total: BigInt(found.length),
  };
}

function conditionsOf(events: readonly string[]): Condition[] {
  try {
    return parseQuery(events.join(' AND '));
  } catch (error) {
    throw new StatusError('InvalidArgument', (error as Error).message);
  }
}

/** @throws StatusError Internal when the search is too wide */
function matching(chain: Chain, conditions: readonly Condition[]): TxPosition[] {
  try {
    return chain.search.txs(conditions);
  } catch (error) {
    throw new StatusError('Internal', (error as Error).message);
  }
}

export function blockWithTxs(chain: Chain, { height, pagination }: tx.GetBlockWithTxsRequest) {
  if (height < 1n || height > BigInt(chain.height)) {
    throw new StatusError(
      'InvalidArgument',
      `requested height ${height} but height must not be less than 1 or greater than the current height ${chain.height}`,
    );
  }
  const record = chain.store.block(Number(height))!;
  const { txs } = record.block.block.data;
  const { offset = 0n, limit = 0n } = pagination ?? {};
  if (txs.length > 0 && offset >= BigInt(txs.length)) {
    const text = `out of range: cannot paginate ${txs.length} txs with offset ${offset} and limit ${limit}`;
    throw new StatusError('InvalidArgument', text);
  }
  const { block_id, block } = blockMessages(record.block);
  const shown = txs.slice(boundedIndex(offset), boundedIndex(offset) + sizeOf(limit));
  return {
    txs: shown.map((text) => decode(tx.Tx, Buffer.from(text, 'base64'))),
    block_id,
    block,
    pagination: { total: BigInt(txs.length) },
  };
}

const sizeOf = (limit: bigint): number => (limit === 0n || limit > BigInt(MAX_PAGE) ? MAX_PAGE : Number(limit));

/** An offset as an index: no list is longer than what fits. */
const boundedIndex = (offset: bigint): number => Number(offset > 0xffffffffn ? 0xffffffffn : offset);
