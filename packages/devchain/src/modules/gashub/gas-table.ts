/** Gas of every message (`reference/chain-rpc.md` §11), by gas and package. Genesis files list it in this form. */
import type { cosmosGashubV1beta1 as gashub } from '@prairie/chain';
import type { Upgrade } from '../../upgrades.ts';

type MsgGasParams = gashub.MsgGasParams;

/** Gas → package → message names without the `Msg` prefix. */
const fixed: readonly (readonly [bigint, Readonly<Record<string, string>>])[] = [
  [
    0n,
    {
      'cosmos.auth.v1beta1': 'UpdateParams',
      'cosmos.bank.v1beta1': 'UpdateParams',
      'cosmos.consensus.v1': 'UpdateParams',
      'cosmos.crisis.v1': 'UpdateParams',
      'cosmos.crosschain.v1': 'UpdateParams UpdateChannelPermissions',
      'cosmos.distribution.v1beta1': 'UpdateParams',
      'cosmos.gashub.v1beta1': 'UpdateParams',
      'cosmos.gov.v1': 'UpdateParams',
      'cosmos.mint.v1beta1': 'UpdateParams',
      'cosmos.oracle.v1': 'UpdateParams',
      'cosmos.slashing.v1beta1': 'UpdateParams',
      'cosmos.staking.v1beta1': 'UpdateParams',
      'greenfield.bridge': 'UpdateParams',
      'greenfield.sp': 'UpdateParams',
      'greenfield.storage': 'UpdateParams',
      'greenfield.payment': 'UpdateParams',
      'greenfield.challenge': 'UpdateParams',
      'greenfield.permission': 'UpdateParams',
    },
  ],
  [100n, { 'greenfield.challenge': 'Attest' }],
  [120n, { 'greenfield.storage': 'SealObject SealObjectV2' }],
  [1000n, { 'cosmos.oracle.v1': 'Claim' }],
  [
    1200n,
    {
      'cosmos.authz.v1beta1': 'Exec Revoke',
      'cosmos.bank.v1beta1': 'Send',
      'cosmos.distribution.v1beta1': 'SetWithdrawAddress WithdrawDelegatorReward WithdrawValidatorCommission',
      'cosmos.feegrant.v1beta1': 'RevokeAllowance',
      'cosmos.gov.v1': 'Deposit',
      'cosmos.slashing.v1beta1': 'Unjail',
      'cosmos.staking.v1beta1': 'BeginRedelegate CancelUnbondingDelegation Delegate Undelegate',
      'greenfield.bridge': 'TransferOut',
      'greenfield.sp': 'Deposit UpdateStorageProviderStatus',
      'greenfield.payment': 'Deposit Withdraw DisableRefund',
      'greenfield.challenge': 'Submit',
      'greenfield.storage':
        'DeleteBucket MirrorBucket UpdateBucketInfo CreateObject MirrorObject DeleteObject CopyObject ' +
        'CancelCreateObject UpdateObjectInfo DeleteGroup LeaveGroup UpdateGroupMember UpdateGroupExtra ' +
        'RenewGroupMember MirrorGroup DeletePolicy MigrateBucket CancelMigrateBucket CompleteMigrateBucket ' +
        'RejectMigrateBucket SetTag UpdateObjectContent CancelUpdateObjectContent DelegateCreateObject ' +
        'DelegateUpdateObjectContent ToggleSPAsDelegatedAgent SetBucketFlowRateLimit',
      'greenfield.virtualgroup':
        'DeleteGlobalVirtualGroup Deposit Withdraw Settle CancelSwapOut StorageProviderExit ' +
        'CompleteStorageProviderExit StorageProviderForcedExit ReserveSwapIn CompleteSwapIn CancelSwapIn UpdateParams',
    },
  ],
  [2400n, { 'greenfield.storage': 'CreateBucket DiscontinueObject DiscontinueBucket CreateGroup PutPolicy' }],
  [12_000n, { 'greenfield.storage': 'RejectSealObject' }],
  [24_000n, { 'greenfield.virtualgroup': 'SwapOut CompleteSwapOut' }],
  [200_000n, { 'greenfield.payment': 'CreatePaymentAccount' }],
  [1_000_000n, { 'greenfield.virtualgroup': 'CreateGlobalVirtualGroup' }],
  [
    2_000_000n,
    {
      'cosmos.gov.v1': 'SubmitProposal Vote VoteWeighted',
      'cosmos.staking.v1beta1': 'CreateValidator EditValidator',
      'greenfield.sp': 'CreateStorageProvider EditStorageProvider UpdateSpStoragePrice',
    },
  ],
];

const perItem = { fixed_gas: 800n, gas_per_item: 800n };
const none = {
  fixed_type: undefined,
  grant_type: undefined,
  multi_send_type: undefined,
  grant_allowance_type: undefined,
};

/** Also what upgrades after genesis added, so that it completes a genesis file of the first release. */
export const GAS_TABLE: readonly MsgGasParams[] = [
  ...fixed.flatMap(([fixed_gas, packages]) =>
    Object.entries(packages).flatMap(([name, messages]) =>
      messages.split(' ').map((message) => ({
        ...none,
        msg_type_url: `/${name}.Msg${message}`,
        fixed_type: { fixed_gas },
      })),
    ),
  ),
  { ...none, msg_type_url: '/cosmos.authz.v1beta1.MsgGrant', grant_type: perItem },
  { ...none, msg_type_url: '/cosmos.bank.v1beta1.MsgMultiSend', multi_send_type: perItem },
  { ...none, msg_type_url: '/cosmos.feegrant.v1beta1.MsgGrantAllowance', grant_allowance_type: perItem },
];

export interface TableChange {
  readonly adds?: readonly string[];
  readonly removes?: readonly string[];
}

const storage = (...names: string[]) => names.map((name) => `/greenfield.storage.Msg${name}`);
const groups = (...names: string[]) => names.map((name) => `/greenfield.virtualgroup.Msg${name}`);

const exits = groups('StorageProviderExit', 'CompleteStorageProviderExit');

/** Type URLs that upgrades gave a price, that of {@link GAS_TABLE}, or took it from (§11, §16). */
export const TABLE_CHANGES: Readonly<Partial<Record<Upgrade, TableChange>>> = {
  Pampas: {
    removes: [
      ...storage('MigrateBucket', 'CancelMigrateBucket', 'CompleteMigrateBucket'),
      ...groups('SwapOut', 'CompleteSwapOut', 'CancelSwapOut'),
      ...exits,
    ],
  },
  Manchurian: { adds: storage('SetTag') },
  Hulunbeier: {
    adds: [...exits, ...groups('StorageProviderForcedExit', 'ReserveSwapIn', 'CompleteSwapIn', 'CancelSwapIn')],
  },
  Pawnee: { adds: storage('UpdateObjectContent', 'CancelUpdateObjectContent') },
  Serengeti: {
    adds: storage('DelegateCreateObject', 'DelegateUpdateObjectContent', 'ToggleSPAsDelegatedAgent', 'SealObjectV2'),
  },
  Erdos: { adds: storage('SetBucketFlowRateLimit') },
};
