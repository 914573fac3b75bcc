/** Facts about messages that the field tables do not hold, and that JSON and typed data need. */
import type { Field, MessageType } from '../proto/define.ts';

/**
 * Lists declared non-nullable: when empty they are `null` in header JSON instead of left out
 * (`reference/sp-to-sp.md` §2.0), and a `string[]` in typed data (`reference/chain-rpc.md` §13.3).
 */
const nonNullableLists = new Set([
  'greenfield.storage.ResourceTags.tags',
  'greenfield.storage.MsgDiscontinueObject.object_ids',
  'cosmos.bank.v1beta1.MsgSend.amount',
  'cosmos.bank.v1beta1.MsgMultiSend.inputs',
  'cosmos.bank.v1beta1.MsgMultiSend.outputs',
  'cosmos.bank.v1beta1.Input.coins',
  'cosmos.bank.v1beta1.Output.coins',
  'cosmos.gov.v1.MsgSubmitProposal.initial_deposit',
  'cosmos.gov.v1beta1.MsgSubmitProposal.initial_deposit',
  'cosmos.gov.v1.MsgDeposit.amount',
  'cosmos.gov.v1beta1.MsgDeposit.amount',
]);

export function isNonNullableList(type: MessageType, field: Field): boolean {
  return field.repeated && nonNullableLists.has(`${type.name}.${field.name}`);
}

/** Members of a oneof: proto JSON leaves out those that are not set, where other absent messages are `null`. */
const oneofs = new Map([
  ['cosmos.gashub.v1beta1.MsgGasParams', ['fixed_type', 'grant_type', 'multi_send_type', 'grant_allowance_type']],
  ['cosmos.tx.v1beta1.ModeInfo', ['single', 'multi']],
  ['cosmos.staking.v1beta1.StakeAuthorization', ['allow_list', 'deny_list']],
]);

export function isOneofMember(type: MessageType, field: Field): boolean {
  return oneofs.get(type.name)?.includes(field.name) ?? false;
}
