/** Queries of distribution. Those about rewards end periods, of which nothing remains: a query leaves no trace. */
import { cosmosDistributionV1beta1 as distribution } from '@prairie/chain';
import { type ChainModule, type Context, query, StatusError } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { paginate } from '../../pagination.ts';
import { pairOf } from '../staking/delegating.ts';
import { checkQueried } from '../staking/queries.ts';
import { decCoins } from './dec-coins.ts';
import { distributionErrors as errors } from './errors.ts';
import type { DistributionKeeper } from './keeper.ts';

type Queries = ChainModule['queries'];

const PATH = '/cosmos.distribution.v1beta1.Query';

export function distributionQueries(keeper: DistributionKeeper): Queries {
  return { ...ofValidators(keeper), ...ofDelegators(keeper), ...slashes(keeper), ...pool(keeper) };
}

/** What a delegation has earned; nothing without one. */
function earned(keeper: DistributionKeeper, ctx: Context, delegator: string, operator: string): bigint {
  const pair = pairOf(delegator, operator);
  return keeper.staking.delegation(pair) ? keeper.earned(ctx, pair) : 0n;
}

function ofValidators(keeper: DistributionKeeper): Queries {
  const { store, staking } = keeper;
  return {
    [`${PATH}/ValidatorDistributionInfo`]: query({
      request: distribution.QueryValidatorDistributionInfoRequest,
      response: distribution.QueryValidatorDistributionInfoResponse,
      handle: (ctx, { validator_address }) => {
        checkQueried('validator', validator_address);
        const validator = staking.validator(validator_address);
        if (!validator) throw errors.noValidator();
        const { operator_address, self_del_address } = validator;
        return {
          operator_address,
          self_bond_rewards: decCoins(earned(keeper, ctx, self_del_address, operator_address)),
          commission: decCoins(store.commission.get(addressKey(operator_address)) ?? 0n),
        };
      },
    }),
    [`${PATH}/ValidatorOutstandingRewards`]: query({
      request: distribution.QueryValidatorOutstandingRewardsRequest,
      response: distribution.QueryValidatorOutstandingRewardsResponse,
      handle: (_ctx, { validator_address }) => {
        checkQueried('validator', validator_address);
        return { rewards: { rewards: decCoins(store.outstanding.get(addressKey(validator_address)) ?? 0n) } };
      },
    }),
    [`${PATH}/ValidatorCommission`]: query({
      request: distribution.QueryValidatorCommissionRequest,
      response: distribution.QueryValidatorCommissionResponse,
      handle: (_ctx, { validator_address }) => {
        checkQueried('validator', validator_address);
        return { commission: { commission: decCoins(store.commission.get(addressKey(validator_address)) ?? 0n) } };
      },
    }),
  };
}

function ofDelegators(keeper: DistributionKeeper): Queries {
  const { staking } = keeper;
  return {
    [`${PATH}/DelegationRewards`]: query({
      request: distribution.QueryDelegationRewardsRequest,
      response: distribution.QueryDelegationRewardsResponse,
      handle: (ctx, { delegator_address, validator_address }) => {
        checkQueried('delegator', delegator_address);
        checkQueried('validator', validator_address);
        if (!staking.validator(validator_address)) throw errors.noValidator();
        if (!staking.delegation(pairOf(delegator_address, validator_address))) throw errors.noDelegation();
        return { rewards: decCoins(earned(keeper, ctx, delegator_address, validator_address)) };
      },
    }),
    [`${PATH}/DelegationTotalRewards`]: query({
      request: distribution.QueryDelegationTotalRewardsRequest,
      response: distribution.QueryDelegationTotalRewardsResponse,
      handle: (ctx, { delegator_address }) => {
        checkQueried('delegator', delegator_address);
        const all = Array.from(staking.delegationsOf(delegator_address), ({ validator_address }) => ({
          validator_address,
          amount: earned(keeper, ctx, delegator_address, validator_address),
        }));
        return {
          rewards: all.map(({ validator_address, amount }) => ({ validator_address, reward: decCoins(amount) })),
          total: decCoins(all.reduce((sum, { amount }) => sum + amount, 0n)),
        };
      },
    }),
    [`${PATH}/DelegatorValidators`]: query({
      request: distribution.QueryDelegatorValidatorsRequest,
      response: distribution.QueryDelegatorValidatorsResponse,
      handle: (_ctx, { delegator_address }) => {
        checkQueried('delegator', delegator_address);
        return {
          validators: Array.from(
            staking.delegationsOf(delegator_address),
            ({ validator_address }) => validator_address,
          ),
        };
      },
    }),
    [`${PATH}/DelegatorWithdrawAddress`]: query({
      request: distribution.QueryDelegatorWithdrawAddressRequest,
      response: distribution.QueryDelegatorWithdrawAddressResponse,
      handle: (_ctx, { delegator_address }) => {
        checkQueried('delegator', delegator_address);
        return { withdraw_address: keeper.withdrawAddress(delegator_address) };
      },
    }),
  };
}

function slashes({ store }: DistributionKeeper): Queries {
  return {
    [`${PATH}/ValidatorSlashes`]: query({
      request: distribution.QueryValidatorSlashesRequest,
      response: distribution.QueryValidatorSlashesResponse,
      handle: (_ctx, { validator_address, starting_height: start, ending_height: end, pagination: asked }) => {
        checkQueried('validator', validator_address);
        if (end < start) {
          const text = `starting height greater than ending height (${start} > ${end})`;
          throw new StatusError('InvalidArgument', text);
        }
        const walk = (options: object) => store.slashesOf(validator_address, { start, end }, options);
        const { items, pagination } = paginate(asked, { walk });
        return { slashes: items, pagination };
      },
    }),
  };
}

function pool({ store }: DistributionKeeper): Queries {
  return {
    [`${PATH}/CommunityPool`]: query({
      request: distribution.QueryCommunityPoolRequest,
      response: distribution.QueryCommunityPoolResponse,
      handle: () => ({ pool: decCoins(store.communityPool) }),
    }),
  };
}
