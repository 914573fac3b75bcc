/**
 * Whether the suites cover the JavaScript SDK. Each method of its client is named here: those that ask a provider with
 * the suite that calls them, the others as what they are. One that a new version brings fails until it is named.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { user } from './support.ts';

/** Ask a provider, or cannot be without one. */
const SUITES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'js-sdk-uploads.test.ts': {
    object: [
      ...['createFolder', 'uploadObject', 'delegateUploadObject', 'delegateCreateFolder', 'getObjectUploadProgress'],
      ...['getObjectMeta', 'headObject', 'listObjects'],
    ],
  },
  'js-sdk-reads.test.ts': {
    object: [
      ...['getObject', 'getObjectPreviewUrl', 'downloadFile', 'listObjects', 'getObjectMeta', 'listObjectsByIds'],
      ...['listObjectPolicies', 'putObjectPolicy', 'headObject'],
    ],
  },
  'js-sdk-accounts.test.ts': {
    bucket: [
      ...['listBuckets', 'getBucketMeta', 'listBucketsByIds', 'listBucketsByPaymentAccount', 'getBucketReadQuota'],
      ...['listBucketReadRecords', 'getMigrateBucketApproval', 'migrateBucket', 'headBucket'],
    ],
    payment: ['listUserPaymentAccounts'],
    sp: [
      ...['listGroups', 'listGroupsMembers', 'listUserGroups', 'listUserOwnedGroups', 'verifyPermission'],
      ...['getStorageProviders', 'getStorageProviderInfo', 'getSPUrlById', 'getSPUrlByBucket', 'getSPUrlByPrimaryAddr'],
    ],
  },
  'off-chain-key.ts': { offchainauth: ['genOffChainAuthKeyPairAndUpload'] },
  'support.ts': { bucket: ['createBucket'], object: ['createObject'] },
};

/** Private to the SDK: the methods above are made of them. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  bucket: ['migrateBucketTx'],
  object: [
    ...['putObject', 'splitPartInfo', 'putResumableObject', 'headSPObjectInfo', 'getObjectResumableUploadOffset'],
    ...['getObjectOffsetFromSP', 'getObjectStatusFromSp'],
  ],
  offchainauth: ['generateKeys'],
  sp: ['getInServiceSP'],
  spClient: ['callApi', 'callApiV2', 'upload', 'signHeaders', 'getMetaInfo'],
};

/** Ask the chain and no provider. */
const CHAIN: Readonly<Record<string, readonly string[]>> = {
  account: [
    ...['multiTransfer', 'createPaymentAccount', 'getPaymentAccountsByOwner', 'getModuleAccountByName'],
    ...['getModuleAccounts', 'getAccountBalance', 'getAccount', 'transfer'],
  ],
  basic: [
    ...['getNodeInfo', 'getLatestBlock', 'getLatestBlockHeight', 'getSyncing', 'getBlockByHeight'],
    ...['GetLatestValidatorSet'],
  ],
  bucket: [
    ...['setPaymentAccountFlowRateLimit', 'deleteBucket', 'toggleSpAsDelegatedAgent', 'headBucketById'],
    ...['headBucketExtra', 'headBucketNFT', 'getVerifyPermission', 'updateBucketInfo', 'putBucketPolicy'],
    ...['deleteBucketPolicy', 'getBucketPolicy', 'cancelMigrateBucket'],
  ],
  challenge: [
    ...['submitChallenge', 'attestChallenge', 'latestAttestedChallenges', 'inturnAttestationSubmitter', 'params'],
  ],
  crosschain: [
    ...['transferOut', 'claims', 'getChannelSendSequence', 'getChannelReceiveSequence', 'getInturnRelayer'],
    ...['getCrosschainPackage', 'mirrorGroup', 'mirrorBucket', 'mirrorObject', 'getParams'],
  ],
  distribution: [
    ...['setWithdrawAddress', 'withdrawValidatorCommission', 'withdrawDelegatorReward', 'fundCommunityPoolundComm'],
  ],
  feegrant: ['grantAllowance', 'revokeAllowance', 'getAllowence', 'getAllowences'],
  gashub: ['getMsgGasParams', 'getParams'],
  group: [
    ...['createGroup', 'deleteGroup', 'updateGroupMember', 'updateGroupExtra', 'leaveGroup', 'headGroup'],
    ...['headGroupMember', 'headGroupNFT', 'listGroup', 'getPolicyOfGroup', 'getBucketPolicyOfGroup'],
    ...['getObjectPolicyOfGroup', 'putGroupPolicy'],
  ],
  object: [
    ...['cancelCreateObject', 'deleteObject', 'updateObjectInfo', 'headObjectById', 'headObjectNFT'],
    ...['isObjectPermissionAllowed', 'getObjectPolicy', 'deleteObjectPolicy'],
  ],
  payment: [
    ...['getStreamRecord', 'getStreamRecordAll', 'params', 'paramsByTimestamp', 'getPaymentAccountCount'],
    ...['getPaymentAccountCounts', 'paymentAccount', 'paymentAccountAll', 'dynamicBalance'],
    ...['getPaymentAccountsByOwner', 'getAutoSettleRecords', 'getOutFlows', 'deposit', 'withdraw', 'disableRefund'],
  ],
  proposal: ['voteProposal', 'submitProposal'],
  queryClient: [
    ...['getRpcClient', 'getQueryClient', 'getAuthQueryClient', 'getBankQueryClient', 'getPaymentQueryClient'],
    ...['getSpQueryClient', 'getChallengeQueryClient', 'getCrosschainQueryClient', 'getOracleQueryClient'],
    ...['getBridgeQueryClient', 'getFeeGrantQueryClient', 'getStorageQueryClient', 'getMsgClient', 'getGashubClient'],
    ...['getVirtualGroupClient', 'getStakingClient'],
  ],
  sp: [
    ...['getQuerySpStoragePrice', 'getQueryGlobalSpStorePriceByTime', 'getStorageProviderByOperatorAddress'],
    ...['getStorageProviderMaintenanceRecordsByOperatorAddress', 'params'],
  ],
  storage: [
    ...['params', 'putPolicy', 'deletePolicy', 'setTag', 'getPolicyForGroup', 'getQueryPolicyForAccount'],
    ...['getQueryPolicyForGroup', 'getQueryPolicyById', 'queryLockFee', 'queryGroupMembersExist', 'queryGroupExist'],
    ...['queryGroupsExistById'],
  ],
  txClient: [
    ...['tx', 'txRaw', 'getBodyBytes', 'getSignByPriKey', 'getSignByWallet', 'getAuthInfoBytes', 'simulateRawTx'],
    ...['broadcastRawTx', 'multiTx'],
  ],
  validator: ['listValidators', 'createValidator', 'editValidator'],
  virtualGroup: [
    ...['params', 'getGlobalVirtualGroup', 'getGlobalVirtualGroupByFamilyID', 'getGlobalVirtualGroupFamilies'],
    ...['getGlobalVirtualGroupFamily', 'getSpOptimalGlobalVirtualGroupFamily'],
    ...['getSpAvailableGlobalVirtualGroupFamilies', 'settle'],
  ],
};

const NOBODY = { address: '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf', privateKey: `0x${'00'.repeat(31)}01` };

/** `part.method` of all that the SDK's client has. */
function methodsOfSdk(): Set<string> {
  const { client } = user('http://127.0.0.1:1', 9000, NOBODY);
  const methods = new Set<string>();
  for (const [name, part] of Object.entries(client as unknown as Record<string, object>)) {
    for (let from = part; from && from !== Object.prototype; from = Object.getPrototypeOf(from)) {
      for (const method of Object.getOwnPropertyNames(from)) {
        const isMethod = method !== 'constructor' && typeof Reflect.get(part, method) === 'function';
        if (isMethod) methods.add(`${name}.${method}`);
      }
    }
  }
  return methods;
}

const namesOf = (table: Readonly<Record<string, readonly string[]>>): string[] =>
  Object.entries(table).flatMap(([part, methods]) => methods.map((method) => `${part}.${method}`));

describe('coverage of the JavaScript SDK', () => {
  it('names every method that there is, and no other', () => {
    const named = [...Object.values(SUITES), INNER, CHAIN].flatMap(namesOf);
    assert.deepEqual([...new Set(named)].sort(), [...methodsOfSdk()].sort());
  });

  for (const [file, table] of Object.entries(SUITES)) {
    it(`${file} calls what it is named for`, () => {
      const text = readFileSync(new URL(file, import.meta.url), 'utf8');
      const missing = namesOf(table).filter((name) => !text.includes(`.${name.split('.')[1]}(`));
      assert.deepEqual(missing, []);
    });
  }
});
