/**
 * What the chain began with. No block tells of it (`reference/block-syncer-and-db.md` §3.1): providers with their prices,
 * payment accounts and stream records. Buckets, objects, groups, policies and virtual groups cannot be in a genesis
 * file: their modules have parameters there and nothing else.
 */
import { fromProtoJson, type GenesisFile, greenfieldPayment as payment, greenfieldSp as sp } from '@prairie/chain';
import type { BsDb, BsDbTables, Epoch, StorageProviderRow } from '@prairie/store';

const NO_HASH = new Uint8Array(32);
/** Jobs of the reference that put right what its older releases wrote. */
const REPAIRS = ['key_update_bucket_size', 'key_update_slash_prefix_tree'];

interface GenesisTransaction {
  body?: { messages?: ({ '@type'?: string } & Record<string, unknown>)[] };
}

/** Whether the tables have what came before the first block, and no block. */
export const isGenesis = ({ block_hash }: Epoch): boolean => Buffer.from(block_hash).equals(NO_HASH);

/** Into empty tables. The epoch is the height before the first block then. */
export async function loadGenesis(db: BsDb, genesis: GenesisFile): Promise<void> {
  const { initial_height, genesis_time, app_state, chain_id } = genesis;
  const began = BigInt(Math.floor(Date.parse(genesis_time) / 1000));
  await db.transaction(async (tables) => {
    for (const provider of providersOf(app_state, began)) await tables.storageProviders.put(provider);
    await loadPayments(tables, app_state.payment, began);
    await tables.epoch.setChainId(chain_id);
    await markNew(tables);
    const block_height = BigInt(initial_height) - 1n;
    await tables.epoch.set({ block_height, block_hash: NO_HASH, update_time: began });
  });
}

/** As the reference leaves a database that it has just made: in use, and with nothing to repair. */
async function markNew({ maintenance }: BsDbTables): Promise<void> {
  if ((await maintenance.isMaster()) === undefined) await maintenance.setMaster(true);
  for (const job of REPAIRS) await maintenance.setMigrated(job, true);
}

/**
 * Providers that the tables lack, as the chain has them now: the tables of a reference provider never had those of the
 * genesis.
 */
export async function addProviders(db: BsDb, providers: readonly sp.StorageProvider[]): Promise<void> {
  const unknown: sp.StorageProvider[] = [];
  for (const provider of providers) {
    if (!(await db.storageProviders.byId(provider.id))) unknown.push(provider);
  }
  if (unknown.length === 0) return;
  await db.transaction(async (tables) => {
    for (const provider of unknown) await tables.storageProviders.put(rowOf(provider));
  });
}

type ProviderRow = Partial<StorageProviderRow> & Pick<StorageProviderRow, 'sp_id'>;

function providersOf(state: GenesisFile['app_state'], began: bigint): ProviderRow[] {
  const { storage_providers, sp_storage_price_list } = fromProtoJson(sp.GenesisState, state.sp ?? {});
  const prices = new Map(sp_storage_price_list.map((price) => [price.sp_id, price]));
  const listed = storage_providers.map((provider) => ({ ...rowOf(provider), ...prices.get(provider.id) }));
  const last = listed.reduce((highest, { sp_id }) => Math.max(highest, sp_id), 0);
  return [...listed, ...createdOf(state.gensp).map((message, i) => createdRow(message, last + i + 1, began))];
}

/** Those that the first transactions make. */
function createdOf(gensp: unknown): sp.MsgCreateStorageProvider[] {
  const { gensp_txs = [] } = (gensp ?? {}) as { gensp_txs?: GenesisTransaction[] };
  const messages = gensp_txs.flatMap(({ body }) => body?.messages ?? []);
  return messages
    .filter((message) => message['@type'] === sp.MsgCreateStorageProvider.typeUrl)
    .map(({ '@type': _type, ...fields }) => fromProtoJson(sp.MsgCreateStorageProvider, fields));
}

/** In service from the start, unlike one that is voted for. */
function createdRow(message: sp.MsgCreateStorageProvider, id: number, began: bigint): ProviderRow {
  const { creator: _creator, maintenance_address: _unused, bls_proof: _proof, sp_address, deposit, ...rest } = message;
  const { description, ...columns } = rest;
  return {
    ...columns,
    ...description,
    sp_id: id,
    operator_address: sp_address,
    total_deposit: deposit.amount,
    status: sp.Status.STATUS_IN_SERVICE,
    update_time_sec: began,
  };
}

function rowOf({
  id,
  description,
  bls_key,
  maintenance_address: _unused,
  ...columns
}: sp.StorageProvider): ProviderRow {
  return { ...columns, ...description, sp_id: id, bls_key: Buffer.from(bls_key).toString('hex') };
}

async function loadPayments(tables: BsDbTables, state: unknown, began: bigint): Promise<void> {
  const { payment_account_list, stream_record_list } = fromProtoJson(payment.GenesisState, state ?? {});
  for (const { addr, owner, refundable } of payment_account_list) {
    await tables.payments.putAccount({ addr, owner, refundable, update_at: 0n, update_time: began });
  }
  for (const record of stream_record_list) await tables.payments.putStreamRecord(record);
}
