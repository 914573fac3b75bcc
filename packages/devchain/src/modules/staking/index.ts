/** The one validator, bonded for ever, and what the block rewards of its chain look like. */
import {
  cosmosCryptoEd25519,
  cosmosDistributionV1beta1 as distribution,
  encode,
  fromProtoJson,
  parseDecimal,
  sameAddress,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import { parseTime } from '../../chain/block-types.ts';
import type { ValidatorInfo } from '../../chain/validator.ts';
import { DENOM } from '../../coins.ts';
import { type ChainModule, type Context, query, type State, StatusError, type Table } from '../../context.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import { moduleAddress } from '../auth/module-accounts.ts';
import type { BankKeeper } from '../bank/keeper.ts';

const ONE = 10n ** 18n;
const NO_KEY = new Uint8Array(0);

export interface StakingDeps {
  state: State;
  accounts: AccountKeeper;
  bank: BankKeeper;
  validator: ValidatorInfo;
  consensusKey: Uint8Array;
  genesisTime: string;
}

/** Modules `staking`, `genutil` (bonds the validator) and `distribution`. */
export function createStakingModules(deps: StakingDeps): ChainModule[] {
  return [distributionModule(deps), stakingModule(deps), genutilModule(deps)];
}

function validatorMessage({ validator, consensusKey, genesisTime }: StakingDeps): staking.Validator {
  const { rate, max_rate, max_change_rate } = validator.commission;
  return staking.Validator.create({
    operator_address: validator.operator,
    consensus_pubkey: {
      type_url: cosmosCryptoEd25519.PubKey.typeUrl,
      value: encode(cosmosCryptoEd25519.PubKey, { key: consensusKey }),
    },
    status: staking.BondStatus.BOND_STATUS_BONDED,
    tokens: validator.tokens,
    delegator_shares: validator.tokens * ONE,
    description: validator.description,
    unbonding_time: { seconds: 0n, nanos: 0 },
    commission: {
      commission_rates: {
        rate: parseDecimal(rate),
        max_rate: parseDecimal(max_rate),
        max_change_rate: parseDecimal(max_change_rate),
      },
      update_time: parseTime(genesisTime),
    },
    min_self_delegation: validator.minSelfDelegation,
    self_del_address: validator.delegator,
    relayer_address: validator.relayer,
    challenger_address: validator.challenger,
    bls_key: validator.blsKey,
  });
}

function stakingModule(deps: StakingDeps): ChainModule {
  const parameters: Table<staking.Params> = deps.state.table('staking/params', staking.Params);
  const validator = validatorMessage(deps);
  const bonded = staking.BondStatus.BOND_STATUS_BONDED;
  return {
    name: 'staking',
    messages: [],
    queries: {
      '/cosmos.staking.v1beta1.Query/Validators': query({
        request: staking.QueryValidatorsRequest,
        response: staking.QueryValidatorsResponse,
        handle: (_ctx, { status }) => {
          if (status !== '' && !(status in staking.BondStatus)) {
            throw new StatusError('InvalidArgument', `invalid validator status ${status}`);
          }
          const all = status === '' || staking.BondStatus[status as keyof typeof staking.BondStatus] === bonded;
          const validators = all ? [validator] : [];
          return { validators, pagination: { next_key: NO_KEY, total: BigInt(validators.length) } };
        },
      }),
      '/cosmos.staking.v1beta1.Query/Validator': query({
        request: staking.QueryValidatorRequest,
        response: staking.QueryValidatorResponse,
        handle: (_ctx, { validator_addr }) => {
          if (validator_addr === '') throw new StatusError('InvalidArgument', 'validator address cannot be empty');
          if (!sameAddress(validator_addr, validator.operator_address)) {
            throw new StatusError('NotFound', `validator ${validator_addr} not found`);
          }
          return { validator };
        },
      }),
      '/cosmos.staking.v1beta1.Query/Pool': query({
        request: staking.QueryPoolRequest,
        response: staking.QueryPoolResponse,
        handle: () => ({ pool: { not_bonded_tokens: '0', bonded_tokens: String(validator.tokens) } }),
      }),
      '/cosmos.staking.v1beta1.Query/Params': query({
        request: staking.QueryParamsRequest,
        response: staking.QueryParamsResponse,
        handle: () => ({ params: parameters.get('') ?? staking.Params.create() }),
      }),
    },
    initGenesis(_ctx, appState) {
      parameters.set('', fromProtoJson(staking.Params, appState.params));
    },
  };
}

/** Genesis transactions count a sequence of who signed them, as recorded accounts show. */
function genutilModule({ accounts, bank, validator }: StakingDeps): ChainModule {
  return {
    name: 'genutil',
    messages: [],
    queries: {},
    initGenesis(ctx) {
      bank.send(ctx, validator.delegator, moduleAddress('bonded_tokens_pool'), validator.tokens);
      accounts.bumpSequence(validator.delegator);
    },
  };
}

/** Fees of a block go to the distribution account in the next; the validator has all of them but the tax. */
function distributionModule({ state, bank, validator }: StakingDeps): ChainModule {
  const parameters: Table<distribution.Params> = state.table('distribution/params', distribution.Params);
  const rate = parseDecimal(validator.commission.rate);
  const params = () => parameters.get('') ?? distribution.Params.create();
  const beginBlock = (ctx: Context) => {
    if (ctx.height <= 1n) return;
    const fees = bank.balance(moduleAddress('fee_collector'));
    bank.sendBetweenModules(ctx, 'fee_collector', 'distribution', fees);
    const rewards = fees * (ONE - params().community_tax);
    ctx.emit('commission', { amount: decimalCoin((rewards * rate) / ONE), validator: validator.operator });
    ctx.emit('rewards', { amount: decimalCoin(rewards), validator: validator.operator });
  };
  return {
    name: 'distribution',
    messages: [],
    queries: {
      '/cosmos.distribution.v1beta1.Query/Params': query({
        request: distribution.QueryParamsRequest,
        response: distribution.QueryParamsResponse,
        handle: () => ({ params: params() }),
      }),
    },
    initGenesis(_ctx, appState) {
      parameters.set('', fromProtoJson(distribution.Params, appState.params));
    },
    beginBlock,
  };
}

/** `686000.000000000000000000BNB` of 10⁻¹⁸ wei; nothing prints as the empty text. */
function decimalCoin(atomics: bigint): string {
  if (atomics === 0n) return '';
  return `${atomics / ONE}.${(atomics % ONE).toString().padStart(18, '0')}${DENOM}`;
}
