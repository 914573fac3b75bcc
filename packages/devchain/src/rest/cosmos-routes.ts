/**
 * REST paths of the Cosmos SDK's services, as their well-known HTTP annotations have them. Services that are not here
 * follow the general rule (`routes.ts`).
 */

export interface ServiceRoutes {
  base: string;
  /** By method. A path is of a GET unless it starts with `POST `. */
  methods: Readonly<Record<string, string>>;
}

const VALIDATOR = '/validators/{validator_addr}';
const DELEGATOR = '/delegators/{delegator_addr}';
const PROPOSAL = '/proposals/{proposal_id}';
const REWARDED_VALIDATOR = '/validators/{validator_address}';
const REWARDED_DELEGATOR = '/delegators/{delegator_address}';

const GOV_METHODS = {
  Proposal: PROPOSAL,
  Proposals: '/proposals',
  Vote: `${PROPOSAL}/votes/{voter}`,
  Votes: `${PROPOSAL}/votes`,
  Params: '/params/{params_type}',
  Deposit: `${PROPOSAL}/deposits/{depositor}`,
  Deposits: `${PROPOSAL}/deposits`,
  TallyResult: `${PROPOSAL}/tally`,
};

export const COSMOS_ROUTES: Readonly<Record<string, ServiceRoutes>> = {
  'cosmos.auth.v1beta1.Query': {
    base: '/cosmos/auth/v1beta1',
    methods: {
      Accounts: '/accounts',
      Account: '/accounts/{address}',
      AccountAddressByID: '/address_by_id/{id}',
      Params: '/params',
      ModuleAccounts: '/module_accounts',
      ModuleAccountByName: '/module_accounts/{name}',
      AccountInfo: '/account_info/{address}',
    },
  },
  'cosmos.authz.v1beta1.Query': {
    base: '/cosmos/authz/v1beta1',
    methods: {
      Grants: '/grants',
      GranterGrants: '/grants/granter/{granter}',
      GranteeGrants: '/grants/grantee/{grantee}',
    },
  },
  'cosmos.bank.v1beta1.Query': {
    base: '/cosmos/bank/v1beta1',
    methods: {
      Balance: '/balances/{address}/by_denom',
      AllBalances: '/balances/{address}',
      SpendableBalances: '/spendable_balances/{address}',
      SpendableBalanceByDenom: '/spendable_balances/{address}/by_denom',
      TotalSupply: '/supply',
      SupplyOf: '/supply/by_denom',
      Params: '/params',
      DenomMetadata: '/denoms_metadata/{denom}',
      DenomsMetadata: '/denoms_metadata',
      DenomOwners: '/denom_owners/{denom}',
      SendEnabled: '/send_enabled',
    },
  },
  'cosmos.base.node.v1beta1.Service': { base: '/cosmos/base/node/v1beta1', methods: { Config: '/config' } },
  'cosmos.base.tendermint.v1beta1.Service': {
    base: '/cosmos/base/tendermint/v1beta1',
    methods: {
      GetNodeInfo: '/node_info',
      GetSyncing: '/syncing',
      GetLatestBlock: '/blocks/latest',
      GetBlockByHeight: '/blocks/{height}',
      GetLatestValidatorSet: '/validatorsets/latest',
      GetValidatorSetByHeight: '/validatorsets/{height}',
      ABCIQuery: '/abci_query',
    },
  },
  'cosmos.distribution.v1beta1.Query': {
    base: '/cosmos/distribution/v1beta1',
    methods: {
      Params: '/params',
      ValidatorDistributionInfo: REWARDED_VALIDATOR,
      ValidatorOutstandingRewards: `${REWARDED_VALIDATOR}/outstanding_rewards`,
      ValidatorCommission: `${REWARDED_VALIDATOR}/commission`,
      ValidatorSlashes: `${REWARDED_VALIDATOR}/slashes`,
      DelegationRewards: `${REWARDED_DELEGATOR}/rewards/{validator_address}`,
      DelegationTotalRewards: `${REWARDED_DELEGATOR}/rewards`,
      DelegatorValidators: `${REWARDED_DELEGATOR}/validators`,
      DelegatorWithdrawAddress: `${REWARDED_DELEGATOR}/withdraw_address`,
      CommunityPool: '/community_pool',
    },
  },
  'cosmos.feegrant.v1beta1.Query': {
    base: '/cosmos/feegrant/v1beta1',
    methods: {
      Allowance: '/allowance/{granter}/{grantee}',
      Allowances: '/allowances/{grantee}',
      AllowancesByGranter: '/issued/{granter}',
    },
  },
  'cosmos.gov.v1.Query': { base: '/cosmos/gov/v1', methods: GOV_METHODS },
  'cosmos.gov.v1beta1.Query': { base: '/cosmos/gov/v1beta1', methods: GOV_METHODS },
  'cosmos.params.v1beta1.Query': {
    base: '/cosmos/params/v1beta1',
    methods: { Params: '/params', Subspaces: '/subspaces' },
  },
  'cosmos.slashing.v1beta1.Query': {
    base: '/cosmos/slashing/v1beta1',
    methods: { Params: '/params', SigningInfo: '/signing_infos/{cons_address}', SigningInfos: '/signing_infos' },
  },
  'cosmos.staking.v1beta1.Query': {
    base: '/cosmos/staking/v1beta1',
    methods: {
      Validators: '/validators',
      Validator: VALIDATOR,
      ValidatorDelegations: `${VALIDATOR}/delegations`,
      ValidatorUnbondingDelegations: `${VALIDATOR}/unbonding_delegations`,
      Delegation: `${VALIDATOR}/delegations/{delegator_addr}`,
      UnbondingDelegation: `${VALIDATOR}/delegations/{delegator_addr}/unbonding_delegation`,
      DelegatorDelegations: '/delegations/{delegator_addr}',
      DelegatorUnbondingDelegations: `${DELEGATOR}/unbonding_delegations`,
      Redelegations: `${DELEGATOR}/redelegations`,
      DelegatorValidators: `${DELEGATOR}/validators`,
      DelegatorValidator: `${DELEGATOR}/validators/{validator_addr}`,
      HistoricalInfo: '/historical_info/{height}',
      Pool: '/pool',
      Params: '/params',
    },
  },
  'cosmos.tx.v1beta1.Service': {
    base: '/cosmos/tx/v1beta1',
    methods: {
      Simulate: 'POST /simulate',
      GetTx: '/txs/{hash}',
      GetTxsEvent: '/txs',
      GetBlockWithTxs: '/txs/block/{height}',
      TxDecode: 'POST /decode',
      TxEncode: 'POST /encode',
      BroadcastTx: 'POST /txs',
    },
  },
  'cosmos.upgrade.v1beta1.Query': {
    base: '/cosmos/upgrade/v1beta1',
    methods: {
      CurrentPlan: '/current_plan',
      AppliedPlan: '/applied_plan/{name}',
      UpgradedConsensusState: '/upgraded_consensus_state/{last_height}',
      ModuleVersions: '/module_versions',
      Authority: '/authority',
    },
  },
};
