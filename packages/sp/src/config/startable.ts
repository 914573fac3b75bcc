/** What a configuration needs before a provider can start with it, beyond values that are well formed. */
import { addressOf, sameAddress } from '@prairie/chain';
import {
  BucketUrlError,
  bucketAddress,
  locationOfShard,
  MissingCredentialsError,
  shardProblem,
  signingFor,
} from '@prairie/store';
import type { SpConfig } from './schema.ts';

type Requirement = (config: SpConfig) => string | false;

const runs = ({ server }: SpConfig, name: string): boolean => server.length === 0 || server.includes(name);

const keys = [
  ['OperatorPrivateKey', 'operatorPrivateKey', 'operatorKeyFile'],
  ['SealPrivateKey', 'sealPrivateKey', 'sealKeyFile'],
  ['ApprovalPrivateKey', 'approvalPrivateKey', 'approvalKeyFile'],
  ['GcPrivateKey', 'gcPrivateKey', 'gcKeyFile'],
  ['BlsPrivateKey', 'blsPrivateKey', 'blsKeyFile'],
] as const;

const requirements: readonly Requirement[] = [
  pieceStoreProblem,
  ({ prairie, server }) =>
    prairie.pieceCacheBytes > 0 &&
    server.length > 0 &&
    'Prairie.PieceCacheBytes: it is for a provider in one process, as it does not see what others write; leave it out',
  ({ spAccount }) => spAccount.spOperatorAddress === '' && 'SpAccount.SpOperatorAddress: missing, who is the provider?',
  (config) => runs(config, 'signer') && missingKeys(config),
  ({ spAccount }) => spAccount.operatorPrivateKey !== '' && foreignKey(spAccount),
  ({ prairie }) =>
    prairie.queueEngine === 'postgres' &&
    prairie.queueUrl === '' &&
    'Prairie.QueueUrl: missing, as QueueEngine is postgres',
  ({ prairie, bsDb, spDb }) =>
    prairie.database !== 'sqlite' &&
    [bsDb.database, spDb.database].includes(prairie.bsDbStandby) &&
    `Prairie.BsDBStandby: ${prairie.bsDbStandby} is in use, the standby is a database of its own`,
  ({ prairie: { grpcTlsCa, grpcTlsCert, grpcTlsKey } }) => {
    const given = [grpcTlsCa, grpcTlsCert, grpcTlsKey].filter((file) => file !== '').length;
    return given % 3 !== 0 && 'Prairie.GrpcTlsCa, GrpcTlsCert, GrpcTlsKey: all three or none are needed';
  },
];

/** What can be known without asking a bucket. */
function pieceStoreProblem({ pieceStore: { shards, store } }: SpConfig): string | false {
  const { storage, bucketUrl, iamType } = store;
  const problem = shardProblem({ storage, bucketUrl, shards });
  if (problem) return `PieceStore.Shards: ${problem}`;
  if (storage === 'file' || storage === 'memory') return false;
  try {
    bucketAddress(storage, locationOfShard(bucketUrl, 0), process.env);
  } catch (error) {
    if (error instanceof BucketUrlError) return `PieceStore.Store.BucketURL: ${error.message}`;
    throw error;
  }
  try {
    signingFor(storage, iamType, process.env);
  } catch (error) {
    if (error instanceof MissingCredentialsError) return `PieceStore.Store.IAMType: ${error.message}`;
    throw error;
  }
  return false;
}

function missingKeys({ spAccount, prairie }: SpConfig): string | false {
  if (prairie.signerCommand.length > 0) return false;
  const missing = keys.filter(([, value, file]) => spAccount[value] === '' && prairie[file] === '');
  const names = missing.map(([name]) => `SpAccount.${name}`);
  return names.length > 0 && `${names.join(', ')}: missing, and the signer runs here`;
}

/** Whether the operator's key is another account's. */
function foreignKey({ operatorPrivateKey, spOperatorAddress }: SpConfig['spAccount']): string | false {
  if (spOperatorAddress === '') return false;
  let own: string;
  try {
    own = addressOf(Buffer.from(operatorPrivateKey, 'hex'));
  } catch {
    return 'SpAccount.OperatorPrivateKey: this is no private key of secp256k1';
  }
  if (sameAddress(own, spOperatorAddress)) return false;
  return `SpAccount.OperatorPrivateKey: it is the key of ${own}, but SpOperatorAddress is ${spOperatorAddress}`;
}

/** Sentences that each name a key and what to do; none when all is there. No secret is in them. */
export function startProblems(config: SpConfig): string[] {
  return requirements.map((requirement) => requirement(config)).filter((problem) => problem !== false);
}
