/** A process's settings from its configuration: which key goes to which option. */
import type { ResourceOptions } from '@prairie/gfsp';
import { parseAddress } from '@prairie/observe';
import type { SpConfig } from '../config/index.ts';
import type { RateLimits } from '../gater/index.ts';
import type { KeySource } from '../signer/index.ts';
import { configuredDatabases } from './databases.ts';
import type { ModuleSettings, ProviderSettings } from './settings.ts';

/** `version` is shown by /status. Call `startProblems` before: what is missing here is missing at the start. */
export function settingsOf(config: SpConfig, { version }: { version: string }): ProviderSettings {
  const { chain, spAccount, prairie, pieceStore } = config;
  const { grpcTlsCa: caFile, grpcTlsCert: certFile, grpcTlsKey: keyFile } = prairie;
  const { storage, bucketUrl } = pieceStore.store;
  const databases = configuredDatabases(config);
  return {
    services: config.server,
    operatorAddress: spAccount.spOperatorAddress,
    version,
    chain: { rpcUrls: chain.chainAddress, chainId: chain.chainId },
    maxLagBlocks: config.consensus.maxLagBlocks,
    dataDir: prairie.dataDir,
    ...(databases ? { databases } : {}),
    traceUploads: config.spDb.enableTracePutEvent,
    // the reference's default folder stands for ours, so that a provider's files are in one place
    ...(storage === 'file' && bucketUrl !== './data' ? { piecesDir: bucketUrl } : {}),
    ...(storage === 'memory' ? { piecesInMemory: true } : {}),
    grpcAddress: config.grpcAddress,
    endpoints: config.endpoint,
    ...(caFile ? { grpcTls: { caFile, certFile, keyFile } } : {}),
    grpcMaxMessageBytes: prairie.grpcMaxMessageBytes,
    drainMs: prairie.drainSeconds * 1000,
    queue: queueOf(prairie),
    limits: limitsOf(config.rcmgr),
    modules: modulesOf(config),
  };
}

function queueOf({ queueEngine, queueUrl: url, queueSchema: schema }: SpConfig['prairie']): ProviderSettings['queue'] {
  return queueEngine === 'postgres' ? { engine: 'postgres', url, schema } : { engine: 'memory' };
}

function limitsOf({ disableRcmgr: disabled, gfSpLimiter }: SpConfig['rcmgr']): ResourceOptions {
  return { disabled, system: gfSpLimiter?.system ?? {}, services: gfSpLimiter?.serviceLimit ?? {} };
}

function modulesOf(config: SpConfig): ModuleSettings {
  const { approval, bucket, parallel, quota, executor } = config;
  return {
    approver: {
      maxBucketsPerAccount: bucket.accountBucketNumber,
      bucketTimeoutHeight: BigInt(approval.bucketApprovalTimeoutHeight),
      objectTimeoutHeight: BigInt(approval.objectApprovalTimeoutHeight),
      maxBucketApprovals: parallel.globalCreateBucketApprovalParallel,
      maxObjectApprovals: parallel.globalCreateObjectApprovalParallel,
      maxMigrations: parallel.globalMigrateGvgParallel,
    },
    blocksyncer: blockSyncerOf(config),
    downloader: {
      monthlyFreeQuota: quota.monthlyFreeQuota,
      maxDownloads: parallel.downloadObjectParallelPerNode,
      maxChallenges: parallel.challengePieceParallelPerNode,
    },
    executor: { maxExecuteNumber: executor.maxExecuteNumber },
    gateway: gatewayOf(config),
    manager: managerOf(config),
    metadata: { monthlyFreeQuota: quota.monthlyFreeQuota, maxQuotaQueries: parallel.querySpParallelPerNode },
    receiver: { maxReceiving: parallel.receivePieceParallelPerNode },
    signer: signerOf(config),
    uploader: { maxUploads: parallel.uploadObjectParallelPerNode },
  };
}

/** Of the time that a part has to stop, what the gateway leaves for closing connections. */
const CLOSING_MS = 500;

function gatewayOf(config: SpConfig): NonNullable<ModuleSettings['gateway']> {
  const { env, gateway, bucket, quota, prairie } = config;
  const { host, port } = parseAddress(gateway.httpAddress);
  // a bucket's host is the same on every port
  const domains = gateway.domainName.split(',').map((domain) => domain.trim().replace(/:\d+$/, ''));
  const drainMs = Math.max(prairie.drainSeconds * 1000 - CLOSING_MS, 0);
  const { maxPayloadSize } = bucket;
  const { openQueries, trustedProxies, bandwidth: bytesPerSecond, bandwidthBurst: burst } = prairie;
  return {
    ...{ host, port, domains: domains.filter((domain) => domain !== ''), maxPayloadSize, drainMs },
    ...{ env, openQueries, limits: rateLimitsOf(config) },
    maxReadRecords: bucket.maxListReadQuotaNumber,
    monthlyFreeQuota: quota.monthlyFreeQuota,
    ...(trustedProxies.length > 0 ? { trustedProxies } : {}),
    ...(bytesPerSecond > 0 ? { bandwidth: { bytesPerSecond, ...(burst > 0 ? { burst } : {}) } } : {}),
  };
}

function rateLimitsOf({ apiRateLimiter, prairie }: SpConfig): RateLimits {
  const { nameToLimit: names, pathPattern: paths, hostPattern: hosts, apiLimits: apis, ipLimitCfg } = apiRateLimiter;
  const { accountRateLimit: rateLimit, accountRatePeriod: ratePeriod } = prairie;
  return {
    ...{ names, paths, hosts, apis },
    ...(ipLimitCfg.on ? { ip: ipLimitCfg } : {}),
    ...(rateLimit > 0 ? { account: { rateLimit, ratePeriod } } : {}),
  };
}

function blockSyncerOf({ blockSyncer }: SpConfig): NonNullable<ModuleSettings['blocksyncer']> {
  const { modules, workers, commitNumber, dataMonitor, dataStatisticsDuration, chainDataStorage } = blockSyncer;
  const { enableStorage, maximumStorageCount } = chainDataStorage;
  return {
    ...{ workers, commitNumber },
    ...(modules.length > 0 ? { modules } : {}),
    ...(dataMonitor ? { statisticsEvery: dataStatisticsDuration } : {}),
    ...(enableStorage ? { keepResults: maximumStorageCount } : {}),
  };
}

function managerOf({ manager, parallel, task }: SpConfig): NonNullable<ModuleSettings['manager']> {
  return {
    preferredSps: manager.gvgPreferSpList,
    refusedSps: manager.spBlackList,
    checkHealth: manager.enableHealthyChecker,
    ...(manager.enableTaskRetryScheduler ? { rejectUnsealedAfter: manager.rejectUnsealThresholdSecond } : {}),
    maxUploads: parallel.globalUploadObjectParallel,
    maxJobs: parallel.globalMaxUploadingParallel,
    tasks: task,
    syncProvidersMs: parallel.globalSyncConsensusInfoInterval * 1000,
    capacities: {
      replicate: parallel.globalReplicatePieceParallel,
      seal: parallel.globalSealObjectParallel,
      receive: parallel.globalReceiveObjectParallel,
      recover: parallel.globalRecoveryPieceParallel,
      'migrate-gvg': parallel.globalMigrateGvgParallel,
      'gc-object': parallel.globalGcObjectParallel,
      'gc-bucket-migration': parallel.globalGcBucketMigrationParallel,
      'gc-zombie': parallel.globalGcZombieParallel,
      'gc-meta': parallel.globalGcMetaParallel,
      'gc-stale-version': parallel.globalGcStaleVersionObjectParallel,
    },
  };
}

function signerOf({ spAccount, prairie, chain }: SpConfig): NonNullable<ModuleSettings['signer']> {
  const source = (value: string, file: string): KeySource => {
    if (prairie.signerCommand.length > 0) return { command: prairie.signerCommand };
    return value === '' ? { file } : value;
  };
  const seal = { gasLimit: BigInt(chain.sealGasLimit), amount: chain.sealFeeAmount };
  return {
    keys: {
      operator: source(spAccount.operatorPrivateKey, prairie.operatorKeyFile),
      seal: source(spAccount.sealPrivateKey, prairie.sealKeyFile),
      approval: source(spAccount.approvalPrivateKey, prairie.approvalKeyFile),
      gc: source(spAccount.gcPrivateKey, prairie.gcKeyFile),
      bls: source(spAccount.blsPrivateKey, prairie.blsKeyFile),
    },
    fees: {
      seal_object_info: seal,
      seal_object_info_v2: seal,
      reject_object_info: { gasLimit: BigInt(chain.rejectSealGasLimit), amount: chain.rejectSealFeeAmount },
    },
    lockDir: `${prairie.dataDir}/locks`,
  };
}
