import assert from 'node:assert/strict';
import { test } from 'node:test';
import { services } from './services.ts';

/** What clients call and a network has answered, by module (`reference/chain-rpc.md` §6, `chain-state-machine.md` §13). */
const REFERENCE: Readonly<Record<keyof typeof services | string, string>> = {
  auth: 'Account AccountInfo Accounts ModuleAccounts ModuleAccountByName Params',
  authz: 'Grants GranterGrants GranteeGrants',
  bank: 'Balance AllBalances SpendableBalances TotalSupply SupplyOf Params DenomMetadata DenomOwners',
  bridge: 'Params',
  challenge: 'Params AttestedChallenge LatestAttestedChallenges InturnAttestationSubmitter',
  crosschain: 'Params CrossChainPackage SendSequence ReceiveSequence',
  distribution: 'Params ValidatorCommission DelegationRewards CommunityPool',
  feegrant: 'Allowance Allowances AllowancesByGranter',
  gashub: 'Params MsgGasParams',
  gov: 'Proposal Proposals Vote Votes Params Deposit Deposits TallyResult',
  oracle: 'Params InturnRelayer',
  payment:
    'Params ParamsByTimestamp OutFlows StreamRecord StreamRecords PaymentAccount PaymentAccounts PaymentAccountCount ' +
    'PaymentAccountCounts PaymentAccountsByOwner DynamicBalance AutoSettleRecords DelayedWithdrawal',
  permission: 'Params',
  slashing: 'Params SigningInfo SigningInfos',
  sp:
    'Params StorageProviders StorageProvider StorageProviderByOperatorAddress QuerySpStoragePrice ' +
    'QueryGlobalSpStorePriceByTime StorageProviderMaintenanceRecordsByOperatorAddress',
  staking: 'Validators Validator Delegation DelegatorDelegations UnbondingDelegation HistoricalInfo Pool Params',
  storage:
    'Params QueryParamsByTimestamp HeadBucket HeadBucketById HeadBucketExtra HeadBucketNFT HeadObject HeadObjectById ' +
    'HeadObjectNFT HeadShadowObject HeadGroup HeadGroupNFT HeadGroupMember ListBuckets ListObjects ' +
    'ListObjectsByBucketId ListGroups VerifyPermission QueryPolicyForAccount QueryPolicyForGroup QueryPolicyById ' +
    'QueryLockFee QueryIsPriceChanged QueryQuotaUpdateTime QueryGroupMembersExist QueryGroupsExist ' +
    'QueryGroupsExistById QueryPaymentAccountBucketFlowRateLimit',
  tendermint: 'GetNodeInfo GetSyncing GetLatestBlock GetBlockByHeight GetLatestValidatorSet GetValidatorSetByHeight',
  tx: 'Simulate GetTx GetTxsEvent GetBlockWithTxs BroadcastTx',
  virtualgroup:
    'Params GlobalVirtualGroup GlobalVirtualGroupByFamilyID GlobalVirtualGroupFamily GlobalVirtualGroupFamilies ' +
    'AvailableGlobalVirtualGroupFamilies SwapInInfo GVGStatistics QuerySpAvailableGlobalVirtualGroupFamilies ' +
    'QuerySpOptimalGlobalVirtualGroupFamily',
};

test('every method of the reference has its messages', () => {
  const all: Readonly<Record<string, Readonly<Record<string, { path: string }>>>> = services;
  for (const [module, names] of Object.entries(REFERENCE)) {
    for (const name of names.split(' ')) {
      const path = all[module]?.[name]?.path;
      assert.match(path ?? '', new RegExp(`^/[\\w.]+\\.(Query|Service)/${name}$`), `${module}.${name}`);
    }
  }
});

test('paths are those of the packages', () => {
  assert.equal(services.storage.HeadBucketById.path, '/greenfield.storage.Query/HeadBucketById');
  assert.equal(services.storage.HeadBucketById.response.name, 'greenfield.storage.QueryHeadBucketResponse');
  assert.equal(services.tx.Simulate.path, '/cosmos.tx.v1beta1.Service/Simulate');
});
