/** Messages of distribution, as Cosmos SDK 0.47 has them. */
import { cosmosDistributionV1beta1 as distribution, toChecksumAddress } from '@prairie/chain';
import { amountOf, coin } from '../../coins.ts';
import { type MessageHandler, message } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { MODULE_ACCOUNTS, moduleOfAddress } from '../auth/module-accounts.ts';
import { checkAuthority } from '../permission/authority.ts';
import { checkAddress } from '../staking/checks.ts';
import { pairOf } from '../staking/delegating.ts';
import { distributionErrors as errors } from './errors.ts';
import type { DistributionKeeper } from './keeper.ts';

export const distributionMessages = (keeper: DistributionKeeper): MessageHandler[] => [
  ...withdrawMessages(keeper),
  ...poolMessages(keeper),
];

function withdrawMessages(keeper: DistributionKeeper): MessageHandler[] {
  return [
    message<distribution.MsgSetWithdrawAddress>({
      type: distribution.MsgSetWithdrawAddress,
      response: distribution.MsgSetWithdrawAddressResponse,
      signers: ({ delegator_address }) => [delegator_address],
      validateBasic({ delegator_address, withdraw_address }) {
        checkAddress('delegator', delegator_address);
        checkAddress('withdraw', withdraw_address);
      },
      handle(ctx, { delegator_address, withdraw_address }) {
        const address = toChecksumAddress(withdraw_address);
        checkReceives(address);
        if (!keeper.parameters.get().withdraw_addr_enabled) throw errors.withdrawAddressDisabled();
        keeper.store.withdrawAddresses.set(addressKey(delegator_address), address);
        ctx.emit('set_withdraw_address', { withdraw_address: address });
        return {};
      },
    }),
    message<distribution.MsgWithdrawDelegatorReward>({
      type: distribution.MsgWithdrawDelegatorReward,
      response: distribution.MsgWithdrawDelegatorRewardResponse,
      signers: ({ delegator_address }) => [delegator_address],
      validateBasic({ delegator_address, validator_address }) {
        checkAddress('delegator', delegator_address);
        checkAddress('validator', validator_address);
      },
      handle: (ctx, { delegator_address, validator_address }) => ({
        // nothing is a coin too
        amount: [coin(keeper.withdrawRewards(ctx, pairOf(delegator_address, validator_address)))],
      }),
    }),
    message<distribution.MsgWithdrawValidatorCommission>({
      type: distribution.MsgWithdrawValidatorCommission,
      response: distribution.MsgWithdrawValidatorCommissionResponse,
      signers: ({ validator_address }) => [validator_address],
      validateBasic: ({ validator_address }) => checkAddress('validator', validator_address),
      handle(ctx, { validator_address }) {
        const wei = keeper.withdrawCommission(ctx, validator_address);
        return { amount: wei === 0n ? [] : [coin(wei)] };
      },
    }),
  ];
}

function poolMessages(keeper: DistributionKeeper): MessageHandler[] {
  return [
    message<distribution.MsgFundCommunityPool>({
      type: distribution.MsgFundCommunityPool,
      response: distribution.MsgFundCommunityPoolResponse,
      signers: ({ depositor }) => [depositor],
      validateBasic({ amount, depositor }) {
        checkAddress('depositor', depositor);
        amountOf(amount);
      },
      handle(ctx, { amount, depositor }) {
        keeper.fundPool(ctx, depositor, amountOf(amount));
        return {};
      },
    }),
    message<distribution.MsgCommunityPoolSpend>({
      type: distribution.MsgCommunityPoolSpend,
      response: distribution.MsgCommunityPoolSpendResponse,
      signers: ({ authority }) => [authority],
      validateBasic({ authority, recipient, amount }) {
        checkAddress('authority', authority);
        checkAddress('recipient', recipient);
        amountOf(amount);
      },
      handle(ctx, { authority, recipient, amount }) {
        checkAuthority(authority);
        checkReceives(recipient);
        keeper.spendPool(ctx, recipient, amountOf(amount));
        return {};
      },
    }),
  ];
}

/** Accounts of modules want no coins that they do not know of. @throws ChainError sdk/4 */
function checkReceives(address: string): void {
  const module = moduleOfAddress(addressKey(address));
  if (!module || MODULE_ACCOUNTS[module].receives) return;
  throw sdkErrors.unauthorized(`${address} is not allowed to receive external funds`);
}
