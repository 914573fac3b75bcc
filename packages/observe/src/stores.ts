/** What each operation of the stores and of the chain counts as (`reference/cli-and-config.md` §6). */
import { type Consensus, NoSuchKeyError, type PieceStore, type SpDb, type SpDbTables } from '@prairie/gfsp';
import type { Metrics } from './metrics.ts';
import { type OperationTable, observeOperations } from './operations.ts';

const pieceStoreOps: OperationTable<PieceStore> = {
  get: 'get_piece_store',
  put: 'put_piece_store',
  delete: 'del_piece_store',
  deleteByPrefix: 'del_piece_store',
};

const spDbOps: OperationTable<SpDbTables> = {
  setIntegrity: 'set_object_integrity_meta',
  getIntegrity: 'get_object_integrity_meta',
  deleteIntegrity: 'del_object_integrity_meta',
  setPieceHash: 'set_replicate_piece_checksum',
  listPieceHashes: 'get_all_replicate_piece_checksum',
  deletePieceHashes: 'del_all_replicate_piece_checksum',
  consumeReadQuota: 'check_and_add_read_record',
};

const consensusOps: OperationTable<Consensus> = {
  currentHeight: 'get_current_height',
  waitForHeight: 'wait_for_next_block',
  listSps: 'list_sp',
  spByOperator: 'query_sp',
  spById: 'query_sp_by_id',
  spPrice: 'query_sp_price',
  storageParams: 'query_storage_param_by_timestamp',
  virtualGroupParams: 'query_virtual_group_params',
  bucket: 'query_bucket_info',
  object: 'query_object_info',
  objectById: 'query_object_info_by_id',
  family: 'query_virtual_group_family',
  familiesOfSp: 'list_virtual_group_family',
  gvg: 'query_global_virtual_group',
  gvgsOfFamily: 'list_virtual_group_by_family_id',
  streamRecord: 'query_payment_stream_record',
  verifyPermission: 'verify_get_object_permission',
};

const PIECE_STORE = { time: 'piece_store_time', counter: 'piece_store_counter' } as const;

/** Times gets, puts and deletes, and sums up bytes. A piece that is not there is an answer, not a failure. */
export function observePieceStore(store: PieceStore, metrics: Metrics): PieceStore {
  const used = (what: string, bytes: number): void =>
    metrics.add('usage_amount_piece_store', { usage_amount_piece_store: what }, bytes);
  const observed = observeOperations(
    store,
    {
      table: pieceStoreOps,
      pair: PIECE_STORE,
      isFailure: (error) => !(error instanceof NoSuchKeyError),
      onSuccess(method, args, result) {
        if (method === 'put') used('put_piece_store_success', (args[1] as Uint8Array).length);
        if (method === 'deleteByPrefix') used('del_piece_store_success', result as number);
      },
    },
    metrics,
  );
  const unused = async (key: string): Promise<void> => {
    // for this figure alone: that it cannot be told is no reason not to delete
    const bytes = await store.size(key).catch(() => undefined);
    await observed.delete(key);
    if (bytes) used('del_piece_store_success', bytes);
  };
  return observeOperations(observed, { table: {}, pair: PIECE_STORE, instead: { delete: unused } }, metrics);
}

/** What a piece store does by itself: reads from its memory, requests made again. */
export function pieceStoreEvents(metrics: Metrics) {
  return {
    onCacheRead: (hit: boolean): void => metrics.add('piece_cache_reads', { result: hit ? 'hit' : 'miss' }),
    onRetry: (): void => metrics.add('piece_store_retries', {}),
  };
}

/** What is done within a transaction counts as well. */
export function observeSpDb(db: SpDb, metrics: Metrics): SpDb {
  const timed = { table: spDbOps, pair: { time: 'sp_db_time', counter: 'sp_db_counter' } } as const;
  const transaction: SpDb['transaction'] = (work, options) =>
    db.transaction((tables) => work(observeOperations(tables, timed, metrics)), options);
  return observeOperations<SpDb>(db, { ...timed, instead: { transaction } }, metrics);
}

export function observeConsensus(consensus: Consensus, metrics: Metrics): Consensus {
  const pair = { time: 'gnfd_chain_time', counter: 'gnfd_chain_counter' } as const;
  return observeOperations(consensus, { table: consensusOps, pair }, metrics);
}
