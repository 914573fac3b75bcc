/** A process's settings from its configuration: which key goes to which option. */
import { join } from 'node:path';
import type { ResourceOptions } from '@prairie/gfsp';
import { parseAddress } from '@prairie/observe';
import type { PieceStoreSettings } from '@prairie/store';
import { DEFAULT_BUCKET_URL, type SpConfig } from '../config/index.ts';
import type { ExecutorGcOptions } from '../executor/index.ts';
import type { RateLimits } from '../gater/index.ts';
import type { GcSettings } from '../manager/index.ts';
import type { KeySource } from '../signer/index.ts';
import { configuredDatabases } from './databases.ts';
import type { ModuleSettings, ProviderSettings } from './settings.ts';

/** `version` is shown by /status. Call `startProblems` before: what is missing here is missing at the start. */
export function settingsOf(config: SpConfig, { version }: { version: string }): ProviderSettings {
  const { chain, spAccount, prairie } = config;
  const { grpcTlsCa: caFile, grpcTlsCert: certFile, grpcTlsKey: keyFile } = prairie;
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
    pieces: piecesOf(config),
    grpcAddress: config.grpcAddress,
    endpoints: config.endpoint,
    ...(caFile ? { grpcTls: { caFile, certFile, keyFile } } : {}),
    grpcMaxMessageBytes: prairie.grpcMaxMessageBytes,
    drainMs: prairie.drainSeconds * 1000,
    queue: queueOf(prairie),
    scrub: { bytesPerSecond: prairie.scrubRate, intervalSeconds: prairie.scrubInterval },
    limits: limitsOf(config.rcmgr),
    modules: modulesOf(config),
  };
}

/** The reference's default folder stands for ours, so that a provider's files are in one place. */
function piecesOf({ pieceStore: { shards, store }, prairie }: SpConfig): PieceStoreSettings {
  const { storage, bucketUrl, maxRetries, minRetryDelay, tlsInsecureSkipVerify, iamType } = store;
  const { dataDir, pieceSync: sync, pieceCacheBytes: cacheBytes } = prairie;
  const isDefault = storage === 'file' && bucketUrl === DEFAULT_BUCKET_URL;
  const remote = { maxRetries, minRetryDelayMs: minRetryDelay * 1000, tlsInsecureSkipVerify, iamType };
  const place = isDefault ? join(dataDir, 'pieces') : bucketUrl;
  return { storage, bucketUrl: place, shards, sync, cacheBytes, ...remote };
}

function queueOf({ queueEngine, queueUrl: url, queueSchema: schema }: SpConfig['prairie']): ProviderSettings['queue'] {
  return queueEngine === 'postgres' ? { engine: 'postgres', url, schema } : { engine: 'memory' };
}

function limitsOf({ disableRcmgr: disabled, gfSpLimiter }: SpConfig['rcmgr']): ResourceOptions {
  return { disabled, system: gfSpLimiter?.system ?? {}, services: gfSpLimiter?.serviceLimit ?? {} };
}

function modulesOf(config: SpConfig): ModuleSettings {
  const { approval, bucket, gc, parallel, prairie, quota, executor } = config;
  return {
    approver: {
      maxBucketsPerAccount: bucket.accountBucketNumber,
      bucketTimeoutHeight: BigInt(approval.bucketApprovalTimeoutHeight),
      objectTimeoutHeight: BigInt(approval.objectApprovalTimeoutHeight),
      maxBucketApprovals: parallel.globalCreateBucketApprovalParallel,
      maxObjectApprovals: parallel.globalCreateObjectApprovalParallel,
      maxMigrations: parallel.globalMigrateGvgParallel,
    },
    authenticator: {
      purgeIntervalMs: gc.enableGcExpiredOffChainAuthKeys ? gc.gcExpiredOffChainAuthKeysTimeInterval * 1000 : 0,
    },
    blocksyncer: blockSyncerOf(config),
    downloader: {
      monthlyFreeQuota: quota.monthlyFreeQuota,
      maxDownloads: parallel.downloadObjectParallelPerNode,
      maxChallenges: parallel.challengePieceParallelPerNode,
      verifyReads: prairie.verifyReads,
      readMemoryBytes: prairie.readMemoryBytes,
    },
    executor: {
      maxExecuteNumber: executor.maxExecuteNumber,
      memoryBytes: prairie.replicateMemoryBytes,
      gc: executorGcOf(config),
    },
    gateway: gatewayOf(config),
    manager: managerOf(config),
    metadata: { monthlyFreeQuota: quota.monthlyFreeQuota, maxQuotaQueries: parallel.querySpParallelPerNode },
    receiver: { maxReceiving: parallel.receivePieceParallelPerNode },
    signer: signerOf(config),
    uploader: {
      maxUploads: parallel.uploadObjectParallelPerNode,
      memoryBytes: prairie.uploadMemoryBytes,
      memoryBytesOfOne: prairie.uploadMemoryBytesPerObject,
    },
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
    ...{ env, openQueries, limits: rateLimitsOf(config), pieceMemoryBytes: prairie.receiveMemoryBytes },
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

/** Section `GC`, and what belongs to it elsewhere. */
function gcOf({ gc, executor, parallel, prairie }: SpConfig): GcSettings {
  return {
    objectMs: gc.gcObjectTimeInterval * 1000,
    objectBlocks: BigInt(gc.gcObjectBlockInterval),
    objectSafeBlocks: BigInt(gc.gcObjectSafeBlockDistance),
    zombies: gc.enableGcZombie,
    zombieMs: gc.gcZombiePieceTimeInterval * 1000,
    zombieIds: BigInt(gc.gcZombiePieceObjectIdInterval),
    zombieSafeIds: BigInt(gc.gcZombieSafeObjectIdDistance),
    storeMs: prairie.gcStoreInterval * 1000,
    meta: gc.enableGcMeta,
    metaMs: gc.gcMetaTimeInterval * 1000,
    staleVersions: gc.enableGcStaleVersionObject,
    staleVersionMs: gc.gcStaleVersionTimeInterval * 1000,
    rate: prairie.gcRate,
    trafficDays: executor.bucketTrafficKeepTimeDay,
    recordDays: executor.readRecordKeepTimeDay,
    recordLimit: executor.readRecordDeleteLimit,
    ...(parallel.discontinueBucketEnabled
      ? {
          discontinue: {
            intervalMs: parallel.discontinueBucketTimeInterval * 1000,
            keepDays: parallel.discontinueBucketKeepAliveDays,
          },
        }
      : {}),
  };
}

/** What tasks of the collection keep to, wherever they run. */
function executorGcOf(config: SpConfig): ExecutorGcOptions {
  const gc = gcOf(config);
  const { rate, zombieSafeIds: safeObjectIds, objectSafeBlocks: safeBlocks, trafficDays, recordDays, recordLimit } = gc;
  return { rate, safeObjectIds, safeBlocks, trafficDays, recordDays, recordLimit };
}

function managerOf(config: SpConfig): NonNullable<ModuleSettings['manager']> {
  const { manager, parallel, task } = config;
  return {
    gc: gcOf(config),
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
