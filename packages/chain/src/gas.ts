/** What a message costs (`reference/chain-rpc.md` §11): a price from the chain's table, by items for a few types. */
import { decode } from './proto/decode.ts';
import type { AnyMessage } from './proto/define.ts';
import { AllowedMsgAllowance } from './proto/generated/cosmos.feegrant.v1beta1.ts';
import type { MsgGasParams } from './proto/generated/cosmos.gashub.v1beta1.ts';
import { StakeAuthorization } from './proto/generated/cosmos.staking.v1beta1.ts';
import type { Any } from './proto/generated/google.protobuf.ts';
import { SIZE_GAS_FROM } from './tx.ts';

/** How many items a message has, by the kind of its price. */
const itemsOf = {
  grant_type: (msg) => stakeEntries(msg.grant?.authorization),
  multi_send_type: (msg) => Math.max(msg.inputs?.length ?? 0, msg.outputs?.length ?? 0),
  grant_allowance_type: (msg) => allowedMessages(msg.allowance),
} as const satisfies Record<string, (msg: AnyMessage) => number>;

/** Gas of one message under a price. */
export function messageGas(price: MsgGasParams, value: AnyMessage): bigint {
  if (price.fixed_type) return price.fixed_type.fixed_gas;
  for (const [kind, items] of Object.entries(itemsOf)) {
    const dynamic = price[kind as keyof typeof itemsOf];
    if (dynamic) return dynamic.fixed_gas + dynamic.gas_per_item * BigInt(items(value));
  }
  return 0n;
}

/** Gas of a transaction: of its messages, but never less than of its length (bytes) once that is long. */
export function txGas(
  messages: readonly { typeUrl: string; value: AnyMessage }[],
  bytes: number,
  table: { priceOf(typeUrl: string): MsgGasParams; gasPerByte: bigint },
): bigint {
  const sum = messages.reduce((gas, { typeUrl, value }) => gas + messageGas(table.priceOf(typeUrl), value), 0n);
  const bySize = bytes < SIZE_GAS_FROM ? 0n : table.gasPerByte * BigInt(bytes);
  return sum > bySize ? sum : bySize;
}

function allowedMessages(allowance: Any | undefined): number {
  if (allowance?.type_url !== AllowedMsgAllowance.typeUrl) return 0;
  return decode(AllowedMsgAllowance, allowance.value).allowed_messages.length;
}

function stakeEntries(authorization: Any | undefined): number {
  if (authorization?.type_url !== StakeAuthorization.typeUrl) return 0;
  const { allow_list, deny_list } = decode(StakeAuthorization, authorization.value);
  return (allow_list?.address.length ?? 0) + (deny_list?.address.length ?? 0);
}
