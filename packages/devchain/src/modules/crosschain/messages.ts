/** What governance may do: close and open channels, and add to the coins that other chains may bring back. */
import { cosmosCrosschainV1 as crosschain } from '@prairie/chain';
import { type MessageHandler, message } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { BankKeeper } from '../bank/index.ts';
import { checkAuthority } from '../permission/authority.ts';
import { isRoute } from './chains.ts';
import { ALLOWED, type CrosschainKeeper, FORBIDDEN } from './keeper.ts';

export function crosschainMessages(keeper: CrosschainKeeper, bank: Pick<BankKeeper, 'mint'>): MessageHandler[] {
  return [
    message<crosschain.MsgUpdateChannelPermissions>({
      type: crosschain.MsgUpdateChannelPermissions,
      response: crosschain.MsgUpdateChannelPermissionsResponse,
      signers: (msg) => [msg.authority],
      validateBasic: ({ channel_permissions }) => channel_permissions.forEach(checkPermission),
      handle(_ctx, { authority, channel_permissions }) {
        checkAuthority(authority);
        for (const permission of channel_permissions) keeper.setPermission(permission);
        return {};
      },
    }),
    message<crosschain.MsgMintModuleTokens>({
      type: crosschain.MsgMintModuleTokens,
      response: crosschain.MsgMintModuleTokensResponse,
      signers: (msg) => [msg.authority],
      validateBasic({ amount }) {
        if (!isPositive(amount)) throw sdkErrors.invalidCoins(`positive amount expected, got ${amount}`);
      },
      handle(ctx, { authority, amount }) {
        checkAuthority(authority);
        bank.mint(ctx, 'crosschain', BigInt(amount));
        return {};
      },
    }),
  ];
}

/** Amounts have 256 bits at most. */
const isPositive = (text: string) => /^\d{1,77}$/.test(text) && BigInt(text) > 0n;

function checkPermission({ dest_chain_id, channel_id, permission }: crosschain.ChannelPermission): void {
  if (!isRoute(dest_chain_id, channel_id)) {
    throw sdkErrors.invalidRequest(`chain ${dest_chain_id} has no channel ${channel_id}`);
  }
  if (permission !== ALLOWED && permission !== FORBIDDEN) {
    throw sdkErrors.invalidRequest(`permission ${permission}: ${FORBIDDEN} or ${ALLOWED} expected`);
  }
}
