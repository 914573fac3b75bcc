/** Methods that check transactions and send them (`reference/chain-rpc.md` §10.1). */
import { txHash } from '@prairie/chain';
import { txResultJson } from '../chain/block-builder.ts';
import type { BlockRecord, TxResultJson } from '../chain/block-types.ts';
import type { Chain } from '../chain/chain.ts';
import { upperHex } from '../chain/hashes.ts';
import { MempoolError } from '../chain/mempool.ts';
import type { TxOutcome } from '../chain/tx-runner.ts';
import type { MethodDeps, MethodTable } from './methods.ts';
import type { Args, ParamSpec } from './params.ts';

const COMMIT_TIMEOUT_MS = 10_000;

const TX: ParamSpec = [['tx', 'bytes']];

const bytesOf = ({ tx }: Args): Uint8Array => (tx as Uint8Array | undefined) ?? new Uint8Array(0);

/** A transaction that the mempool refuses unseen is an error of the method, whose text clients match. */
export function broadcastMethods({ chain }: MethodDeps): MethodTable {
  return {
    broadcast_tx_sync: {
      params: TX,
      handle: (args) => {
        const { code, data, log, codespace, hash } = chain.submit(bytesOf(args));
        return { code, data: upperHex(data), log, codespace, hash };
      },
    },
    broadcast_tx_async: {
      params: TX,
      // the result of the check is what the caller chose not to hear of
      handle: (args) => ({ code: 0, data: '', log: '', codespace: '', hash: chain.submit(bytesOf(args)).hash }),
    },
    broadcast_tx_commit: { params: TX, handle: (args) => broadcastCommit(chain, bytesOf(args)) },
    check_tx: { params: TX, handle: (args) => checkResult(chain.check(bytesOf(args))) },
  };
}

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

async function broadcastCommit(chain: Chain, bytes: Uint8Array): Promise<unknown> {
  const hash = txHash(bytes);
  const committed = Promise.withResolvers<BlockRecord>();
  const unsubscribe = chain.blocks.add((record) => {
    if (positionIn(record, hash) >= 0) committed.resolve(record);
  });
  const timeout = new Error('timed out waiting for tx to be included in a block');
  const timer = setTimeout(() => committed.reject(timeout), COMMIT_TIMEOUT_MS);
  try {
    const outcome = submitted(chain, bytes);
    const answer = { check_tx: checkResult(outcome), deliver_tx: NOT_DELIVERED, hash, height: '0' };
    if (outcome.code !== 0) return answer;
    const record = await committed.promise;
    const deliver_tx = record.results.txs_results?.[positionIn(record, hash)];
    return { ...answer, deliver_tx, height: String(record.height) };
  } finally {
    clearTimeout(timer);
    unsubscribe();
  }
}

function submitted(chain: Chain, bytes: Uint8Array): TxOutcome {
  try {
    return chain.submit(bytes);
  } catch (error) {
    if (error instanceof MempoolError) throw new Error(`error on broadcastTxCommit: ${error.message}`);
    throw error;
  }
}

const positionIn = (record: BlockRecord, hash: string): number =>
  record.block.block.data.txs.findIndex((tx) => txHash(Buffer.from(tx, 'base64')) === hash);
