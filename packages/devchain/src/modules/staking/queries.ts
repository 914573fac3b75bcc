/** Queries about validators and the module. Those about delegations are in `delegation-queries.ts`. */
import { isAddress, cosmosStakingV1beta1 as staking, type tendermintTypes } from '@prairie/chain';
import { type ChainModule, query, StatusError } from '../../context.ts';
import { paginate } from '../../pagination.ts';
import type { StakingKeeper } from './keeper.ts';
import type { Validator } from './validators.ts';

const PATH = '/cosmos.staking.v1beta1.Query';
const { BOND_STATUS_BONDED, BOND_STATUS_UNBONDING, BOND_STATUS_UNBONDED } = staking.BondStatus;

/** What may be asked for; the empty text is all of them. */
const STATUSES: Readonly<Record<string, staking.BondStatus>> = {
  BOND_STATUS_BONDED,
  BOND_STATUS_UNBONDING,
  BOND_STATUS_UNBONDED,
};

/** Header of the block at a height, or undefined when it is not kept. */
export type HeaderAt = (height: bigint) => tendermintTypes.Header | undefined;

/** @throws StatusError InvalidArgument */
export function checkQueried(role: 'validator' | 'delegator', address: string): void {
  if (address === '') throw new StatusError('InvalidArgument', `${role} address cannot be empty`);
  if (!isAddress(address)) throw new StatusError('InvalidArgument', `invalid address: ${address}`);
}

export function stakingQueries(keeper: StakingKeeper, headerAt: HeaderAt): ChainModule['queries'] {
  return {
    [`${PATH}/Validators`]: query({
      request: staking.QueryValidatorsRequest,
      response: staking.QueryValidatorsResponse,
      handle: (_ctx, { status, pagination }) => {
        if (status !== '' && !Object.hasOwn(STATUSES, status)) {
          throw new StatusError('InvalidArgument', `invalid validator status ${status}`);
        }
        const page = paginate(pagination, { walk: (walk) => withStatus(keeper, status, walk) });
        return { validators: page.items, pagination: page.pagination };
      },
    }),
    [`${PATH}/Validator`]: query({
      request: staking.QueryValidatorRequest,
      response: staking.QueryValidatorResponse,
      handle: (_ctx, { validator_addr }) => {
        checkQueried('validator', validator_addr);
        const validator = keeper.validator(validator_addr);
        if (!validator) throw new StatusError('NotFound', `validator ${validator_addr} not found`);
        return { validator };
      },
    }),
    [`${PATH}/HistoricalInfo`]: query({
      request: staking.QueryHistoricalInfoRequest,
      response: staking.QueryHistoricalInfoResponse,
      handle: (ctx, { height }) => {
        if (height < 0n) throw new StatusError('InvalidArgument', 'height cannot be negative');
        const kept = height > ctx.height - BigInt(keeper.params().historical_entries);
        if (height === 0n || height > ctx.height || !kept) {
          throw new StatusError('NotFound', `historical info for height ${height} not found`);
        }
        return { hist: { header: headerAt(height), valset: [...keeper.history.at(height)] } };
      },
    }),
    [`${PATH}/Pool`]: query({
      request: staking.QueryPoolRequest,
      response: staking.QueryPoolResponse,
      handle: () => ({
        pool: {
          not_bonded_tokens: keeper.pools.balance('not_bonded_tokens_pool').toString(),
          bonded_tokens: keeper.pools.balance('bonded_tokens_pool').toString(),
        },
      }),
    }),
  };
}

function* withStatus(
  keeper: StakingKeeper,
  status: string,
  walk: { from?: string; reverse: boolean },
): IterableIterator<[string, Validator]> {
  for (const entry of keeper.validators.table.range(walk)) {
    if (status === '' || entry[1].status === STATUSES[status]) yield entry;
  }
}
