/**
 * What the encoders of the source package cannot tell: which strings are arbitrary-precision integers on the chain
 * (printed quoted, written on the wire even when zero) and which embedded messages are never absent.
 * Sources: `chain-rpc.md` §13.3, `sp-to-sp.md` §2.0 and the recorded events and queries.
 */

/** Names that are integers wherever they occur in a state, event or transaction message. */
const integerNames =
  /^(object_id|object_ids|bucket_id|group_id|policy_id|resource_id|src_object_id|dst_object_id|total_deposit|netflow_rate|static_balance|buffer_balance|lock_balance|frozen_netflow_rate|rate|flow_rate_limit|min_deposit|gvg_staking_per_bytes|settled_balance|slash_amount_min|slash_amount_max|reward_submitter_threshold|sp_slash_max_amount|withdraw_time_lock_threshold|total_charge_size_delta|dynamic_balance|bank_balance|available_balance|locked_fee|change_rate|current_flow_rate|min_self_delegation|submitter_reward_amount|challenger_reward_amount|validator_reward_amount|slash_amount|tokens|balance|initial_balance)$/;

/** `id` and `amount` are integers in these messages. */
const integerFields = new Set([
  'greenfield.storage.BucketInfo.id',
  'greenfield.storage.ObjectInfo.id',
  'greenfield.storage.GroupInfo.id',
  'greenfield.storage.ShadowObjectInfo.id',
  'greenfield.permission.Policy.id',
  'greenfield.permission.GroupMember.id',
  'greenfield.permission.PolicyGroup.Item.policy_id',
  'cosmos.base.v1beta1.Coin.amount',
  'greenfield.payment.EventDeposit.amount',
  'greenfield.payment.EventWithdraw.amount',
  'greenfield.payment.EventFeePreview.amount',
  'greenfield.payment.MsgDeposit.amount',
  'greenfield.payment.MsgWithdraw.amount',
  'greenfield.payment.DelayedWithdrawalRecord.amount',
  'greenfield.storage.QueryLockFeeResponse.amount',
  'greenfield.virtualgroup.EventSettleGlobalVirtualGroup.amount',
  'greenfield.virtualgroup.EventSettleGlobalVirtualGroupFamily.amount',
]);

export function isInteger(message: string, field: string): boolean {
  if (integerFields.has(`${message}.${field}`)) return true;
  if (/\.Query\w+Request$/.test(message) || message.startsWith('cosmos.gov.')) return false;
  if (message.startsWith('google.')) return false;
  return integerNames.test(field);
}

/** Decimals of 18 digits that the source package takes for text or bytes: on the wire all three are text of atomics. */
const decimalFields = new Set([
  'cosmos.base.v1beta1.DecCoin.amount',
  'cosmos.slashing.v1beta1.Params.min_signed_per_window',
  'cosmos.slashing.v1beta1.Params.slash_fraction_double_sign',
  'cosmos.slashing.v1beta1.Params.slash_fraction_downtime',
]);

export const isDecimal = (message: string, field: string): boolean => decimalFields.has(`${message}.${field}`);

/** Embedded messages that always exist. */
const nonNullableFields = new Set([
  'greenfield.storage.Params.versioned_params',
  'greenfield.payment.Params.versioned_params',
  'greenfield.sp.StorageProvider.description',
  'greenfield.virtualgroup.MsgCreateGlobalVirtualGroup.deposit',
  'greenfield.virtualgroup.MsgDeposit.deposit',
  'greenfield.virtualgroup.MsgWithdraw.withdraw',
  'greenfield.sp.MsgCreateStorageProvider.description',
  'greenfield.sp.MsgCreateStorageProvider.deposit',
  'greenfield.sp.MsgDeposit.deposit',
  'greenfield.sp.EventCreateStorageProvider.total_deposit',
  'cosmos.staking.v1beta1.MsgDelegate.amount',
  'cosmos.staking.v1beta1.MsgUndelegate.amount',
  'cosmos.staking.v1beta1.MsgBeginRedelegate.amount',
  'cosmos.staking.v1beta1.MsgCreateValidator.value',
  'cosmos.staking.v1beta1.MsgCreateValidator.description',
  'cosmos.staking.v1beta1.MsgCreateValidator.commission',
]);

export function isNonNullable(message: string, field: string, kind: string): boolean {
  if (nonNullableFields.has(`${message}.${field}`)) return true;
  const isMessage = kind.includes('.') && !kind.startsWith('enum ');
  return isMessage && field === 'params' && /(Response|GenesisState|MsgUpdateParams)$/.test(message);
}

/** Fields that the network has and the source package lacks (recorded events and blocks; `internal-grpc.md` §3). */
export const missingFields: Readonly<Record<string, readonly { name: string; number: number; kind: string }[]>> = {
  'greenfield.storage.EventMigrationBucket': [
    { name: 'status', number: 5, kind: 'enum greenfield.storage.BucketStatus' },
  ],
  'greenfield.storage.EventCancelMigrationBucket': [
    { name: 'status', number: 4, kind: 'enum greenfield.storage.BucketStatus' },
  ],
  'greenfield.storage.EventRejectMigrateBucket': [
    { name: 'status', number: 4, kind: 'enum greenfield.storage.BucketStatus' },
  ],
  'greenfield.storage.EventCompleteMigrationBucket': [
    { name: 'status', number: 6, kind: 'enum greenfield.storage.BucketStatus' },
  ],
  'tendermint.types.Header': [{ name: 'randao_mix', number: 15, kind: 'bytes' }],
};
