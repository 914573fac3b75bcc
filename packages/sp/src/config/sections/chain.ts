/** The chain, the provider's account, and what it offers (§3.4, §3.5, §3.7). */
import { account, amount, hostPort, httpUrl, listOf, privateKey, text, whole } from '../kinds.ts';
import { key, RecordKind } from '../record.ts';
import { NO_P2P } from './common.ts';

const simulated = 'Nothing: gas and fee are simulated, as in the reference.';

export const chain = new RecordKind({
  chainId: key('ChainID', text('name_EIP155-revision'), 'greenfield_9000-121', "The chain's id."),
  chainAddress: key(
    'ChainAddress',
    listOf(httpUrl),
    ['http://localhost:26750'],
    'RPC of nodes. When one fails, another is asked.',
  ),
  sealGasLimit: key('SealGasLimit', whole(), 1200, 'Gas of a SealObject.'),
  sealFeeAmount: key('SealFeeAmount', amount, 6_000_000_000_000n, 'Its fee, wei.'),
  rejectSealGasLimit: key('RejectSealGasLimit', whole(), 12_000, 'Gas of a RejectSealObject.'),
  rejectSealFeeAmount: key('RejectSealFeeAmount', amount, 60_000_000_000_000n, 'Its fee, wei.'),
  discontinueBucketGasLimit: key('DiscontinueBucketGasLimit', whole(), 2400, simulated),
  discontinueBucketFeeAmount: key('DiscontinueBucketFeeAmount', amount, 12_000_000_000_000n, simulated),
  createGlobalVirtualGroupGasLimit: key('CreateGlobalVirtualGroupGasLimit', whole(), 1200, simulated),
  createGlobalVirtualGroupFeeAmount: key('CreateGlobalVirtualGroupFeeAmount', amount, 6_000_000_000_000n, simulated),
  completeMigrateBucketGasLimit: key('CompleteMigrateBucketGasLimit', whole(), 1200, simulated),
  completeMigrateBucketFeeAmount: key('CompleteMigrateBucketFeeAmount', amount, 6_000_000_000_000n, simulated),
});

const secretKey = (name: string, effect: string, env?: string) =>
  key(name, privateKey, '', effect, { secret: true, ...(env ? { env } : {}) });

export const spAccount = new RecordKind({
  spOperatorAddress: key('SpOperatorAddress', account, '', "The provider's operator: who it is on the chain."),
  operatorPrivateKey: secretKey('OperatorPrivateKey', "The operator's key.", 'SIGNER_OPERATOR_PRIV_KEY'),
  fundingPrivateKey: secretKey('FundingPrivateKey', 'Nothing, as in the reference: leave it out.'),
  sealPrivateKey: secretKey('SealPrivateKey', 'Seals objects.', 'SIGNER_SEAL_PRIV_KEY'),
  approvalPrivateKey: secretKey('ApprovalPrivateKey', 'Signs approvals.', 'SIGNER_APPROVAL_PRIV_KEY'),
  gcPrivateKey: secretKey('GcPrivateKey', 'Discontinues buckets and objects.', 'SIGNER_GC_PRIV_KEY'),
  blsPrivateKey: secretKey('BlsPrivateKey', 'Signs what the provider stores for others.', 'SIGNER_BLS_PRIV_KEY'),
});

export const approval = new RecordKind({
  bucketApprovalTimeoutHeight: key(
    'BucketApprovalTimeoutHeight',
    whole(),
    100,
    'Blocks that an approval of a bucket or of its migration lives.',
  ),
  objectApprovalTimeoutHeight: key(
    'ObjectApprovalTimeoutHeight',
    whole(),
    100,
    'Blocks that an approval of an object lives.',
  ),
  replicatePieceTimeoutHeight: key(
    'ReplicatePieceTimeoutHeight',
    whole({ raisedTo: 900 }),
    900,
    'Blocks that an approval between providers lives at least.',
    { idle: NO_P2P },
  ),
});

export const bucket = new RecordKind({
  accountBucketNumber: key('AccountBucketNumber', whole(), 100, 'Buckets an account may own here.'),
  maxListReadQuotaNumber: key(
    'MaxListReadQuotaNumber',
    whole({ max: 10_000, raisedTo: 1 }),
    100,
    'Read records in one answer at most.',
  ),
  maxPayloadSize: key('MaxPayloadSize', amount, 2_147_483_648n, 'Bytes of an upload at most.'),
});

export const gateway = new RecordKind({
  domainName: key(
    'DomainName',
    text('host names, several with commas between them'),
    'localhost:9133',
    'Hosts below it name a bucket: `bucket.DomainName`.',
  ),
  httpAddress: key('HTTPAddress', hostPort, 'localhost:9133', 'Where the gateway listens.'),
});

export const quota = new RecordKind({
  monthlyFreeQuota: key('MonthlyFreeQuota', amount, 0n, 'Bytes that may be read from each bucket in a month for free.'),
});
