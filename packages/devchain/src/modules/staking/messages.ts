/** Messages of staking, as Cosmos SDK 0.47 has them, with this network's way to create validators. */
import { decimalText, cosmosStakingV1beta1 as staking, toChecksumAddress } from '@prairie/chain';
import { coinsText } from '../../coins.ts';
import { type MessageHandler, message } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { StakeGrants } from '../authz/index.ts';
import { checkAddress, checkDenom, checkPositive } from './checks.ts';
import { checkCreateMessage, createByGovernance } from './create.ts';
import { delegate, pairOf, sharesToUnbond } from './delegating.ts';
import { checkEditMessage, editValidator } from './edit.ts';
import type { StakingKeeper } from './keeper.ts';
import { redelegate } from './redelegating.ts';
import { secondsText } from './times.ts';
import { cancelUnbonding, undelegate } from './undelegating.ts';

export function stakingMessages(keeper: StakingKeeper, stakeGrants: StakeGrants | undefined): MessageHandler[] {
  return [
    message<staking.MsgCreateValidator>({
      type: staking.MsgCreateValidator,
      response: staking.MsgCreateValidatorResponse,
      signers: ({ from }) => [from],
      validateBasic: checkCreateMessage,
      handle(ctx, msg) {
        createByGovernance(keeper, ctx, msg, stakeGrants);
        return {};
      },
    }),
    message<staking.MsgEditValidator>({
      type: staking.MsgEditValidator,
      response: staking.MsgEditValidatorResponse,
      signers: ({ validator_address }) => [validator_address],
      validateBasic: checkEditMessage,
      handle(ctx, msg) {
        editValidator(keeper, ctx, msg);
        return {};
      },
    }),
    delegateMessage(keeper),
    undelegateMessage(keeper),
    redelegateMessage(keeper),
    cancelMessage(keeper),
  ];
}

function checkPair(msg: { delegator_address: string; validator_address: string }): void {
  checkAddress('delegator', msg.delegator_address);
  checkAddress('validator', msg.validator_address);
}

function delegateMessage(keeper: StakingKeeper): MessageHandler {
  return message<staking.MsgDelegate>({
    type: staking.MsgDelegate,
    response: staking.MsgDelegateResponse,
    signers: ({ delegator_address }) => [delegator_address],
    validateBasic(msg) {
      checkPair(msg);
      checkPositive(msg.amount);
    },
    handle(ctx, { delegator_address, validator_address, amount }) {
      checkDenom(keeper, amount);
      const pair = pairOf(delegator_address, validator_address);
      const shares = delegate(keeper, ctx, pair, amount.amount);
      ctx.emit('delegate', {
        validator: pair.validator_address,
        amount: coinsText([amount]),
        new_shares: decimalText(shares),
      });
      return {};
    },
  });
}

function undelegateMessage(keeper: StakingKeeper): MessageHandler {
  return message<staking.MsgUndelegate>({
    type: staking.MsgUndelegate,
    response: staking.MsgUndelegateResponse,
    signers: ({ delegator_address }) => [delegator_address],
    validateBasic(msg) {
      checkPair(msg);
      checkPositive(msg.amount);
    },
    handle(ctx, { delegator_address, validator_address, amount }) {
      const pair = pairOf(delegator_address, validator_address);
      const shares = sharesToUnbond(keeper, pair, amount.amount);
      checkDenom(keeper, amount);
      const completion_time = undelegate(keeper, ctx, pair, shares);
      ctx.emit('unbond', {
        validator: pair.validator_address,
        amount: coinsText([amount]),
        completion_time: secondsText(completion_time),
      });
      return { completion_time };
    },
  });
}

function redelegateMessage(keeper: StakingKeeper): MessageHandler {
  return message<staking.MsgBeginRedelegate>({
    type: staking.MsgBeginRedelegate,
    response: staking.MsgBeginRedelegateResponse,
    signers: ({ delegator_address }) => [delegator_address],
    validateBasic(msg) {
      checkAddress('delegator', msg.delegator_address);
      checkAddress('source validator', msg.validator_src_address);
      checkAddress('destination validator', msg.validator_dst_address);
      checkPositive(msg.amount);
    },
    handle(ctx, { delegator_address, validator_src_address, validator_dst_address, amount }) {
      const move = {
        delegator_address: toChecksumAddress(delegator_address),
        validator_src_address: toChecksumAddress(validator_src_address),
        validator_dst_address: toChecksumAddress(validator_dst_address),
      };
      const shares = sharesToUnbond(keeper, pairOf(delegator_address, validator_src_address), amount.amount);
      checkDenom(keeper, amount);
      const { completion } = redelegate(keeper, ctx, move, shares);
      ctx.emit('redelegate', {
        source_validator: move.validator_src_address,
        destination_validator: move.validator_dst_address,
        amount: coinsText([amount]),
        completion_time: secondsText(completion),
      });
      return { completion_time: completion };
    },
  });
}

function cancelMessage(keeper: StakingKeeper): MessageHandler {
  return message<staking.MsgCancelUnbondingDelegation>({
    type: staking.MsgCancelUnbondingDelegation,
    response: staking.MsgCancelUnbondingDelegationResponse,
    signers: ({ delegator_address }) => [delegator_address],
    validateBasic(msg) {
      checkPair(msg);
      checkPositive(msg.amount);
      if (msg.creation_height <= 0n) throw sdkErrors.invalidRequest('invalid height');
    },
    handle(ctx, { delegator_address, validator_address, amount, creation_height }) {
      checkDenom(keeper, amount!);
      const pair = pairOf(delegator_address, validator_address);
      cancelUnbonding(keeper, ctx, pair, { amount: amount!.amount, height: creation_height });
      ctx.emit('cancel_unbonding_delegation', {
        amount: coinsText([amount!]),
        validator: pair.validator_address,
        delegator: pair.delegator_address,
        creation_height: creation_height.toString(),
      });
      return {};
    },
  });
}
