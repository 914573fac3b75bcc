/** §5.7. */
import { enumType, greenfieldSp as sp, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { type At, type Handler, on } from './handler.ts';

const { STATUS_FORCED_EXITING, STATUS_GRACEFUL_EXITING } = sp.Status;
const statusNames = enumType('greenfield.sp.Status').byName;

const createdNow = (at: At) => ({ create_at: at.height, ...(at.txHash && { create_tx_hash: at.txHash }) });
const updatedNow = (at: At) => ({ update_at: at.height, ...(at.txHash && { update_tx_hash: at.txHash }) });

/** Columns of the description; what was not given stays as it is. */
function describe(description: Partial<sp.Description> | undefined) {
  if (!description) return {};
  const { moniker = '', identity = '', website = '', security_contact = '', details = '' } = description;
  return { moniker, identity, website, security_contact, details };
}

export const storageProviderHandlers: readonly Handler[] = [
  on(sp.EventCreateStorageProvider, async (e, at) => {
    await at.db.storageProviders.put({
      sp_id: e.sp_id,
      operator_address: e.sp_address,
      funding_address: e.funding_address,
      seal_address: e.seal_address,
      approval_address: e.approval_address,
      gc_address: e.gc_address,
      total_deposit: e.total_deposit?.amount ?? 0n,
      status: e.status,
      endpoint: e.endpoint,
      ...describe(e.description),
      bls_key: e.bls_key,
      ...createdNow(at),
      ...updatedNow(at),
    });
  }),
  on(sp.EventEditStorageProvider, async (e, at) => {
    await at.db.storageProviders.update(e.sp_id, {
      operator_address: e.sp_address,
      seal_address: e.seal_address,
      approval_address: e.approval_address,
      gc_address: e.gc_address,
      endpoint: e.endpoint,
      ...describe(e.description),
      bls_key: e.bls_key,
      ...updatedNow(at),
    });
  }),
  on(sp.EventDeposit, async (e, at) => {
    await at.db.storageProviders.updateByFunding(e.funding_address, {
      total_deposit: e.total_deposit,
      ...updatedNow(at),
    });
  }),
  on(sp.EventSpStoragePriceUpdate, async (e, at) => {
    await at.db.storageProviders.update(e.sp_id, {
      update_time_sec: e.update_time_sec,
      read_price: e.read_price,
      free_read_quota: e.free_read_quota,
      store_price: e.store_price,
      ...updatedNow(at),
    });
  }),
  on(sp.EventUpdateStorageProviderStatus, async (e, at) => {
    const status = statusNames.get(e.new_status);
    if (status === undefined) throw new Error(`status ${e.new_status} of provider ${e.sp_id} is not known`);
    await at.db.storageProviders.update(e.sp_id, { status, ...updatedNow(at) });
  }),
  on(virtualgroup.EventStorageProviderExit, async (e, at) => {
    await at.db.storageProviders.update(e.storage_provider_id, { status: STATUS_GRACEFUL_EXITING, ...updatedNow(at) });
  }),
  on(virtualgroup.EventStorageProviderForcedExit, async (e, at) => {
    await at.db.storageProviders.update(e.storage_provider_id, { status: STATUS_FORCED_EXITING, ...updatedNow(at) });
  }),
  on(virtualgroup.EventCompleteStorageProviderExit, async (e, at) => {
    await at.db.storageProviders.update(e.storage_provider_id, { removed: true, ...updatedNow(at) });
  }),
];
