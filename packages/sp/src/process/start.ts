/** One process of a provider as its configuration says: modules, and what is seen of them from outside. */
import { dirname } from 'node:path';
import { type CallInterceptor, createLogger, type ProcessLogger, parseLogLevel } from '@prairie/gfsp';
import {
  Health,
  LogFile,
  Metrics,
  monitorServers,
  observeCalls,
  observeCollection,
  observeConsensus,
  observeHttp,
  observeLostResults,
  observePieceStore,
  observeQueues,
  observeRpc,
  observeRuns,
  observeScrub,
  observeSpDb,
  observeSync,
  pieceStoreEvents,
  startTracing,
  type Tracing,
  watchHealth,
  watchHeight,
  watchPool,
  watchResources,
} from '@prairie/observe';
import { ConfigError, type SpConfig, startProblems } from '../config/index.ts';
import { loadExtensions } from './extension.ts';
import type { Watch } from './foundations.ts';
import { Provider, type ProviderDependencies } from './provider.ts';
import { settingsOf } from './settings-of.ts';

export interface ProcessOptions {
  /** Shown by /status. */
  version: string;
  /** Where the configuration is: plugins are named from there. Default: the working directory. */
  configPath?: string;
}

export interface ProcessSummary {
  appId: string;
  operatorAddress: string;
  /** Names of the modules that run here. */
  services: readonly string[];
  /** Where others reach it. */
  grpc: string;
  /** Of the gateway, if it runs here. */
  http?: string;
  metrics?: string;
  probe?: string;
  profiles?: string;
}

export interface RunningProcess {
  readonly summary: ProcessSummary;
  readonly logger: ProcessLogger;
  /** Takes nothing new, lets what runs end within `Prairie.DrainSeconds`, and closes everything. */
  stop(): Promise<void>;
  /** Rejects when the process cannot go on; resolves after a stop. */
  readonly stopped: Promise<void>;
}

/** Resolves when everything serves. @throws ConfigError for what is missing, Error in words for what does not start */
export async function startProcess(config: SpConfig, options: ProcessOptions): Promise<RunningProcess> {
  const problems = startProblems(config);
  if (problems.length > 0) throw new ConfigError(problems, options.configPath ?? 'the configuration');
  const log = openLog(config);
  await log.file?.start();
  const ends: (() => Promise<void>)[] = [async () => log.file?.stop()];
  try {
    return await startObserved(config, options, log.logger, ends);
  } catch (error) {
    await endAll(ends);
    throw error;
  }
}

/** What has started adds its end to `ends`, first to be ended last. */
async function startObserved(
  config: SpConfig,
  options: ProcessOptions,
  logger: ProcessLogger,
  ends: (() => Promise<void>)[],
): Promise<RunningProcess> {
  const { monitor, prairie } = config;
  const stopped = Promise.withResolvers<void>();
  stopped.promise.catch(() => {});
  const health = new Health();
  const metrics = new Metrics({ runtime: !monitor.disableMetrics });
  const tracing = prairie.traces ? await traces(config, logger) : undefined;
  if (tracing) ends.push(() => tracing.stop());
  const addresses = monitorAddresses(config);
  for (const server of monitorServers(addresses, { metrics, health, logger })) {
    await server.start();
    ends.push(() => server.stop());
  }
  health.setHealthy(true);
  const settings = settingsOf(config, options);
  settings.modules.blocksyncer = {
    ...settings.modules.blocksyncer,
    onStopped: (error) => stopped.reject(error),
    onSynced: observeSync(metrics),
    onResultLost: observeLostResults(metrics),
  };
  const { onCollectedBlock, onObjectsDeleted } = observeCollection(metrics);
  settings.modules.manager = { ...settings.modules.manager, onCollectedBlock };
  const { executor } = settings.modules;
  settings.modules.executor = { ...executor, gc: { ...executor?.gc, onObjectsDeleted } };
  settings.scrub = { ...settings.scrub, ...observeScrub(metrics) };
  const provider = await Provider.open(settings, {
    logger,
    extensions: await loadExtensions(prairie.plugins, dirname(options.configPath ?? './config.toml')),
    onState: health.onState,
    // counting what nobody reads costs next to nothing; traces need the same places
    ...(monitor.disableMetrics && !tracing ? {} : observed(metrics, tracing)),
  });
  ends.push(() => provider.stop());
  watchHealth(metrics, health);
  watchResources(metrics, provider.resources);
  await provider.start();
  const watching = new AbortController();
  ends.push(async () => watching.abort());
  const { blocksyncer } = provider;
  if (blocksyncer) void watchHeight(metrics, blocksyncer, watching.signal);
  return {
    summary: summaryOf(config, provider, addresses),
    logger,
    stopped: stopped.promise,
    async stop() {
      health.setReason('process', 'it is stopping');
      await endAll(ends);
      stopped.resolve();
    },
  };
}

/** To the file of the configuration, in the reference's format; to standard error without one. */
function openLog({ log }: SpConfig): { logger: ProcessLogger; file: LogFile | undefined } {
  const level = parseLogLevel(log.level);
  const file = log.path === '' ? undefined : new LogFile({ path: log.path }, { copy: process.stdout });
  return { logger: createLogger({ level, format: 'reference', ...(file ? { write: file.write } : {}) }), file };
}

function traces({ prairie, appId }: SpConfig, logger: ProcessLogger): Promise<Tracing> {
  return startTracing({ endpoint: prairie.traces, service: appId, sample: prairie.traceSample }, { logger });
}

type Observed = Pick<ProviderDependencies, 'around' | 'watch' | 'http' | 'propagator' | 'rpc' | 'runTask'>;

function observed(metrics: Metrics, tracing: Tracing | undefined): Observed {
  const around: CallInterceptor = observeCalls(metrics, tracing?.interceptor);
  const watch: Watch = {
    pieceStore: (store) => observePieceStore(store, metrics),
    pieceStoreEvents: () => pieceStoreEvents(metrics),
    spdb: (db) => observeSpDb(db, metrics),
    consensus: (chain) => observeConsensus(chain, metrics),
    pool: (name, use) => watchPool(metrics, name, use),
    answer: (source) => metrics.add('consensus_answers', { source }),
    queues: (engine) => observeQueues(engine, metrics),
    repaired: (facts) => metrics.add('repaired_pieces', { ...facts }),
  };
  const runTask = observeRuns(metrics, tracing);
  const propagator = tracing ? { propagator: tracing.propagator } : {};
  const http = observeHttp(metrics, tracing);
  return { ...propagator, around, watch, runTask, http, rpc: observeRpc(metrics) };
}

function monitorAddresses({ monitor, prairie }: SpConfig) {
  return {
    metricsAddress: monitor.disableMetrics ? undefined : monitor.metricsHttpAddress,
    probeAddress: monitor.disableProbe ? undefined : monitor.probeHttpAddress,
    profileAddress: prairie.profiles && !monitor.disablePprof ? monitor.pprofHttpAddress : undefined,
  };
}

function summaryOf(
  config: SpConfig,
  { services }: Provider,
  { metricsAddress, probeAddress, profileAddress }: ReturnType<typeof monitorAddresses>,
): ProcessSummary {
  return {
    appId: config.appId,
    operatorAddress: config.spAccount.spOperatorAddress,
    services,
    grpc: config.grpcAddress,
    ...(services.includes('gateway') ? { http: `http://${config.gateway.httpAddress}` } : {}),
    ...(metricsAddress ? { metrics: `http://${metricsAddress}/metrics` } : {}),
    ...(probeAddress ? { probe: `http://${probeAddress}/-/ready` } : {}),
    ...(profileAddress ? { profiles: `http://${profileAddress}/debug/pprof/` } : {}),
  };
}

async function endAll(ends: (() => Promise<void>)[]): Promise<void> {
  for (let end = ends.pop(); end; end = ends.pop()) await end();
}
