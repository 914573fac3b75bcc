/** `reference/internal-grpc.md` §3.8. */
import { define, type greenfieldSp, type greenfieldStorage, type greenfieldVirtualgroup } from '@prairie/chain';
import type {
  BucketMigrationInfo,
  CreateGlobalVirtualGroup,
  MigrateGVGTask,
  MigratePieceTask,
  Ping,
  Pong,
  ReceivePieceTask,
  RecoverPieceTask,
  ReplicatePieceApprovalTask,
  SignSecondarySealBls,
  TaskError,
} from '@prairie/gfsp';

export interface SignRequest {
  create_bucket_info: greenfieldStorage.MsgCreateBucket | undefined;
  migrate_bucket_info: greenfieldStorage.MsgMigrateBucket | undefined;
  create_object_info: greenfieldStorage.MsgCreateObject | undefined;
  seal_object_info: greenfieldStorage.MsgSealObject | undefined;
  discontinue_bucket_info: greenfieldStorage.MsgDiscontinueBucket | undefined;
  sign_secondary_seal_bls: SignSecondarySealBls | undefined;
  ping_msg: Ping | undefined;
  pong_msg: Pong | undefined;
  gfsp_replicate_piece_approval_task: ReplicatePieceApprovalTask | undefined;
  gfsp_receive_piece_task: ReceivePieceTask | undefined;
  gfsp_recover_piece_task: RecoverPieceTask | undefined;
  reject_object_info: greenfieldStorage.MsgRejectSealObject | undefined;
  create_global_virtual_group: CreateGlobalVirtualGroup | undefined;
  gfsp_migrate_piece_task: MigratePieceTask | undefined;
  complete_migrate_bucket: greenfieldStorage.MsgCompleteMigrateBucket | undefined;
  sign_secondary_sp_migration_bucket: greenfieldStorage.SecondarySpMigrationBucketSignDoc | undefined;
  swap_out: greenfieldVirtualgroup.MsgSwapOut | undefined;
  sign_swap_out: greenfieldVirtualgroup.MsgSwapOut | undefined;
  complete_swap_out: greenfieldVirtualgroup.MsgCompleteSwapOut | undefined;
  sp_exit: greenfieldVirtualgroup.MsgStorageProviderExit | undefined;
  complete_sp_exit: greenfieldVirtualgroup.MsgCompleteStorageProviderExit | undefined;
  sp_storage_price: greenfieldSp.MsgUpdateSpStoragePrice | undefined;
  gfsp_migrate_gvg_task: MigrateGVGTask | undefined;
  gfsp_bucket_migrate_info: BucketMigrationInfo | undefined;
  reject_migrate_bucket: greenfieldStorage.MsgRejectMigrateBucket | undefined;
  deposit: greenfieldVirtualgroup.MsgDeposit | undefined;
  delete_global_virtual_group: greenfieldVirtualgroup.MsgDeleteGlobalVirtualGroup | undefined;
  reserve_swap_in: greenfieldVirtualgroup.MsgReserveSwapIn | undefined;
  complete_swap_in: greenfieldVirtualgroup.MsgCompleteSwapIn | undefined;
  cancel_swap_in: greenfieldVirtualgroup.MsgCancelSwapIn | undefined;
  delegate_create_object: greenfieldStorage.MsgDelegateCreateObject | undefined;
  delegate_update_object_content: greenfieldStorage.MsgDelegateUpdateObjectContent | undefined;
  seal_object_info_v2: greenfieldStorage.MsgSealObjectV2 | undefined;
}
export const SignRequest = define<SignRequest>('base.types.gfspserver.GfSpSignRequest', {
  create_bucket_info: [1, 'greenfield.storage.MsgCreateBucket'],
  migrate_bucket_info: [2, 'greenfield.storage.MsgMigrateBucket'],
  create_object_info: [3, 'greenfield.storage.MsgCreateObject'],
  seal_object_info: [4, 'greenfield.storage.MsgSealObject'],
  discontinue_bucket_info: [5, 'greenfield.storage.MsgDiscontinueBucket'],
  sign_secondary_seal_bls: [6, 'base.types.gfspserver.GfSpSignSecondarySealBls'],
  ping_msg: [7, 'base.types.gfspp2p.GfSpPing'],
  pong_msg: [8, 'base.types.gfspp2p.GfSpPong'],
  gfsp_replicate_piece_approval_task: [9, 'base.types.gfsptask.GfSpReplicatePieceApprovalTask'],
  gfsp_receive_piece_task: [10, 'base.types.gfsptask.GfSpReceivePieceTask'],
  gfsp_recover_piece_task: [11, 'base.types.gfsptask.GfSpRecoverPieceTask'],
  reject_object_info: [12, 'greenfield.storage.MsgRejectSealObject'],
  create_global_virtual_group: [13, 'base.types.gfspserver.GfSpCreateGlobalVirtualGroup'],
  gfsp_migrate_piece_task: [14, 'base.types.gfsptask.GfSpMigratePieceTask'],
  complete_migrate_bucket: [15, 'greenfield.storage.MsgCompleteMigrateBucket'],
  sign_secondary_sp_migration_bucket: [16, 'greenfield.storage.SecondarySpMigrationBucketSignDoc'],
  swap_out: [17, 'greenfield.virtualgroup.MsgSwapOut'],
  sign_swap_out: [18, 'greenfield.virtualgroup.MsgSwapOut'],
  complete_swap_out: [19, 'greenfield.virtualgroup.MsgCompleteSwapOut'],
  sp_exit: [20, 'greenfield.virtualgroup.MsgStorageProviderExit'],
  complete_sp_exit: [21, 'greenfield.virtualgroup.MsgCompleteStorageProviderExit'],
  sp_storage_price: [22, 'greenfield.sp.MsgUpdateSpStoragePrice'],
  gfsp_migrate_gvg_task: [23, 'base.types.gfsptask.GfSpMigrateGVGTask'],
  gfsp_bucket_migrate_info: [24, 'base.types.gfsptask.GfSpBucketMigrationInfo'],
  reject_migrate_bucket: [25, 'greenfield.storage.MsgRejectMigrateBucket'],
  deposit: [26, 'greenfield.virtualgroup.MsgDeposit'],
  delete_global_virtual_group: [27, 'greenfield.virtualgroup.MsgDeleteGlobalVirtualGroup'],
  reserve_swap_in: [28, 'greenfield.virtualgroup.MsgReserveSwapIn'],
  complete_swap_in: [29, 'greenfield.virtualgroup.MsgCompleteSwapIn'],
  cancel_swap_in: [30, 'greenfield.virtualgroup.MsgCancelSwapIn'],
  delegate_create_object: [31, 'greenfield.storage.MsgDelegateCreateObject'],
  delegate_update_object_content: [32, 'greenfield.storage.MsgDelegateUpdateObjectContent'],
  seal_object_info_v2: [33, 'greenfield.storage.MsgSealObjectV2'],
});

export interface SignResponse {
  err: TaskError | undefined;
  signature: Uint8Array;
  tx_hash: string;
}
export const SignResponse = define<SignResponse>('base.types.gfspserver.GfSpSignResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  signature: [2, 'bytes'],
  tx_hash: [3, 'string'],
});
