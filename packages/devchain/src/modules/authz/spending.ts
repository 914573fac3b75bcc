/**
 * Grants that other modules spend. What governance creates costs somebody else's coins: the deposit of a provider, the
 * stake of a validator. Their owners agree by granting the gov account the message that would pay for it.
 */
import { greenfieldSp as sp, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { coin } from '../../coins.ts';
import type { Context } from '../../context.ts';
import type { DepositGrants } from '../sp/keeper.ts';
import type { AuthzKeeper } from './keeper.ts';

/** @throws ChainError authz/2 when there is no grant, sdk/4 for another validator, sdk/5 when it is for less */
export interface StakeGrants {
  /** `amount` in wei; `validator` is the operator's address. */
  accept(ctx: Context, use: { granter: string; grantee: string; validator: string; amount: bigint }): void;
}

/** @throws ChainError as {@link StakeGrants}, of a provider instead of a validator */
export const depositGrants = (keeper: AuthzKeeper): DepositGrants => ({
  spend(ctx, { granter, grantee, spAddress, amount }) {
    const value = sp.MsgDeposit.create({ creator: granter, sp_address: spAddress, deposit: coin(amount) });
    keeper.accept(ctx, { granter, grantee }, { typeUrl: sp.MsgDeposit.typeUrl, value });
  },
});

export const stakeGrants = (keeper: AuthzKeeper): StakeGrants => ({
  accept(ctx, { granter, grantee, validator, amount }) {
    const value = staking.MsgDelegate.create({
      delegator_address: granter,
      validator_address: validator,
      amount: coin(amount),
    });
    keeper.accept(ctx, { granter, grantee }, { typeUrl: staking.MsgDelegate.typeUrl, value });
  },
});
