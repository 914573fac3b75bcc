/** What several answers of the metadata service carry (`reference/internal-grpc.md` §3.11). */
import { define, type greenfieldPayment, type greenfieldStorage, type greenfieldVirtualgroup } from '@prairie/chain';
import type { GroupMemberRecord, GroupRecord, PaymentAccountRecord, PolicyRecord } from '@prairie/gfsp';

export interface VGFInfoBucket {
  bucket_info: greenfieldStorage.BucketInfo | undefined;
  removed: boolean;
  delete_at: bigint;
  delete_reason: string;
  operator: string;
  create_tx_hash: string;
  update_tx_hash: string;
  update_at: bigint;
  update_time: bigint;
  vgf: greenfieldVirtualgroup.GlobalVirtualGroupFamily | undefined;
  storage_size: string;
  off_chain_status: number;
  /** Ours: the reference has it beside the bucket, and in one answer only. */
  prairie_stream_record: greenfieldPayment.StreamRecord | undefined;
}
export const VGFInfoBucket = define<VGFInfoBucket>('modular.metadata.types.VGFInfoBucket', {
  bucket_info: [1, 'greenfield.storage.BucketInfo'],
  removed: [2, 'bool'],
  delete_at: [3, 'int64'],
  delete_reason: [4, 'string'],
  operator: [5, 'string'],
  create_tx_hash: [6, 'string'],
  update_tx_hash: [7, 'string'],
  update_at: [8, 'int64'],
  update_time: [9, 'int64'],
  vgf: [10, 'greenfield.virtualgroup.GlobalVirtualGroupFamily'],
  storage_size: [11, 'string'],
  off_chain_status: [12, 'int32'],
  prairie_stream_record: [1001, 'greenfield.payment.StreamRecord'],
});

export interface MetadataObject {
  object_info: greenfieldStorage.ObjectInfo | undefined;
  locked_balance: string;
  removed: boolean;
  update_at: bigint;
  delete_at: bigint;
  delete_reason: string;
  operator: string;
  create_tx_hash: string;
  update_tx_hash: string;
  seal_tx_hash: string;
}
export const MetadataObject = define<MetadataObject>('modular.metadata.types.Object', {
  object_info: [1, 'greenfield.storage.ObjectInfo'],
  locked_balance: [2, 'string'],
  removed: [3, 'bool'],
  update_at: [4, 'int64'],
  delete_at: [5, 'int64'],
  delete_reason: [6, 'string'],
  operator: [7, 'string'],
  create_tx_hash: [8, 'string'],
  update_tx_hash: [9, 'string'],
  seal_tx_hash: [10, 'string'],
});

/** VGFInfoBucket without the family. */
export interface MetadataBucket extends Omit<VGFInfoBucket, 'vgf' | 'prairie_stream_record'> {}
export const MetadataBucket = define<MetadataBucket>('modular.metadata.types.Bucket', {
  bucket_info: [1, 'greenfield.storage.BucketInfo'],
  removed: [2, 'bool'],
  delete_at: [3, 'int64'],
  delete_reason: [4, 'string'],
  operator: [5, 'string'],
  create_tx_hash: [6, 'string'],
  update_tx_hash: [7, 'string'],
  update_at: [8, 'int64'],
  update_time: [9, 'int64'],
  storage_size: [10, 'string'],
  off_chain_status: [11, 'int32'],
});

export interface MetadataObjectDetails {
  object: MetadataObject | undefined;
  bucket: MetadataBucket | undefined;
  gvg: greenfieldVirtualgroup.GlobalVirtualGroup | undefined;
}
export const MetadataObjectDetails = define<MetadataObjectDetails>('modular.metadata.types.ObjectDetails', {
  object: [1, 'modular.metadata.types.Object'],
  bucket: [2, 'modular.metadata.types.Bucket'],
  gvg: [3, 'greenfield.virtualgroup.GlobalVirtualGroup'],
});

export const MetadataGroup = define<GroupRecord>('modular.metadata.types.Group', {
  group: [1, 'greenfield.storage.GroupInfo!'],
  operator: [2, 'string'],
  create_at: [3, 'int64'],
  create_time: [4, 'int64'],
  update_at: [5, 'int64'],
  update_time: [6, 'int64'],
  number_of_members: [7, 'int64'],
  removed: [8, 'bool'],
});

export const MetadataGroupMember = define<GroupMemberRecord>('modular.metadata.types.GroupMember', {
  group: [1, 'greenfield.storage.GroupInfo!'],
  account_id: [2, 'string'],
  operator: [3, 'string'],
  create_at: [4, 'int64'],
  create_time: [5, 'int64'],
  update_at: [6, 'int64'],
  update_time: [7, 'int64'],
  removed: [8, 'bool'],
  expiration_time: [9, 'int64'],
});

export const MetadataPolicy = define<PolicyRecord>('modular.metadata.types.Policy', {
  principal_type: [1, 'int32'],
  principal_value: [2, 'string'],
  resource_type: [3, 'enum greenfield.resource.ResourceType'],
  resource_id: [4, 'string'],
  create_timestamp: [5, 'int64'],
  update_timestamp: [6, 'int64'],
  expiration_time: [7, 'int64'],
});

export const MetadataPaymentAccount = define<PaymentAccountRecord['payment_account']>(
  'modular.metadata.types.PaymentAccount',
  {
    address: [1, 'string'],
    owner: [2, 'string'],
    refundable: [3, 'bool'],
    update_at: [4, 'int64'],
    update_time: [5, 'int64'],
  },
);

export const MetadataPaymentAccountMeta = define<PaymentAccountRecord>('modular.metadata.types.PaymentAccountMeta', {
  payment_account: [1, 'modular.metadata.types.PaymentAccount!'],
  stream_record: [2, 'greenfield.payment.StreamRecord!'],
});
