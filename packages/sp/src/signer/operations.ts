/**
 * All that is asked of a signer (`reference/internal-grpc.md` §6.1): one row per operation, by the names of the wire.
 */
import {
  approvalDigest,
  FIXED_FEES,
  type Init,
  type MessageType,
  migrationDocDigest,
  sealChecksum,
  sealDocDigest,
  greenfieldSp as sp,
  greenfieldStorage as storage,
  type TxFee,
  type TxMessage,
  taskDigest,
  txMessage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import {
  type Broadcasts,
  BucketMigrationInfo,
  type Consensus,
  type ErrorMaker,
  MigrateGVGTask,
  Ping,
  Pong,
  ReceivePieceTask,
  RecoverPieceTask,
  ReplicatePieceApprovalTask,
  type Signatures,
} from '@prairie/gfsp';
import { DEPOSIT_LIFETIME_BLOCKS } from '../common/deposit-lifetime.ts';
import { signerErrors } from './errors.ts';

export const ACCOUNT_KEYS = ['operator', 'seal', 'approval', 'gc'] as const;
export type AccountKeyName = (typeof ACCOUNT_KEYS)[number];
export type KeyName = AccountKeyName | 'bls';

export interface SignOperation<T> {
  key: KeyName;
  /** The 32 bytes that are signed. `chainId` is that of the chain the signer works for. */
  digest(value: T, chainId: string): Uint8Array;
}

const approval = <T>(type: MessageType<T>): SignOperation<T> => ({
  key: 'approval',
  digest: (msg) => approvalDigest(type, msg as Init<T>),
});

const task = <T>(type: MessageType<T>): SignOperation<T> => ({
  key: 'operator',
  digest: (value) => taskDigest(type, value as Init<T>),
});

/** What each signature covers: `reference/sp-to-sp.md` §3.2 (tasks), §5 (approvals), §6 (BLS). */
export const signOperations: { readonly [K in keyof Signatures]: SignOperation<Signatures[K]> } = {
  create_bucket_info: approval(storage.MsgCreateBucket),
  migrate_bucket_info: approval(storage.MsgMigrateBucket),
  create_object_info: approval(storage.MsgCreateObject),
  sign_swap_out: approval(virtualgroup.MsgSwapOut),
  ping_msg: task(Ping),
  pong_msg: task(Pong),
  gfsp_replicate_piece_approval_task: task(ReplicatePieceApprovalTask),
  gfsp_receive_piece_task: task(ReceivePieceTask),
  gfsp_recover_piece_task: task(RecoverPieceTask),
  gfsp_migrate_gvg_task: task(MigrateGVGTask),
  gfsp_bucket_migrate_info: task(BucketMigrationInfo),
  sign_secondary_seal_bls: {
    key: 'bls',
    digest: ({ object_id, global_virtual_group_id, checksums }, chainId) =>
      sealDocDigest({
        chainId,
        globalVirtualGroupId: global_virtual_group_id,
        objectId: object_id,
        checksum: sealChecksum(checksums),
      }),
  },
  // signed as given, the chain's id included (§6.1, row 16)
  sign_secondary_sp_migration_bucket: {
    key: 'bls',
    digest: (doc) =>
      migrationDocDigest({
        chainId: doc.chain_id,
        dstPrimarySpId: doc.dst_primary_sp_id,
        srcGlobalVirtualGroupId: doc.src_global_virtual_group_id,
        dstGlobalVirtualGroupId: doc.dst_global_virtual_group_id,
        bucketId: doc.bucket_id,
      }),
  },
};

/** What is asked of the chain to see whether a message has taken effect already. */
export type EffectSource = Pick<Consensus, 'bucket' | 'object' | 'gvg' | 'gvgsOfFamily'>;

export interface BroadcastOperation<T> {
  key: AccountKeyName;
  error: ErrorMaker;
  /** The message, in the name of the key's address. */
  message(value: T, address: string): TxMessage;
  /** What it offers; without it, what a simulation says. */
  fee?: TxFee;
  /** Whether it goes in one transaction with others of its kind. */
  batched?: boolean;
  /** Blocks in which its transaction may land; after them it is void. Default: without end. */
  lifetimeBlocks?: bigint;
  /** Whether the chain is as the message wants it. Asked when the chain refused the message. */
  done?(chain: EffectSource, value: T): Promise<boolean>;
}

/** `own` is the field that the key's address replaces. */
const message =
  <T>(type: MessageType<T>, own?: keyof T & string) =>
  (value: T, address: string): TxMessage =>
    txMessage(type, (own ? { ...value, [own]: address } : value) as Init<T>);

const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { BUCKET_STATUS_DISCONTINUED } = storage.BucketStatus;

async function isSealed(
  chain: EffectSource,
  { bucket_name, object_name }: { bucket_name: string; object_name: string },
): Promise<boolean> {
  const info = (await chain.object(bucket_name, object_name))?.object_info;
  return info?.object_status === OBJECT_STATUS_SEALED && !info.is_updating;
}

const seal = { key: 'seal', error: signerErrors.seal, fee: FIXED_FEES.seal, batched: true } as const;

/** Fees that are fixed: §6.2. */
export const broadcastOperations: { readonly [K in keyof Broadcasts]: BroadcastOperation<Broadcasts[K]> } = {
  seal_object_info: { ...seal, message: message(storage.MsgSealObject, 'operator'), done: isSealed },
  seal_object_info_v2: { ...seal, message: message(storage.MsgSealObjectV2, 'operator'), done: isSealed },
  reject_object_info: {
    ...{ key: 'seal', error: signerErrors.rejectSeal, fee: FIXED_FEES.rejectSeal, batched: true },
    message: message(storage.MsgRejectSealObject, 'operator'),
    done: async (chain, { bucket_name, object_name }) => !(await chain.object(bucket_name, object_name)),
  },
  discontinue_bucket_info: {
    ...{ key: 'gc', error: signerErrors.discontinueBucket },
    message: message(storage.MsgDiscontinueBucket, 'operator'),
    done: async (chain, { bucket_name }) =>
      (await chain.bucket(bucket_name))?.bucket_info.bucket_status === BUCKET_STATUS_DISCONTINUED,
  },
  create_global_virtual_group: {
    ...{ key: 'operator', error: signerErrors.createGvg },
    message: ({ virtual_group_family_id, secondary_sp_ids, deposit }, storage_provider) =>
      txMessage(virtualgroup.MsgCreateGlobalVirtualGroup, {
        storage_provider,
        family_id: virtual_group_family_id,
        secondary_sp_ids,
        ...(deposit ? { deposit } : {}),
      }),
    done: async (chain, { virtual_group_family_id, secondary_sp_ids }) => {
      if (virtual_group_family_id === 0) return false;
      const groups = await chain.gvgsOfFamily(virtual_group_family_id);
      return groups.some((group) => String(group.secondary_sp_ids) === String(secondary_sp_ids));
    },
  },
  complete_migrate_bucket: {
    ...{ key: 'operator', error: signerErrors.completeMigrateBucket },
    message: message(storage.MsgCompleteMigrateBucket, 'operator'),
  },
  reject_migrate_bucket: {
    ...{ key: 'operator', error: signerErrors.rejectMigrateBucket },
    message: message(storage.MsgRejectMigrateBucket, 'operator'),
  },
  swap_out: {
    ...{ key: 'operator', error: signerErrors.swapOut },
    message: message(virtualgroup.MsgSwapOut, 'storage_provider'),
  },
  complete_swap_out: {
    ...{ key: 'operator', error: signerErrors.completeSwapOut },
    message: message(virtualgroup.MsgCompleteSwapOut, 'storage_provider'),
  },
  sp_exit: {
    ...{ key: 'operator', error: signerErrors.spExit },
    message: message(virtualgroup.MsgStorageProviderExit, 'storage_provider'),
  },
  // keeps both addresses as given
  complete_sp_exit: {
    ...{ key: 'operator', error: signerErrors.completeSpExit },
    message: message(virtualgroup.MsgCompleteStorageProviderExit),
  },
  sp_storage_price: {
    ...{ key: 'operator', error: signerErrors.updatePrice },
    message: message(sp.MsgUpdateSpStoragePrice, 'sp_address'),
  },
  deposit: {
    ...{ key: 'operator', error: signerErrors.deposit, lifetimeBlocks: DEPOSIT_LIFETIME_BLOCKS },
    message: message(virtualgroup.MsgDeposit, 'storage_provider'),
  },
  delete_global_virtual_group: {
    ...{ key: 'operator', error: signerErrors.deleteGvg },
    message: message(virtualgroup.MsgDeleteGlobalVirtualGroup, 'storage_provider'),
    done: async (chain, { global_virtual_group_id }) => !(await chain.gvg(global_virtual_group_id)),
  },
  reserve_swap_in: {
    ...{ key: 'operator', error: signerErrors.reserveSwapIn },
    message: message(virtualgroup.MsgReserveSwapIn, 'storage_provider'),
  },
  complete_swap_in: {
    ...{ key: 'operator', error: signerErrors.completeSwapIn },
    message: message(virtualgroup.MsgCompleteSwapIn, 'storage_provider'),
  },
  cancel_swap_in: {
    ...{ key: 'operator', error: signerErrors.cancelSwapIn },
    message: message(virtualgroup.MsgCancelSwapIn, 'storage_provider'),
  },
  delegate_create_object: {
    ...{ key: 'operator', error: signerErrors.delegateCreate },
    message: message(storage.MsgDelegateCreateObject, 'operator'),
  },
  delegate_update_object_content: {
    ...{ key: 'operator', error: signerErrors.delegateUpdate },
    message: message(storage.MsgDelegateUpdateObjectContent, 'operator'),
  },
};
