/** `MsgSetMsgGasParams`: governance gives messages prices, and takes them away. */
import { cosmosGashubV1beta1 as gashub } from '@prairie/chain';
import { type MessageHandler, message } from '../../context.ts';
import { checkAuthority } from '../permission/authority.ts';
import { type GashubKeeper, invalidGasParams } from './keeper.ts';

export function setPricesMessage(keeper: GashubKeeper): MessageHandler {
  return message<gashub.MsgSetMsgGasParams>({
    type: gashub.MsgSetMsgGasParams,
    response: gashub.MsgSetMsgGasParamsResponse,
    signers: (msg) => [msg.authority],
    validateBasic: checkPrices,
    handle(_ctx, { authority, update_set, delete_set }) {
      checkAuthority(authority);
      for (const price of update_set) keeper.setPrice(price);
      for (const typeUrl of delete_set) keeper.removePrice(typeUrl);
      return {};
    },
  });
}

const kinds = ['fixed_type', 'grant_type', 'multi_send_type', 'grant_allowance_type'] as const;

function checkPrices({ update_set, delete_set }: gashub.MsgSetMsgGasParams): void {
  for (const price of update_set) {
    if (price.msg_type_url === '') throw invalidGasParams('a price without a message type');
    if (!kinds.some((kind) => price[kind])) throw invalidGasParams(`no price for ${price.msg_type_url}`);
  }
  const names = [...update_set.map(({ msg_type_url }) => msg_type_url), ...delete_set];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalidGasParams(`${twice} is listed twice`);
}
