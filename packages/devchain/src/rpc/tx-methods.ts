/** Methods about transactions: sending them and finding them. */
import { sha256, txHash } from '@prairie/chain';
import { txResultJson } from '../chain/block-builder.ts';
import type { BlockRecord, TxResultJson } from '../chain/block-types.ts';
import type { Chain } from '../chain/chain.ts';
import type { TxPosition } from '../chain/chain-store.ts';
import { parseQuery } from '../chain/event-query.ts';
import { upperHex } from '../chain/hashes.ts';
import { merkleProof } from '../chain/merkle.ts';
import type { TxOutcome } from '../chain/tx-runner.ts';
import type { MethodDeps, MethodTable } from './methods.ts';
import { ordered, pageOf } from './paging.ts';

const COMMIT_TIMEOUT_MS = 10_000;
const MAX_LISTED = 100;
const DEFAULT_LISTED = 30;

export function txMethods({ chain }: MethodDeps): MethodTable {
  return { ...broadcastMethods(chain), ...lookupMethods(chain), ...pendingMethods(chain) };
}

const bytesOf = (tx: unknown): Uint8Array => (tx as Uint8Array | undefined) ?? new Uint8Array(0);

const broadcastResult = (outcome: TxOutcome, hash: string) => ({
  code: outcome.code,
  data: upperHex(outcome.data),
  log: outcome.log,
  codespace: outcome.codespace,
  hash,
});

const checkResult = (outcome: TxOutcome) => ({
  ...txResultJson({ ...outcome, events: [] }),
  sender: '',
  priority: '0',
  mempoolError: '',
});

const NOT_DELIVERED: TxResultJson = {
  ...{ code: 0, data: null, log: '', info: '', gas_wanted: '0', gas_used: '0' },
  events: [],
  codespace: '',
};

function broadcastMethods(chain: Chain): MethodTable {
  return {
    broadcast_tx_sync: {
      params: [['tx', 'bytes']],
      handle: ({ tx }) => {
        const outcome = chain.submit(bytesOf(tx));
        return broadcastResult(outcome, outcome.hash);
      },
    },
    broadcast_tx_async: {
      params: [['tx', 'bytes']],
      handle: ({ tx }) => {
        // the answer goes out before the check, whose result nobody waits for
        setImmediate(() => {
          try {
            chain.submit(bytesOf(tx));
          } catch {
            // a full mempool or a repeated transaction: the caller chose not to hear of it
          }
        });
        return { code: 0, data: '', log: '', codespace: '', hash: txHash(bytesOf(tx)) };
      },
    },
    broadcast_tx_commit: { params: [['tx', 'bytes']], handle: ({ tx }) => broadcastCommit(chain, bytesOf(tx)) },
    check_tx: { params: [['tx', 'bytes']], handle: ({ tx }) => checkResult(chain.check(bytesOf(tx))) },
    broadcast_evidence: {
      params: [['evidence', 'any']],
      handle: ({ evidence }) => {
        if (!evidence) throw new Error('no evidence was provided');
        throw new Error('evidence of misbehaviour is not accepted: the chain has one validator');
      },
    },
  };
}

async function broadcastCommit(chain: Chain, bytes: Uint8Array): Promise<unknown> {
  let seen: (at: BlockRecord) => void = () => {};
  const committed = new Promise<BlockRecord>((resolve) => {
    seen = resolve;
  });
  const hash = txHash(bytes);
  const unsubscribe = chain.blocks.add((record) => {
    if (positionIn(record, hash) >= 0) seen(record);
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const outcome = chain.submit(bytes);
    const answer = { check_tx: checkResult(outcome), deliver_tx: NOT_DELIVERED, hash, height: '0' };
    if (outcome.code !== 0) return answer;
    const timeout = new Promise<never>((_, reject) => {
      const error = new Error('timed out waiting for tx to be included in a block');
      timer = setTimeout(() => reject(error), COMMIT_TIMEOUT_MS);
    });
    const record = await Promise.race([committed, timeout]);
    const deliver_tx = record.results.txs_results?.[positionIn(record, hash)];
    return { ...answer, deliver_tx, height: String(record.height) };
  } finally {
    clearTimeout(timer);
    unsubscribe();
  }
}

const positionIn = (record: BlockRecord, hash: string): number =>
  record.block.block.data.txs.findIndex((tx) => txHash(Buffer.from(tx, 'base64')) === hash);

function lookupMethods(chain: Chain): MethodTable {
  return {
    tx: {
      params: [
        ['hash', 'bytes'],
        ['prove', 'bool'],
      ],
      immutable: true,
      handle: ({ hash, prove }) => {
        const wanted = bytesOf(hash);
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
        const size = Math.min(Math.max(Number(limit ?? DEFAULT_LISTED), 1), MAX_LISTED);
        const txs = chain.mempool.first(size).map(({ bytes }) => Buffer.from(bytes).toString('base64'));
        return { ...counts(txs.length), txs };
      },
    },
    num_unconfirmed_txs: { params: [], handle: () => ({ ...counts(chain.mempool.count), txs: null }) },
  };
}
