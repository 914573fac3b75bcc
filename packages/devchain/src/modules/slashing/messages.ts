/** MsgUnjail, as Cosmos SDK 0.47 has it, and MsgImpeach, which this network adds for governance. */
import { cosmosSlashingV1beta1 as slashing } from '@prairie/chain';
import { type MessageHandler, message } from '../../context.ts';
import { checkAuthority } from '../permission/authority.ts';
import { checkAddress } from '../staking/checks.ts';
import type { SlashingKeeper } from './keeper.ts';

export function slashingMessages(keeper: SlashingKeeper): MessageHandler[] {
  return [
    message<slashing.MsgUnjail>({
      type: slashing.MsgUnjail,
      response: slashing.MsgUnjailResponse,
      signers: ({ validator_addr }) => [validator_addr],
      validateBasic: ({ validator_addr }) => checkAddress('validator', validator_addr),
      handle(ctx, { validator_addr }) {
        keeper.unjail(ctx, validator_addr);
        return {};
      },
    }),
    message<slashing.MsgImpeach>({
      type: slashing.MsgImpeach,
      response: slashing.MsgImpeachResponse,
      signers: ({ from }) => [from],
      validateBasic({ from, validator_address }) {
        checkAddress('from', from);
        checkAddress('validator', validator_address);
      },
      handle(ctx, { from, validator_address }) {
        checkAuthority(from);
        keeper.impeach(ctx, validator_address);
        return {};
      },
    }),
  ];
}
