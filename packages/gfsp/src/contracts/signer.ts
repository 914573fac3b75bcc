/**
 * The signer's contract: one row per operation of `reference/internal-grpc.md` §6.1, by the names of the wire.
 */
import {
  type cosmosBaseV1beta1,
  define,
  type greenfieldSp,
  type greenfieldStorage,
  type greenfieldVirtualgroup,
} from '@prairie/chain';
import type { ReplicatePieceApprovalTask } from '../tasks/approvals.ts';
import type { BucketMigrationInfo, MigrateGVGTask } from '../tasks/migration.ts';
import type { RecoverPieceTask } from '../tasks/objects.ts';
import type { ReceivePieceTask } from '../tasks/receive.ts';

/** The seal document; the chain's id is the signer's own. `checksums` are the object's, in order. */
export interface SignSecondarySealBls {
  object_id: bigint;
  global_virtual_group_id: number;
  checksums: Uint8Array[];
}
export const SignSecondarySealBls = define<SignSecondarySealBls>('base.types.gfspserver.GfSpSignSecondarySealBls', {
  object_id: [1, 'uint64'],
  global_virtual_group_id: [2, 'uint32'],
  checksums: [3, 'bytes[]'],
});

/** A new group; family 0 asks for a new family too. The provider is the signer's own. */
export interface CreateGlobalVirtualGroup {
  virtual_group_family_id: number;
  primary_sp_address: string;
  secondary_sp_ids: number[];
  deposit: cosmosBaseV1beta1.Coin | undefined;
}
export const CreateGlobalVirtualGroup = define<CreateGlobalVirtualGroup>(
  'base.types.gfspserver.GfSpCreateGlobalVirtualGroup',
  {
    virtual_group_family_id: [1, 'uint32'],
    primary_sp_address: [2, 'string'],
    secondary_sp_ids: [3, 'uint32[]'],
    deposit: [4, 'cosmos.base.v1beta1.Coin'],
  },
);

/** Is this provider there? Said over p2p. */
export interface Ping {
  sp_operator_address: string;
  signature: Uint8Array;
}
export const Ping = define<Ping>('base.types.gfspp2p.GfSpPing', {
  sp_operator_address: [1, 'string'],
  signature: [2, 'bytes'],
});

export interface PeerNode {
  node_id: string;
  multi_addr: string[];
}
export const PeerNode = define<PeerNode>('base.types.gfspp2p.GfSpNode', {
  node_id: [1, 'string'],
  multi_addr: [2, 'string[]'],
});

/** The answer to a ping: the peers known here. */
export interface Pong {
  nodes: PeerNode[];
  sp_operator_address: string;
  signature: Uint8Array;
}
export const Pong = define<Pong>('base.types.gfspp2p.GfSpPong', {
  nodes: [1, 'base.types.gfspp2p.GfSpNode[]'],
  sp_operator_address: [2, 'string'],
  signature: [3, 'bytes'],
});

/** What gets a signature: 65 bytes R‖S‖V (V 0 or 1) of a secp256k1 key, 96 bytes of the BLS key. */
export interface Signatures {
  create_bucket_info: greenfieldStorage.MsgCreateBucket;
  migrate_bucket_info: greenfieldStorage.MsgMigrateBucket;
  create_object_info: greenfieldStorage.MsgCreateObject;
  sign_secondary_seal_bls: SignSecondarySealBls;
  ping_msg: Ping;
  pong_msg: Pong;
  gfsp_replicate_piece_approval_task: ReplicatePieceApprovalTask;
  gfsp_receive_piece_task: ReceivePieceTask;
  gfsp_recover_piece_task: RecoverPieceTask;
  sign_secondary_sp_migration_bucket: greenfieldStorage.SecondarySpMigrationBucketSignDoc;
  sign_swap_out: greenfieldVirtualgroup.MsgSwapOut;
  gfsp_migrate_gvg_task: MigrateGVGTask;
  gfsp_bucket_migrate_info: BucketMigrationInfo;
}

/** What goes to the chain. The message's operator (creator, provider) is replaced by the key's own address. */
export interface Broadcasts {
  seal_object_info: greenfieldStorage.MsgSealObject;
  discontinue_bucket_info: greenfieldStorage.MsgDiscontinueBucket;
  reject_object_info: greenfieldStorage.MsgRejectSealObject;
  create_global_virtual_group: CreateGlobalVirtualGroup;
  complete_migrate_bucket: greenfieldStorage.MsgCompleteMigrateBucket;
  swap_out: greenfieldVirtualgroup.MsgSwapOut;
  complete_swap_out: greenfieldVirtualgroup.MsgCompleteSwapOut;
  sp_exit: greenfieldVirtualgroup.MsgStorageProviderExit;
  complete_sp_exit: greenfieldVirtualgroup.MsgCompleteStorageProviderExit;
  sp_storage_price: greenfieldSp.MsgUpdateSpStoragePrice;
  reject_migrate_bucket: greenfieldStorage.MsgRejectMigrateBucket;
  deposit: greenfieldVirtualgroup.MsgDeposit;
  delete_global_virtual_group: greenfieldVirtualgroup.MsgDeleteGlobalVirtualGroup;
  reserve_swap_in: greenfieldVirtualgroup.MsgReserveSwapIn;
  complete_swap_in: greenfieldVirtualgroup.MsgCompleteSwapIn;
  cancel_swap_in: greenfieldVirtualgroup.MsgCancelSwapIn;
  delegate_create_object: greenfieldStorage.MsgDelegateCreateObject;
  delegate_update_object_content: greenfieldStorage.MsgDelegateUpdateObjectContent;
  seal_object_info_v2: greenfieldStorage.MsgSealObjectV2;
}

/** The only holder of private keys. One process owns a key at a time. */
export interface Signer {
  /** @throws signer 120001 (cannot be signed), 120005 (no message) */
  sign<K extends keyof Signatures>(what: K, value: Signatures[K]): Promise<Uint8Array>;
  /**
   * Resolves with the transaction's hash (upper hex) once it is in a block and took effect. A message that an earlier
   * transaction has brought about already is a success too. @throws signer 120002…120020
   */
  broadcast<K extends keyof Broadcasts>(what: K, msg: Broadcasts[K]): Promise<string>;
}
