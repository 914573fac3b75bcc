/** Which calls between modules count as what in `request_qps` and `request_time` (`reference/cli-and-config.md` §6). */
import type { Broadcasts, ExecutorTaskKind, Modules, Signatures } from '@prairie/gfsp';

/** Methods of each module → label, without its ending. Calls that the reference has no name for are not counted. */
export const callLabels: { readonly [M in keyof Modules]?: { readonly [K in keyof Modules[M]]?: string } } = {
  authenticator: { authorize: 'auth' },
  approver: {
    createBucketApproval: 'approver_get_bucket',
    createObjectApproval: 'approver_get_object',
  },
  uploader: { uploadObject: 'uploader_put_object' },
  downloader: { downloadObject: 'downloader_get_piece' },
  receiver: { replicatePiece: 'receiver_replicate_piece', doneReplicatePiece: 'receiver_done_replicate_piece' },
  manager: {
    beginUpload: 'manager_begin_upload',
    askTask: 'executor_ask_task',
    reportTask: 'executor_report_task_to_manager',
  },
};

/** What the signer is asked to sign or send → the end of `signer_<op>`. */
export const signerLabels: { readonly [K in keyof (Signatures & Broadcasts)]: string } = {
  create_bucket_info: 'bucket_approval',
  migrate_bucket_info: 'migrate_bucket_approval',
  create_object_info: 'object_approval',
  sign_secondary_seal_bls: 'integrity_hash',
  ping_msg: 'ping',
  pong_msg: 'pong',
  gfsp_replicate_piece_approval_task: 'secondary_approval',
  gfsp_receive_piece_task: 'receive_task',
  gfsp_recover_piece_task: 'recovery_task',
  sign_secondary_sp_migration_bucket: 'secondary_sp_migration_bucket',
  sign_swap_out: 'sign_swap_out',
  gfsp_migrate_gvg_task: 'migrate_gvg_task',
  gfsp_bucket_migrate_info: 'gfsp_bucket_migrate_info',
  seal_object_info: 'seal_object',
  seal_object_info_v2: 'seal_object',
  discontinue_bucket_info: 'discontinue_bucket',
  reject_object_info: 'reject_unseal_object',
  create_global_virtual_group: 'create_gvg',
  complete_migrate_bucket: 'complete_migration_bucket',
  swap_out: 'swap_out',
  complete_swap_out: 'complete_swap_out',
  sp_exit: 'sp_exit',
  complete_sp_exit: 'complete_sp_exit',
  sp_storage_price: 'sp_storage_price',
  reject_migrate_bucket: 'reject_migrate_bucket',
  deposit: 'deposit',
  delete_global_virtual_group: 'delete_global_virtual_group',
  reserve_swap_in: 'swap_in',
  complete_swap_in: 'complete_swap_in',
  cancel_swap_in: 'cancel_swap_in',
  delegate_create_object: 'delegate_create_object',
  delegate_update_object_content: 'delegate_update_object_content',
};

/** Kinds that have labels of their own when they are handed out and reported; the others share one. */
export const dispatchLabels: { readonly [K in ExecutorTaskKind]?: string } = {
  replicate: 'replicate',
  seal: 'seal',
  receive: 'receive',
  recover: 'recovery',
  'gc-object': 'gc_object',
};

/** Kinds that have a label of their own while they run. */
export const runLabels: { readonly [K in ExecutorTaskKind]?: string } = {
  replicate: 'executor_replicate_task',
  seal: 'executor_seal_object_task',
  receive: 'executor_receive_task',
  recover: 'executor_recovery_task',
};
