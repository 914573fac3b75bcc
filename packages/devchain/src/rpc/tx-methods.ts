/** Methods that find transactions, in blocks and in the mempool. */
import { sha256, txHash } from '@prairie/chain';
import type { Chain } from '../chain/chain.ts';
import type { TxPosition } from '../chain/chain-store.ts';
import { parseQuery } from '../chain/event-query.ts';
import { upperHex } from '../chain/hashes.ts';
import { merkleProof } from '../chain/merkle.ts';
import { ordered, pageOf, pageSize } from '../chain/pages.ts';
import type { MethodDeps, MethodTable } from './methods.ts';

export const txMethods = ({ chain }: MethodDeps): MethodTable => ({
  ...lookupMethods(chain),
  ...pendingMethods(chain),
});

function lookupMethods(chain: Chain): MethodTable {
  return {
    tx: {
      params: [
        ['hash', 'bytes'],
        ['prove', 'bool'],
      ],
      immutable: true,
      handle: ({ hash, prove }) => {
        const wanted = (hash as Uint8Array | undefined) ?? new Uint8Array(0);
        const at = wanted.length === 32 ? chain.store.tx(wanted) : undefined;
        if (!at) throw new Error(`tx (${upperHex(wanted)}) not found`);
        return txJson(chain, at, prove === true);
      },
    },
    tx_search: {
      params: [
        ['query', 'string'],
        ['prove', 'bool'],
        ['page', 'int'],
        ['per_page', 'int'],
        ['order_by', 'string'],
      ],
      handle: ({ query, prove, page, per_page, order_by }) => {
        const found = ordered(chain.search.txs(parseQuery(String(query ?? ''))), order_by as string | undefined);
        const shown = pageOf(found, page as number | undefined, per_page as number | undefined);
        return { txs: shown.map((at) => txJson(chain, at, prove === true)), total_count: String(found.length) };
      },
    },
  };
}

/** A proof is only there when it was asked for: cosmjs decodes one that is present. */
function txJson(chain: Chain, { height, position }: TxPosition, prove: boolean): unknown {
  const record = chain.store.block(height)!;
  const { txs } = record.block.block.data;
  const tx = txs[position]!;
  const hash = txHash(Buffer.from(tx, 'base64'));
  const tx_result = record.results.txs_results![position];
  const proof = prove ? { proof: proofOf(txs, position) } : {};
  return { hash, height: String(height), index: position, tx_result, tx, ...proof };
}

function proofOf(txs: readonly string[], index: number): unknown {
  const leaves = txs.map((tx) => sha256(Buffer.from(tx, 'base64')));
  const { root, leaf, aunts } = merkleProof(leaves, index);
  return {
    root_hash: upperHex(root),
    data: txs[index],
    proof: {
      total: String(txs.length),
      index: String(index),
      leaf_hash: leaf.toString('base64'),
      aunts: aunts.map((aunt) => aunt.toString('base64')),
    },
  };
}

function pendingMethods(chain: Chain): MethodTable {
  const counts = (shown: number) => ({
    n_txs: String(shown),
    total: String(chain.mempool.count),
    total_bytes: String(chain.mempool.bytes),
  });
  return {
    unconfirmed_txs: {
      params: [['limit', 'int']],
      handle: ({ limit }) => {
        const waiting = chain.mempool.first(pageSize(limit as number | undefined));
        const txs = waiting.map(({ bytes }) => Buffer.from(bytes).toString('base64'));
        return { ...counts(txs.length), txs };
      },
    },
    num_unconfirmed_txs: { params: [], handle: () => ({ ...counts(chain.mempool.count), txs: null }) },
  };
}
