/** Queries about delegations: what stays, what is on its way back, and what has moved. */
import { type cosmosBaseQueryV1beta1, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { coin } from '../../coins.ts';
import { type ChainModule, query, StatusError } from '../../context.ts';
import { paginate } from '../../pagination.ts';
import { pairOf } from './delegating.ts';
import type { Walk } from './delegations.ts';
import { stakingErrors as errors } from './errors.ts';
import type { StakingKeeper } from './keeper.ts';
import { checkQueried } from './queries.ts';
import { tokensOf } from './shares.ts';
import { notUnbonding } from './undelegating.ts';

type PageRequest = cosmosBaseQueryV1beta1.PageRequest | undefined;
type Queries = ChainModule['queries'];

const PATH = '/cosmos.staking.v1beta1.Query';

export function delegationQueries(keeper: StakingKeeper): Queries {
  return { ...ofPairs(keeper), ...ofValidators(keeper), ...ofDelegators(keeper), ...redelegations(keeper) };
}

/** Whole wei that shares of a validator are worth; nothing when it is gone. */
function worth(keeper: StakingKeeper, operator: string, shares: bigint): bigint {
  const validator = keeper.validator(operator);
  return validator ? tokensOf(validator, shares) : 0n;
}

const withBalance = (keeper: StakingKeeper, delegation: staking.Delegation): staking.DelegationResponse => ({
  delegation,
  balance: coin(worth(keeper, delegation.validator_address, delegation.shares)),
});

function checkPair({ delegator_addr, validator_addr }: { delegator_addr: string; validator_addr: string }) {
  checkQueried('delegator', delegator_addr);
  checkQueried('validator', validator_addr);
  return pairOf(delegator_addr, validator_addr);
}

function ofPairs(keeper: StakingKeeper): Queries {
  return {
    [`${PATH}/Delegation`]: query({
      request: staking.QueryDelegationRequest,
      response: staking.QueryDelegationResponse,
      handle: (_ctx, request) => {
        const pair = checkPair(request);
        const delegation = keeper.delegation(pair);
        if (delegation) return { delegation_response: withBalance(keeper, delegation) };
        const { delegator_address, validator_address } = pair;
        const text = `delegation with delegator ${delegator_address} not found for validator ${validator_address}`;
        throw new StatusError('NotFound', text);
      },
    }),
    [`${PATH}/UnbondingDelegation`]: query({
      request: staking.QueryUnbondingDelegationRequest,
      response: staking.QueryUnbondingDelegationResponse,
      handle: (_ctx, request) => {
        const pair = checkPair(request);
        const unbond = keeper.unbondings.pairs.get(pair);
        if (!unbond) throw new StatusError('NotFound', notUnbonding(pair));
        return { unbond };
      },
    }),
    [`${PATH}/DelegatorValidator`]: query({
      request: staking.QueryDelegatorValidatorRequest,
      response: staking.QueryDelegatorValidatorResponse,
      handle: (_ctx, request) => {
        const pair = checkPair(request);
        if (!keeper.delegation(pair)) throw new StatusError('Internal', errors.noDelegation().message);
        return { validator: keeper.validator(pair.validator_address) };
      },
    }),
  };
}

function ofValidators(keeper: StakingKeeper): Queries {
  return {
    [`${PATH}/ValidatorDelegations`]: query({
      request: staking.QueryValidatorDelegationsRequest,
      response: staking.QueryValidatorDelegationsResponse,
      handle: (_ctx, { validator_addr, pagination: asked }) => {
        checkQueried('validator', validator_addr);
        const walk = (options: Walk) => keeper.delegations.ofValidator(validator_addr, options);
        const { items, pagination } = paginate(asked, { walk });
        return { delegation_responses: items.map((delegation) => withBalance(keeper, delegation)), pagination };
      },
    }),
    [`${PATH}/ValidatorUnbondingDelegations`]: query({
      request: staking.QueryValidatorUnbondingDelegationsRequest,
      response: staking.QueryValidatorUnbondingDelegationsResponse,
      handle: (_ctx, { validator_addr, pagination: asked }) => {
        checkQueried('validator', validator_addr);
        const walk = (options: Walk) => keeper.unbondings.pairs.ofValidator(validator_addr, options);
        const { items, pagination } = paginate(asked, { walk });
        return { unbonding_responses: items, pagination };
      },
    }),
  };
}

function ofDelegators(keeper: StakingKeeper): Queries {
  const page = (delegator: string, asked: PageRequest) => {
    checkQueried('delegator', delegator);
    return paginate(asked, { walk: (walk) => keeper.delegations.ofDelegator(delegator, walk) });
  };
  return {
    [`${PATH}/DelegatorDelegations`]: query({
      request: staking.QueryDelegatorDelegationsRequest,
      response: staking.QueryDelegatorDelegationsResponse,
      handle: (_ctx, { delegator_addr, pagination: asked }) => {
        const { items, pagination } = page(delegator_addr, asked);
        return { delegation_responses: items.map((delegation) => withBalance(keeper, delegation)), pagination };
      },
    }),
    [`${PATH}/DelegatorValidators`]: query({
      request: staking.QueryDelegatorValidatorsRequest,
      response: staking.QueryDelegatorValidatorsResponse,
      handle: (_ctx, { delegator_addr, pagination: asked }) => {
        const { items, pagination } = page(delegator_addr, asked);
        const validators = items.map(({ validator_address }) => keeper.validator(validator_address)!);
        return { validators, pagination };
      },
    }),
    [`${PATH}/DelegatorUnbondingDelegations`]: query({
      request: staking.QueryDelegatorUnbondingDelegationsRequest,
      response: staking.QueryDelegatorUnbondingDelegationsResponse,
      handle: (_ctx, { delegator_addr, pagination: asked }) => {
        checkQueried('delegator', delegator_addr);
        const walk = (options: Walk) => keeper.unbondings.pairs.ofDelegator(delegator_addr, options);
        const { items, pagination } = paginate(asked, { walk });
        return { unbonding_responses: items, pagination };
      },
    }),
  };
}

function redelegations(keeper: StakingKeeper): Queries {
  const response = ({ entries, ...move }: staking.Redelegation): staking.RedelegationResponse => ({
    redelegation: { ...move, entries: [] },
    entries: entries.map((redelegation_entry) => ({
      redelegation_entry,
      balance: worth(keeper, move.validator_dst_address, redelegation_entry.shares_dst),
    })),
  });
  return {
    [`${PATH}/Redelegations`]: query({
      request: staking.QueryRedelegationsRequest,
      response: staking.QueryRedelegationsResponse,
      handle: (_ctx, request) => {
        const { items, pagination } = paginate(request.pagination, { walk: walkOf(keeper, request) });
        return { redelegation_responses: items.map(response), pagination };
      },
    }),
  };
}

/** One move of a delegator, or all of them, or all that left a validator: by what the request has. */
function walkOf(keeper: StakingKeeper, request: staking.QueryRedelegationsRequest) {
  const { delegator_addr, src_validator_addr, dst_validator_addr } = request;
  if (delegator_addr === '') {
    checkQueried('validator', src_validator_addr);
    return (walk: Walk) => keeper.redelegations.ofSource(src_validator_addr, walk);
  }
  checkQueried('delegator', delegator_addr);
  if (src_validator_addr === '' || dst_validator_addr === '') {
    return (walk: Walk) => keeper.redelegations.ofDelegator(delegator_addr, walk);
  }
  checkQueried('validator', src_validator_addr);
  checkQueried('validator', dst_validator_addr);
  const found = keeper.redelegations.get({
    delegator_address: delegator_addr,
    validator_src_address: src_validator_addr,
    validator_dst_address: dst_validator_addr,
  });
  if (found) return (): [string, staking.Redelegation][] => [['', found]];
  const text = `redelegation not found for delegator address ${delegator_addr} from validator address ${src_validator_addr}`;
  throw new StatusError('NotFound', text);
}
